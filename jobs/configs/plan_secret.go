package configs

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"foghorn/internal/mask"
)

// reveal puts the secrets of the live object in the place of the digests in want, where
// the digests are the same: the secret did not change. It lists those it cannot bring back.
func reveal(want, old, live any, path string) (value any, lost []string) {
	switch w := want.(type) {
	case string:
		now, _ := live.(string)
		switch {
		case Masked(w):
			return w, []string{path + ": the cloud showed only " + w}
		case strings.Contains(w, mask.Mark), strings.Contains(w, digestPrefix) && strings.Contains(now, mask.Mark):
			return w, []string{path + ": one of foghorn's own secrets, which foghorn hides even from itself"}
		case !strings.Contains(w, digestPrefix):
			return w, nil
		case w == old && live != nil:
			return live, nil
		}
		if live == nil {
			return w, []string{path + ": the backup has only a digest of this secret; set it again"}
		}
		return w, []string{path + ": this secret has changed since, and the backup has only a digest of it"}
	case map[string]any:
		oldMap, _ := old.(map[string]any)
		liveMap, _ := live.(map[string]any)
		out := map[string]any{}
		for _, name := range sortedKeys(w) {
			v, l := reveal(w[name], oldMap[name], liveMap[name], path+"."+name)
			out[name], lost = v, append(lost, l...)
		}
		return out, lost
	case []any:
		oldList, _ := old.([]any)
		liveList, _ := live.([]any)
		out := make([]any, len(w))
		for i := range w {
			var o, l any
			if j := slices.IndexFunc(oldList, func(e any) bool { return reflect.DeepEqual(e, w[i]) }); j >= 0 && j < len(liveList) {
				o, l = oldList[j], liveList[j]
			} else if i < len(oldList) && i < len(liveList) {
				o, l = oldList[i], liveList[i]
			}
			v, miss := reveal(w[i], o, l, fmt.Sprintf("%s[%d]", path, i))
			out[i], lost = v, append(lost, miss...)
		}
		return out, lost
	}
	return want, nil
}

// sendable reports whether a value has nothing that stands in a file for something else.
func sendable(v any) bool {
	switch v := v.(type) {
	case string:
		return !Masked(v) && !strings.Contains(v, digestPrefix) && !strings.Contains(v, mask.Mark)
	case map[string]any:
		for _, inner := range v {
			if !sendable(inner) {
				return false
			}
		}
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool { return !sendable(e) })
	}
	return true
}

// withoutSecrets removes what cannot be sent: digests and masked values.
func withoutSecrets(v any) any {
	switch v := v.(type) {
	case string:
		if !sendable(v) {
			return nil
		}
	case map[string]any:
		for name := range v {
			if v[name] = withoutSecrets(v[name]); v[name] == nil {
				delete(v, name)
			}
		}
	case []any:
		return slices.DeleteFunc(v, func(e any) bool { return withoutSecrets(e) == nil })
	}
	return v
}

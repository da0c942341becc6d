package configs

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	udiff "github.com/aymanbagabas/go-udiff"
	"github.com/wI2L/jsondiff"

	"foghorn/journal/event"
)

// maxAligned is the size of a file up to which moved elements of lists are recognized;
// that takes time with the square of a list's length.
const maxAligned = 256 << 10

// Compare lists what differs between two files of objects; nil stands for an object
// that was not there.
func Compare(before, after []byte) ([]event.ChangedSetting, error) {
	options := []jsondiff.Option{jsondiff.Invertible(), jsondiff.UnmarshalFunc(decodeInto)}
	if len(before)+len(after) < maxAligned {
		options = append(options, jsondiff.LCS())
	}
	patch, err := jsondiff.CompareJSON(orEmpty(before), orEmpty(after), options...)
	if err != nil {
		return nil, fmt.Errorf("compare: %w", err)
	}
	var out []event.ChangedSetting
	var was string
	for _, op := range patch {
		if op.Type == jsondiff.OperationTest { // what the next one replaces or removes
			was = compact(op.Value)
			continue
		}
		c := event.ChangedSetting{Path: settingPath(op.Path)}
		if op.Type != jsondiff.OperationAdd {
			c.Before = was
		}
		if op.Type != jsondiff.OperationRemove {
			c.After = compact(op.Value)
		}
		c.Hidden = strings.Contains(c.Before, digestPrefix) || strings.Contains(c.After, digestPrefix)
		out, was = append(out, c), ""
	}
	return out, nil
}

// decodeInto decodes as files are decoded: a number keeps its text, because a float64
// cannot tell 9007199254740992 from 9007199254740993.
func decodeInto(data []byte, into any) (err error) {
	*into.(*any), err = decode(data)
	return err
}

func orEmpty(data []byte) []byte {
	if len(data) == 0 {
		return []byte("{}")
	}
	return data
}

// compact is a value on one line; texts without quotes, as an audit entry has them.
func compact(v any) string {
	if s, ok := v.(string); ok && s != "" {
		return s
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return "?"
	}
	return strings.TrimSpace(b.String())
}

// settingPath turns a JSON pointer into what audit entries have: auth_servers[0].host.
func settingPath(pointer string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		part = strings.NewReplacer("~1", "/", "~0", "~").Replace(part)
		if _, err := strconv.Atoi(part); err == nil || part == "-" {
			b.WriteString("[" + part + "]")
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('.')
		}
		b.WriteString(part)
	}
	return b.String()
}

// CompareCommands is the unified diff of two files of set commands; empty when they are
// equal.
func CompareCommands(before, after []byte, nameBefore, nameAfter string) string {
	return udiff.Unified(nameBefore, nameAfter, commandsOf(before), commandsOf(after))
}

// commandsOf are the commands of a file, one a line.
func commandsOf(data []byte) string {
	var o struct {
		CLI []string `json:"cli"`
	}
	if json.Unmarshal(orEmpty(data), &o) != nil || len(o.CLI) == 0 {
		return ""
	}
	return strings.Join(o.CLI, "\n") + "\n"
}

// Describe says what differs between two states of an object, or between two objects, one
// line each; set commands as a unified diff.
func Describe(before, after Object, nameBefore, nameAfter string) ([]string, error) {
	if cmp.Or(after.Type, before.Type) == "config_cmd" {
		text := strings.TrimSuffix(CompareCommands(before.JSON, after.JSON, nameBefore, nameAfter), "\n")
		if text == "" {
			return nil, nil
		}
		return strings.Split(text, "\n"), nil
	}
	changes, err := Compare(before.JSON, after.JSON)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, c := range changes {
		out = append(out, DescribeSetting(c))
	}
	return out, nil
}

// DescribeSetting is a change on one line, with what happened as its first sign.
func DescribeSetting(c event.ChangedSetting) string {
	switch {
	case c.Hidden && c.Before == "":
		return "+ " + c.Path + " (secret)"
	case c.Hidden && c.After == "":
		return "- " + c.Path + " (secret)"
	case c.Hidden:
		return "~ " + c.Path + " (secret) changed"
	case c.Before == "":
		return "+ " + c.Path + " " + c.After
	case c.After == "":
		return "- " + c.Path + " " + c.Before
	}
	return "~ " + c.String()
}

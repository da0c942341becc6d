package journal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"foghorn/journal/query"
)

// seenValues are the values of a journal, by field.
type seenValues map[string][]string

func (s seenValues) Values(_ context.Context, field, prefix string, limit int) ([]string, error) {
	if s == nil {
		return nil, errors.New("the view is closed")
	}
	var out []string
	for _, v := range s[field] {
		if len(v) >= len(prefix) && strings.EqualFold(v[:len(prefix)], prefix) && len(out) < limit {
			out = append(out, v)
		}
	}
	return out, nil
}

func manyValues(n int) []string {
	out := make([]string, n)
	for i := range out {
		out[i] = fmt.Sprintf("host-%d", i)
	}
	return out
}

// A value that no row ever had is named, with the one that was probably meant.
func TestFindUnseen(t *testing.T) {
	seen := seenValues{
		"topic": {"alarms", "audits", "client-join"}, "site": {"Berlin HQ", "Bern", "store-munich"},
		"device": {"lobby-ap1", "lobby-ap2", "sw-lobby", "core-1", "core-2"}, "kind": {"device_down"}, "client": manyValues(maxValues),
	}
	for _, c := range []struct {
		text  string
		table query.Table
		want  string
	}{
		{"topic:audit", query.Events, "no topic audit seen; did you mean audits?"},
		{"topic:AUDITS", query.Events, ""},
		{"topic:nothing-like-it", query.Events, "no topic nothing-like-it seen"},
		{"topic:audits site:munich", query.Events, "no site munich seen; did you mean store-munich?"},
		{"site:berlin", query.Events, "no site berlin seen; did you mean Berlin HQ?"},
		{"device:lobby", query.Events, "no device lobby seen; did you mean *lobby*?"},
		{"device:c", query.Events, "no device c seen"},
		{"device:core", query.Events, "no device core seen; did you mean core*?"},
		{"device:coer-1", query.Events, "no device coer-1 seen; did you mean core-1?"},
		{"type:device_dwon", query.Alerts, "no type device_dwon seen; did you mean device_down?"},
		{"!topic:audit", query.Events, ""},
		{"ssid:corp", query.Events, ""},      // nothing is known of SSIDs
		{"client:other-1", query.Events, ""}, // there may be more than are remembered
		{"topic:audit (", query.Events, ""},
		{"site:\"\u202eevil\"", query.Events, `no site \u202eevil seen`},
	} {
		u, ok, err := FindUnseen(t.Context(), seen, c.text, c.table)
		got := ""
		if ok {
			got = u.String()
		}
		if err != nil || got != c.want {
			t.Errorf("%s: %q, %v; want %q", c.text, got, err, c.want)
		}
	}
	if _, _, err := FindUnseen(t.Context(), seenValues(nil), "topic:x", query.Events); err == nil {
		t.Error("an error of the view is kept back")
	}
}

func TestNearestValue(t *testing.T) {
	j := networkOf(t)
	for typed, want := range map[string]string{"brelin hq": "Berlin HQ", "zurich": "", "Berlni HQ": "Berlin HQ", "hq": "Berlin HQ", "": ""} {
		if got, err := NearestValue(t.Context(), j, "site", typed); err != nil || got != want {
			t.Errorf("%q: %q, %v; want %q", typed, got, err, want)
		}
	}
}

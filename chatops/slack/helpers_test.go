package slack

import (
	"encoding/json"
	"testing"

	"foghorn/internal/clock"
)

func mustNew(t *testing.T, o Options) *Slack {
	t.Helper()
	s, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func jsonOf(t *testing.T, v any) string {
	t.Helper()
	out, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func testClock() clock.Clock { return clock.Real{} }

package priority

import (
	"strings"
	"testing"

	"foghorn/journal/event"
)

// A rule names parts of a device's message, also where the event's text says it in
// other words; the words that people see match as well.
func TestARuleSearchesTheMessageAndTheSentence(t *testing.T) {
	e := event.Event{Topic: "junos", Device: "sw1", Text: "ge-0/0/1 down", Rank: event.Rank{Text: "ifOperStatus down(2), ifName ge-0/0/1"}}
	for _, part := range []string{"sw1: ", "ge-0/0/1 down", "ifName ge-"} {
		if !strings.Contains(Text(&e), part) {
			t.Errorf("no %q in %q", part, Text(&e))
		}
	}
	if e.Rank.Text = ""; Text(&e) != "sw1: ge-0/0/1 down" {
		t.Errorf("without a message of its own: %q", Text(&e))
	}
}

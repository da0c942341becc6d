package view

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"foghorn/journal/event"
)

// The page of an audit lists each changed setting, who changed it and from where, and
// never a secret; without the element it says only what its row says.
func TestThePageOfAnAuditListsWhatChanged(t *testing.T) {
	body := []byte(`{"admin_name":"Kim Doe kim@example.com","src_ip":"203.0.113.45","message":"Update WLAN \"Corp\"",
		"before":"{\"auth_servers\":[{\"host\":\"10.0.8.40\"}],\"psk\":\"hunter2hunter2\",\"x\":\"a\\u001b[31m\"}",
		"after":"{\"auth_servers\":[{\"host\":\"10.0.8.4\"}],\"psk\":\"correct-horse\",\"x\":\"b\"}"}`)
	page := func(f DetailData) string {
		own, _ := eventDetail(testEnv(), &f, 80)
		return ansi.Strip(strings.Join(own, "\n"))
	}
	ev := &event.Event{Topic: event.TopicAudits, Text: "Kim Doe updated WLAN"}
	got := page(DetailData{Event: ev, Body: body})
	for _, want := range []string{"admin ", "Kim Doe\n", "203.0.113.45", `WLAN "Corp"`, "\nChanges", "auth_servers[0].host 10.0.8.40 → 10.0.8.4\n", "psk changed\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("the page lacks %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "hunter2") || strings.Contains(got, "correct-horse") || strings.Contains(got, "\x1b") {
		t.Errorf("the page shows what it must not:\n%q", got)
	}
	for name, f := range map[string]DetailData{
		"the element is gone": {Event: ev, Body: body, bodyNote: "gone"},
		"another topic":       {Event: &event.Event{Topic: "device-events"}, Body: body},
	} {
		if got := page(f); strings.Contains(got, "Changes") {
			t.Errorf("%s:\n%s", name, got)
		}
	}
}

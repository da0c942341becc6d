package journal

import (
	"fmt"
	"testing"

	"foghorn/journal/event"
)

// A chat that is not connected is a warning: it loses no event.
func TestHealthOfChat(t *testing.T) {
	links := []event.ChatLink{
		{Workspace: "noc", Platform: "slack", Sockets: 2, Wanted: 2}, {Workspace: "web", Platform: "slack", HTTP: true},
		{Workspace: "half", Platform: "slack", Sockets: 1, Wanted: 2, Problem: "503"}, {Workspace: "team", Platform: "mattermost", Wanted: 1, Problem: "401", Stopped: true},
	}
	for running, want := range map[bool]string{
		true: "[noc up web up half up team down] OK: 0 sources, nothing came in yet, warning: chat workspace half has 1 of 2 sockets: 503 " +
			"/ chat workspace team is not connected: 401; foghorn does not try again by itself",
		false: "[noc off web off half off team off] OK: 0 sources, nothing came in yet",
	} {
		var h Health
		h.addChat(links, running)
		h.summarize(start)
		var states []string
		for _, c := range h.Chat {
			states = append(states, c.Workspace+" "+c.State)
		}
		got := fmt.Sprint(states) + " " + h.Summary
		if len(h.Warnings) == 2 {
			got += " / " + h.Warnings[1].Full()
		}
		if got != want || !h.OK {
			t.Errorf("running %v:\n%s\nwant\n%s", running, got, want)
		}
	}
}

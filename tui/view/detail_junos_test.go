package view

import (
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/junos"
)

// postedFacts is an event of a Junos device as the detail view has it.
func postedFacts(body string) *DetailData {
	return &DetailData{Body: []byte(body), Event: &event.Event{ID: 1, Via: event.ViaJunos, Source: "core", Topic: "junos", Type: "X", Time: noon, Received: noon.Add(time.Second)}}
}

func text(lines []string) string { return strings.Join(lines, "\n") }

func TestAPostOfANewAgentIsShownInFull(t *testing.T) {
	cpu, _ := junos.ExampleOf("RTPERF_CPU_THRESHOLD_EXCEEDED")
	cpu.Attributes = [][2]string{{"current-value", "95"}}
	body := cpu.Post(junos.Sender{Hostname: "srx", PID: "17", Facility: "daemon", Time: noon.Unix(), ID: "1760000000123-00ff", Version: "1.0",
		Top: []junos.Process{{PID: "2345", User: "root", CPU: 71.09, Command: "flowd \x1b[2J"}}})
	f := postedFacts(string(body))
	for _, show := range []func() []string{
		func() []string { own, _ := eventDetail(testEnv(), f, 78); return own },
		func() []string {
			a := &DetailData{post: f.Body, Alert: &event.Alert{ID: 1, Key: "k", Opened: noon, LastSeen: noon}}
			own, _ := alertDetail(testEnv(), a, 78)
			return own
		},
	} {
		got := text(show())
		for _, want := range []string{"PERF_MON[17]", "daemon.warning", "version 1.0, post 1760000000123-00ff", "current-value = 95", " 71.1%  2345    root       flowd"} {
			if !strings.Contains(got, want) {
				t.Errorf("not shown: %s\n%s", want, got)
			}
		}
		if strings.Contains(got, "\x1b[2J") {
			t.Error("what a device says moves the cursor")
		}
	}
	own, _ := eventDetail(testEnv(), f, 78)
	if !strings.Contains(text(own), "by the device's clock") {
		t.Errorf("it does not say whose clock:\n%s", text(own))
	}
}

func TestWhoseClockATimeIsBy(t *testing.T) {
	for body, want := range map[string]string{
		`{"event":"X"}`: "when it arrived: the agent sends no time", `{"event":"X","id":"1760000000123-00ff"}`: "when the agent began to send it",
		`{"event":"X","generation_time":1760000000}`: "by the device's clock",
	} {
		own, _ := eventDetail(testEnv(), postedFacts(body), 120)
		if !strings.Contains(text(own), want) {
			t.Errorf("%s: not %q in\n%s", body, want, text(own))
		}
	}
}

func TestWhatIsNoPostIsShownAsBefore(t *testing.T) {
	other := postedFacts(`{"event":"X","process":"p"}`)
	other.Event.Via = event.ViaWebhook
	kept := postedFacts(`{"event":"X","process":"p"}`)
	kept.bodyNote = "no longer in the log"
	for _, f := range []*DetailData{other, kept, postedFacts("not JSON"), postedFacts("")} {
		own, _ := eventDetail(testEnv(), f, 78)
		if got := text(own); strings.Contains(got, "process") || strings.Contains(got, "clock") {
			t.Errorf("%s", got)
		}
	}
}

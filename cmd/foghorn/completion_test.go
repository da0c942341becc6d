package main

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"foghorn/journal/event"
)

// completed is what a shell is offered for the last word: the values, and the lines
// with their descriptions.
func completed(t *testing.T, args ...string) (values []string, lines string) {
	t.Helper()
	lines = must(t, append([]string{"__complete"}, args...)...)
	for line := range strings.Lines(lines) {
		if value, _, _ := strings.Cut(strings.TrimSpace(line), "\t"); value != "" && !strings.HasPrefix(value, ":") {
			values = append(values, value)
		}
	}
	return values, lines
}

// A shell completes ids, names and queries from the journal as it is.
func TestCompletionOffersWhatIsInTheJournal(t *testing.T) {
	o := newOrganization(t)
	eventually(t, "devices and a device's alert are known", func() bool {
		return len(o.devices(t, "")) >= 70 && len(list[event.Alert](t, "alerts", "-q", "device_mac:5*", "--data", o.dir, "--config", o.config)) > 0
	})
	alert := list[event.Alert](t, "alerts", "--data", o.dir, "--config", o.config)[0]
	device := o.devices(t, "type:ap")[0]
	id := event.ShortID(alert.ID)
	at := func(words ...string) []string {
		return append([]string{"--data", o.dir, "--config", o.config}, words...)
	}
	for _, c := range []struct {
		words []string
		want  string
	}{
		{at("alerts", "ack", ""), id},
		{at("alerts", "ack", id[:2]), id},
		{at("alerts", "show", ""), id},
		{at("alerts", "snooze", ""), id},
		{at("alerts", "snooze", id, ""), "4h"},
		{at("events", "show", "a"), "a*"},
		{at("deliveries", "show", ""), "*"},
		{at("ap", "rename", device.Name[:2]), device.Name},
		{at("ap", "rename", device.MAC.String()[:8]), device.MAC.String()},
		{at("devices", "show", ""), device.Name},
		{at("sites", "show", ""), device.Site},
		{at("sle", device.Site[:2]), device.Site},
		{at("webhooks", "ping", ""), "foghorn"},
		{at("api", "G"), "GET"},
		{at("send", "device-u"), "device-updowns"},
		{at("send", "ju"), "junos"},
		{at("sle", "--source", ""), "acme"},
		{at("ap", "rename", "--source", "a"), "acme"},
		{at("sle", "--family", "w"), "wifi"},
		{at("events", "--since", "y"), "yesterday"},
		{at("alerts", "-q", "sit"), "site:"},
		{at("alerts", "-q", "site:"+device.Site[:2]), "site:" + device.Site},
		{at("alerts", "list", "-q", "sev>=cri"), "sev>=critical"},
		{at("alerts", "ack", "-q", "state:op"), "state:open"},
		{at("events", "-q", "sev>=warn top"), "sev>=warn topic:"},
		{at("ap", "-q", "status:conn"), "status:connected"},
	} {
		values, lines := completed(t, c.words...)
		if !slices.ContainsFunc(values, func(v string) bool {
			begin, open := strings.CutSuffix(c.want, "*")
			return v == c.want || open && strings.HasPrefix(v, begin)
		}) {
			t.Errorf("%q offers no %q:\n%s", c.words, c.want, lines)
		}
	}
	if values, lines := completed(t, at("alerts", "ack", id, "")...); slices.Contains(values, id) || slices.Contains(values, "4h") {
		t.Errorf("an id that was given is offered again:\n%s", lines)
	}
	if _, lines := completed(t, at("alerts", "ack", id)...); !strings.Contains(lines, id+"\t"+alert.Severity.String()) {
		t.Errorf("an id has no description:\n%s", lines)
	}
	if _, lines := completed(t, at("alerts", "note", id, "--yes", "")...); !strings.Contains(lines, ":36") {
		t.Errorf("a note is offered files:\n%s", lines)
	}
	if _, lines := completed(t, at("verify", "")...); !strings.HasSuffix(strings.TrimSpace(lines), ":0") {
		t.Errorf("a file is not offered files:\n%s", lines)
	}
}

// Completing starts nothing and leaves nothing behind, also where there is no journal.
func TestCompletionWritesNothing(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "none")
	for _, words := range [][]string{{"alerts", "ack", "--data", dir, ""}, {"events", "--data", dir, "-q", "site:"}, {"ap", "rename", "--data", dir, ""}} {
		if values, lines := completed(t, words...); len(values) > 0 {
			t.Errorf("%q: %s", words, lines)
		}
	}
	if _, err := os.Stat(dir); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("completing made the directory of the journal: %v", err)
	}
}

// A journal that does not answer does not keep the shell.
func TestCompletionIsBounded(t *testing.T) {
	t.Parallel()
	release, ended := make(chan struct{}), make(chan struct{})
	ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	out, _ := inTime(ctx, func() ([]cobra.Completion, cobra.ShellCompDirective, error) {
		defer close(ended)
		<-release
		return []cobra.Completion{"late"}, noFiles, nil
	})
	if len(out) > 0 {
		t.Errorf("offered after the time: %q", out)
	}
	close(release)
	<-ended
	out, _ = inTime(t.Context(), func() ([]cobra.Completion, cobra.ShellCompDirective, error) {
		return []cobra.Completion{"in time"}, noFiles, nil
	})
	if !slices.Equal(out, []cobra.Completion{"in time"}) {
		t.Errorf("in time is offered %q", out)
	}
}

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/collector"
	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// The screen knows relays that are added while it runs, and keeps those that it knows
// while the file has a mistake in it.
func TestTheScreenReadsTheConfiguredRelaysAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg, broken, reads := &config.Config{}, error(nil), 0
		s := &settings{config: cfg, clock: clock.Real{}, reload: func() (*config.Config, error) { reads++; return cfg, broken }}
		p := newRelayPlanner(s)
		if n := len(p.Plans()); n != 0 || reads != 0 {
			t.Fatalf("%d relays after %d reads", n, reads)
		}
		cfg = &config.Config{Relays: []config.Relay{{Name: "chat", Kind: "slack", Send: "alerts"}}}
		time.Sleep(planEvery)
		if plans := p.Plans(); len(plans) != 1 || plans[0].Name != "chat" {
			t.Fatalf("after the change: %v", plans)
		}
		p.Plans()
		if reads != 1 {
			t.Errorf("the file was read %d times within %s", reads, planEvery)
		}
		cfg, broken = nil, errors.New("config.toml:3:1: expected a value")
		time.Sleep(planEvery)
		if plans := p.Plans(); len(plans) != 1 {
			t.Errorf("with a mistake in the file: %v", plans)
		}
	})
}

// What relays would send is worked out from the file as it is now, with the secrets
// hidden. A relay whose secret cannot be read says so, and the others go on.
func TestTheScreenPreviewsConfiguredRelays(t *testing.T) {
	dir := t.TempDir()
	ctx := t.Context()
	log, err := store.OpenLog(ctx, dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	view, err := store.OpenViewWriter(ctx, dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	j := journal.New(log, view)
	defer j.Close()
	opened := time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)
	a := event.Alert{ID: 3450000, Key: "k", Source: "acme", Kind: "device_down", Severity: event.Critical, State: event.Open, Title: "AP lobby-ap3 down", OpenTitle: "AP lobby-ap3 down", Opened: opened, LastSeen: opened, Count: 1}
	if err := view.Update(ctx, func(tx store.Tx) error { return tx.PutAlert(&a) }); err != nil {
		t.Fatal(err)
	}
	e := &env{configPath: filepath.Join(dir, "config.toml"), dataDir: dir, secrets: &collector.Secrets{}, stderr: io.Discard,
		getenv: func(name string) string {
			return map[string]string{"HOOK": "http://127.0.0.1:1/hook-" + testSecret}[name]
		}}
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(e.configPath, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("")
	s, err := e.settings()
	if err != nil {
		t.Fatal(err)
	}
	p := relayPreviews{s, j}
	if relays, err := p.PreviewRelays(ctx, a.ID); err != nil || len(relays) != 0 {
		t.Fatalf("without relays: %v, %v", relays, err)
	}
	write(`
[[relay]]
name = "hook"
kind = "webhook"
url_env = "HOOK"
query = "sev>=critical"
hold = "2m"
[[relay]]
name = "quiet"
kind = "webhook"
url_env = "HOOK"
query = "sev>=warn site:nowhere"
[[relay]]
name = "chat"
kind = "slack"
token_env = "MISSING"
channel = "C0123456789"
query = "sev>=warn"
`)
	relays, err := p.PreviewRelays(ctx, a.ID)
	if err != nil || len(relays) != 3 {
		t.Fatalf("%v, %v", relays, err)
	}
	hook, quiet, chat := relays[0], relays[1], relays[2]
	if !hook.Chosen || hook.Hold != "2m" || len(hook.Requests) != 2 || hook.Requests[0].Why != "first" || !strings.Contains(hook.Requests[0].Body, "AP lobby-ap3 down") {
		t.Errorf("hook: %+v", hook)
	}
	if quiet.Chosen || !strings.Contains(quiet.Note, "query") {
		t.Errorf("quiet: %+v", quiet)
	}
	if !strings.Contains(chat.Problem, "MISSING") || len(chat.Requests) != 0 {
		t.Errorf("chat: %+v", chat)
	}
	if all := fmt.Sprint(relays); strings.Contains(all, testSecret) {
		t.Errorf("the secret is not hidden: %s", all)
	}
	write("[[relay]]\nname = ")
	if _, err := p.PreviewRelays(ctx, a.ID); err == nil {
		t.Error("a mistake in the file is no error")
	}
}

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/store"
)

const aPing = `{"topic":"ping","events":[{"name":"noc","site_id":"","timestamp":1763900000,"webhook_id":"w"}]}`

// A sender whose deliveries are refused is an alert that outlives a kill and a
// rebuild, and ends with the first delivery that is accepted. The time in which
// nothing was collected is in the log.
func TestRefusedDeliveriesAreAnAlertUntilOneIsAccepted(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	serve := func() *process {
		return start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir, "--config", acmeConfig(t))
	}
	p := serve()
	refused := func() []event.Alert {
		return list[event.Alert](t, "alerts", "--data", dir, "-q", "kind:deliveries_refused !state:resolved")
	}
	if code := post(t, p.url+"/mist/acme", testSecret, aPing); code != http.StatusOK {
		t.Fatalf("the listener answered %d", code)
	}
	for range 6 {
		post(t, p.url+"/mist/acme", "changed", aPing)
	}
	eventually(t, "an alert of the refused deliveries", func() bool { return len(refused()) == 1 })
	a := refused()[0]
	if a.Severity != event.Critical || a.Source != "acme" || a.Title != "Deliveries of acme are refused: secret differs" {
		t.Errorf("%+v", a)
	}
	eventually(t, "the refusals in the header", func() bool {
		feed := feedOf(t, dir, "acme")
		return feed.State == event.FeedRefused && feed.Refused == 6 && feed.Brief == "secret differs"
	})
	_ = p.cmd.Process.Kill()
	<-p.done
	must(t, "rebuild", "--data", dir)
	lookedAway(t, dir, 10*time.Second)
	p = serve()
	eventually(t, "what the sources stood at", func() bool { return feedOf(t, dir, "acme").State == event.FeedRefused })
	if again := refused(); len(again) != 1 || again[0].ID != a.ID {
		t.Errorf("after kill and rebuild: %+v", again)
	}
	eventually(t, "a line of the pause", func() bool {
		gap := list[event.Event](t, "events", "--data", dir, "-q", "topic:uncollected")
		return len(gap) == 1 && strings.HasPrefix(gap[0].Text, "Nothing was collected for ")
	})
	post(t, p.url+"/mist/acme", testSecret, aPing)
	eventually(t, "the end of the alert", func() bool { return len(refused()) == 0 && feedOf(t, dir, "acme").State == event.FeedUp })
	if all := list[event.Alert](t, "alerts", "--all", "--data", dir, "-q", "kind:deliveries_refused"); len(all) != 1 || all[0].State != event.Resolved {
		t.Errorf("in the end: %+v", all)
	}
	last := feedOf(t, dir, "acme").Last
	p.stop(t, syscall.SIGTERM)
	p = serve()
	eventually(t, "when acme delivered last", func() bool {
		f := feedOf(t, dir, "acme")
		return f.Total == 0 && f.Last.Equal(last)
	})
	p.stop(t, syscall.SIGTERM)
}

// lookedAway makes the collector that was seen last one of a while ago, so that
// nobody has to wait for a pause that is worth a line.
func lookedAway(t *testing.T, dir string, ago time.Duration) {
	t.Helper()
	v, err := store.OpenViewWriter(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	s, err := v.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	s.Collector.Heartbeat = time.Now().Add(-ago)
	if err := v.PutFeeds(t.Context(), s.Collector, s.Feeds, s.Dropped, s.Budgets); err != nil {
		t.Fatal(err)
	}
}

// acmeConfig is a configuration with one source.
func acmeConfig(t *testing.T) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "config.toml")
	if err := os.WriteFile(file, []byte("[[mist]]\nname = \"acme\"\nwebhook_secret_env = \"SECRET\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// feedOf is what the collector last said of a feed.
func feedOf(t *testing.T, dir, name string) event.Feed {
	t.Helper()
	v, err := store.OpenView(t.Context(), dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer v.Close()
	s, err := v.Status(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(s.Feeds, func(f event.Feed) bool { return f.Name == name })
	if i < 0 {
		return event.Feed{}
	}
	return s.Feeds[i]
}

// A time over midnight names both days, and every time its zone.
func TestASpanNamesItsDaysAndZone(t *testing.T) {
	zone := time.FixedZone("CET", 3600)
	end := time.Date(2026, 11, 26, 14, 0, 0, 0, zone)
	for ago, want := range map[time.Duration]string{
		24 * time.Hour: "25 Nov 14:00 to 26 Nov 14:00 CET", time.Hour: "26 Nov 13:00 to 14:00 CET",
	} {
		if got := spanOf(end.Add(-ago), end); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

package collector

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/collector/lifecycle"
	"foghorn/feeds"
	"foghorn/journal/event"
	"foghorn/journal/store"
	"foghorn/mist"
)

// running runs a collector; stop ends it.
func running(t *testing.T, c *Collector) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
}

// eventually waits until a condition holds. The limit is only reached by a failure.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(time.Minute); !holds(); {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("not so: %s", what)
		}
	}
}

func post(t *testing.T, c *Collector, n int) {
	t.Helper()
	body := fmt.Sprintf(`{"topic":"ping","events":[{"name":"noc","timestamp":%d,"webhook_id":"w"}]}`, 1763900000+n)
	res, err := http.Post("http://"+c.Addr().String()+"/mist/mist", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("the listener answers %s, %v", res.Status, err)
	}
}

// What was acknowledged is in the view when the collector has stopped, and not
// only in the log.
func TestStoppingDrainsTheProjector(t *testing.T) {
	c := testCollector(t, "")
	stop := running(t, c)
	for n := range 50 {
		post(t, c, n)
	}
	stop()
	end, err := c.log.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if at, err := c.view.Position(t.Context()); err != nil || at != end || end < 50 {
		t.Errorf("the view is at %d of %d, %v", at, end, err)
	}
}

// A panic in one feed ends nothing else. The header and /readyz say what failed.
func TestAFailedServiceIsShownAndEndsNothingElse(t *testing.T) {
	c := testCollector(t, "")
	broken := lifecycle.Service{Name: "mist globex", Phase: lifecycle.Ingest, Restart: lifecycle.OnFailure, Run: func(context.Context) error { panic("spilled coffee") }}
	var err error
	if c.runner, err = lifecycle.New(lifecycle.Options{}, append(c.services(), broken)...); err != nil {
		t.Fatal(err)
	}
	defer running(t, c)()
	eventually(t, "a row in the header", func() bool {
		s, err := c.view.Status(t.Context())
		return err == nil && slices.ContainsFunc(s.Feeds, func(f event.Feed) bool {
			return f.Name == "mist globex" && f.Kind == event.FeedService && f.State == event.FeedDown && strings.Contains(f.Detail, "spilled coffee")
		})
	})
	post(t, c, 1)
	res, err := http.Get("http://" + c.Addr().String() + "/readyz")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if body, err := io.ReadAll(res.Body); err != nil || res.StatusCode != http.StatusOK || !strings.Contains(string(body), "service mist globex restarting after a failure: ") {
		t.Errorf("/readyz answers %s: %s %v", res.Status, body, err)
	}
}

// After a failure an organization is followed by a new feed, with the client that
// was in use.
func TestAFailedOrganizationBeginsAnew(t *testing.T) {
	c := testCollector(t, fullConfig)
	f := c.orgs[0]
	first, made := f.Org(), 0
	original := f.make
	f.make = func(client *mist.Client) (*feeds.Org, error) {
		if made++; client != first.Client() {
			t.Error("it has another client")
		}
		return original(client)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 2 {
		if err := f.Run(ctx); err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	}
	if made != 1 || f.Org() == first {
		t.Errorf("%d new feeds", made)
	}
}

// A service that did not stop may still write, so no other collector may begin.
func TestAStuckServiceKeepsTheLock(t *testing.T) {
	c := testCollector(t, "")
	release := make(chan struct{})
	stuck := lifecycle.Service{Name: "stuck", Phase: lifecycle.Ingest, StopTimeout: time.Millisecond, Run: func(context.Context) error {
		<-release
		return nil
	}}
	var err error
	if c.runner, err = lifecycle.New(lifecycle.Options{}, append(c.services(), stuck)...); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := c.Run(ctx); err == nil || !strings.Contains(err.Error(), "service stuck did not stop") {
		t.Errorf("it returns %v", err)
	}
	if err := c.Close(); err != nil {
		t.Error(err)
	}
	var held *store.HeldError
	if lock, err := c.Lock(t.Context(), "serve"); !errors.As(err, &held) {
		t.Errorf("another collector gets %v, %v", lock, err)
	}
	close(release)
	eventually(t, "the service ends", func() bool { return len(c.runner.Overrun()) == 0 })
}

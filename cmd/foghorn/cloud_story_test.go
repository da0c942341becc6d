package main

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"

	"foghorn/journal/event"
	"foghorn/mist/mistsim"
)

// organizationInTheCloud is a simulated cloud that really posts to a foghorn of
// its own process, which follows it with nothing but api_url and stream_url changed.
type organizationInTheCloud struct {
	*mistsim.Cloud
	url       string // of its API
	collector *process
	dir       string
	config    string
}

// still is the speed of a cloud in which nothing happens that the test does not play.
const still = 0.01

// newOrganization starts a cloud, and a collector that follows it.
func newOrganization(t *testing.T) *organizationInTheCloud {
	t.Helper()
	dir := t.TempDir()
	return newOrganizationIn(t, environment(t), dir, filepath.Join(t.TempDir(), "config.toml"), 10)
}

// newOrganizationIn is newOrganization with another environment and places.
func newOrganizationIn(t testing.TB, env []string, dir, config string, speed float64) *organizationInTheCloud {
	t.Helper()
	return startOrganization(t, organizationOptions{env: env, dir: dir, config: config, cloud: mistsim.Options{Speed: speed}})
}

// organizationOptions say what an organization and its collector are like.
type organizationOptions struct {
	env         []string
	dir, config string
	more        string                        // of the configuration, after the organization
	cloud       mistsim.Options               // its size, speed and tokens besides that of foghorn
	ready       func(*organizationInTheCloud) // runs before the API answers; may be nil
}

func startOrganization(t testing.TB, with organizationOptions) *organizationInTheCloud {
	t.Helper()
	var api atomic.Pointer[http.Handler]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if h := api.Load(); h != nil {
			(*h).ServeHTTP(w, r)
			return
		}
		w.WriteHeader(http.StatusServiceUnavailable) // the cloud is not there yet
	}))
	t.Cleanup(server.Close)
	// The ids of an organization depend on its seed alone, so that it can be
	// configured before it runs.
	of := with.cloud
	of.Seed, of.MistURL = 7, "http://127.0.0.1:1/"
	plan, err := mistsim.New(of)
	if err != nil {
		t.Fatal(err)
	}
	o := &organizationInTheCloud{url: server.URL, dir: with.dir, config: with.config}
	text := fmt.Sprintf("[[mist]]\nname = \"acme\"\napi_url = %q\nstream_url = %q\norg_id = %q\ntoken_env = \"SECRET\"\nwebhook_secret_env = \"SECRET\"\n",
		server.URL, "ws"+strings.TrimPrefix(server.URL, "http"), plan.Org().ID)
	if err := os.WriteFile(o.config, []byte(text+with.more), 0o600); err != nil {
		t.Fatal(err)
	}
	o.collector = startIn(t, with.env, "serve", "--listen", "127.0.0.1:0", "--data", o.dir, "--config", o.config)
	of.MistURL, of.MistSecret, of.History = o.collector.url+"/mist/acme", []byte(testSecret), -1
	of.Tokens = append([]mistsim.Token{{Key: testSecret, Name: "foghorn", Role: "admin"}}, of.Tokens...)
	if o.Cloud, err = mistsim.New(of); err != nil {
		t.Fatal(err)
	}
	if with.ready != nil {
		with.ready(o)
	}
	handler := o.API()
	api.Store(&handler)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- o.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the cloud ended with %v", err)
		}
	})
	return o
}

// run is a command of somebody beside the collector.
func (o *organizationInTheCloud) run(t *testing.T, args ...string) result {
	t.Helper()
	return foghorn(t, "", append(args, "--data", o.dir, "--config", o.config)...)
}

func (o *organizationInTheCloud) devices(t *testing.T, where string) []event.Device {
	t.Helper()
	return list[event.Device](t, "devices", "-q", where, "--limit", "0", "--data", o.dir, "--config", o.config)
}

// A first hour with an organization: everything is there by name, what is done
// reaches the cloud, and the cloud's answer is told.
func TestAnOrganizationIsFollowedAndActedOn(t *testing.T) {
	t.Parallel()
	o := newOrganization(t)
	eventually(t, "all devices are known", func() bool { return len(o.devices(t, "")) >= 70 })

	eventually(t, "its webhooks are listed", func() bool { return strings.Contains(o.run(t, "webhooks").out, "foghorn") })
	t.Run("a disabled webhook", o.disabled)
	t.Run("ack", o.acked)
	if code := o.collector.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("SIGTERM ends it with %d:\n%s", code, o.collector.errors())
	}
}

func (o *organizationInTheCloud) acked(t *testing.T) {
	var alerts []event.Alert
	eventually(t, "one of its alarms is an alert", func() bool {
		alerts = list[event.Alert](t, "alerts", "-q", "mist_alarm_id:*-* kind:rogue*", "--data", o.dir, "--config", o.config)
		return len(alerts) > 0
	})
	if r := o.run(t, "alerts", "ack", fmt.Sprint(alerts[0].ID), "--note", "on it"); r.code != 0 {
		t.Fatalf("ack: exit %d %s", r.code, r.errOut)
	}
	eventually(t, "Mist took the ack", func() bool {
		a := list[event.Alert](t, "alerts", "--all", "-q", "mist_alarm_id:"+alerts[0].MistAlarmID, "--data", o.dir, "--config", o.config)
		return len(a) == 1 && a[0].Owner == "ada" && a[0].Sync.State == event.SyncDone
	})
	if r := o.run(t, "api", "GET", "/orgs/:org/alarms/search", "-f", "acked=true", "--jq", `.results[] | select(.id == "`+alerts[0].MistAlarmID+`") | .note`); strings.TrimSpace(r.out) != "on it" {
		t.Errorf("in the cloud its note is %q %s", r.out, r.errOut)
	}
}

// A webhook that is disabled in Mist, or enabled again, shows so at once where
// somebody looks.
func (o *organizationInTheCloud) disabled(t *testing.T) {
	hook := func() event.Webhook {
		for _, h := range list[event.Webhook](t, "webhooks", "--data", o.dir, "--config", o.config) {
			if strings.HasSuffix(h.URL, "/mist/acme") {
				return h
			}
		}
		t.Fatal("the webhook is not listed")
		return event.Webhook{}
	}
	set := func(enabled bool) {
		if r := o.run(t, "api", "PUT", "/orgs/:org/webhooks/"+hook().ID, "-f", fmt.Sprint("enabled=", enabled)); r.code != 0 {
			t.Fatalf("exit %d\n%s%s", r.code, r.out, r.errOut)
		}
		if got := hook().Enabled; got != enabled {
			t.Errorf("right after it was set to %t it is listed as %t", enabled, got)
		}
	}
	set(false)
	set(true)
}

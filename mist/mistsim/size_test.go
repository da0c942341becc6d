package mistsim

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestAnOrganizationOfAnySize(t *testing.T) {
	t.Parallel()
	for _, sites := range []int{1, 10, 100, 1000} {
		c := mustNew(t, Options{Unposted: true, Seed: 3, Sites: sites, Devices: 12, Clients: 15})
		again := mustNew(t, Options{Unposted: true, Seed: 3, Sites: sites, Devices: 12, Clients: 15})
		o := c.Org()
		macs, ids := map[string]bool{}, map[string]bool{}
		for _, s := range o.Sites {
			ids[s.ID] = true
			if len(s.Devices) != 12 || len(s.Clients) != 15 || len(s.OfType(Gateway)) != 1 {
				t.Fatalf("%s has %d devices and %d clients", s.Name, len(s.Devices), len(s.Clients))
			}
			for _, d := range s.Devices {
				macs[d.MAC] = true
			}
		}
		if len(ids) != sites || len(macs) != 12*sites {
			t.Errorf("%d sites, %d devices", len(ids), len(macs))
		}
		last := again.Org().Sites[sites-1]
		if last.ID != o.Sites[sites-1].ID || last.Devices[3].MAC != o.Sites[sites-1].Devices[3].MAC {
			t.Error("the same seed makes another organization")
		}
		if err := c.Play(t.Context(), "switch-outage"); err != nil {
			t.Fatal(err)
		}
	}
	for _, o := range []Options{{Sites: -1}, {Sites: 1, Devices: 2}, {Sites: 1e6}, {Devices: 5}, {Sites: 1, Clients: -1}} {
		o.Unposted = true
		if _, err := New(o); err == nil {
			t.Errorf("%+v is no error", o)
		}
	}
}

// Asking changes nothing in the story, and what is done through the API comes on
// top of it.
func TestTheStoryIsTheSameHoweverMuchIsAsked(t *testing.T) {
	t.Parallel()
	digest := func(ask bool) (sum [32]byte, others int) {
		r := &recorder{}
		synctest.Test(t, func(t *testing.T) {
			r.start = time.Now()
			c := mustNew(t, r.options(7))
			done := make(chan error, 1)
			ctx, cancel := context.WithTimeout(t.Context(), 70*time.Second+500*time.Microsecond)
			defer cancel()
			go func() { done <- c.Run(ctx) }()
			for i := range 30 {
				<-time.After(2 * time.Second) // of the bubble, which takes no time
				if ask {
					askAll(t, c, i)
				}
			}
			if err := <-done; err != nil {
				t.Error(err)
			}
		})
		h := sha256.New()
		for _, g := range r.posts {
			if g.path == "/in" {
				others++
				continue
			}
			if strings.Contains(g.body, `"message":"Add Webhook`) {
				continue // the audit of the one that is made on the way
			}
			fmt.Fprintf(h, "%s %s\n", g.path, g.body)
		}
		return [32]byte(h.Sum(nil)), others
	}
	quiet, none := digest(false)
	asked, others := digest(true)
	if quiet != asked {
		t.Error("asking changed what the webhook of the options gets")
	}
	if none != 0 || others == 0 {
		t.Errorf("the webhook made on the way got %d posts, without it %d", others, none)
	}
}

// askAll is one round of somebody who watches, and who once does something.
func askAll(t *testing.T, c *Cloud, round int) {
	t.Helper()
	org := c.Org()
	call := func(method, path, body string) {
		t.Helper()
		q := httptest.NewRequest(method, "/api/v1"+path, strings.NewReader(body))
		q.Header.Set("Authorization", "Token "+AdminToken)
		w := httptest.NewRecorder()
		c.API().ServeHTTP(w, q)
		if w.Code != http.StatusOK {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	for _, path := range []string{
		"/orgs/" + org.ID + "/stats/devices?type=all", "/sites/" + org.Sites[round%8].ID + "/stats/clients",
		"/orgs/" + org.ID + "/insights/sites-sle", "/orgs/" + org.ID + "/alarms/search",
	} {
		call("GET", path, "")
	}
	if round == 5 {
		call("POST", "/orgs/"+org.ID+"/alarms/ack_all", "{}")
		call("POST", "/orgs/"+org.ID+"/webhooks", `{"url":"http://other/in","topics":["alarms","audits"]}`)
	}
}

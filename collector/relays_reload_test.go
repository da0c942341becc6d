package collector

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/relay/relaytest"
)

// relayBench is a collector that runs, with receivers of webhooks for its relays.
type relayBench struct {
	*Collector
	t        *testing.T
	reloadIt chan struct{}
	said     *messages
	first    *receiver
	second   *receiver
	n        int
}

// messages are what the collector tells people.
type messages struct {
	mu sync.Mutex
	b  strings.Builder
}

func (m *messages) Write(p []byte) (int, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.b.Write(p)
}

func (m *messages) String() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.b.String()
}

// receiver is where a relay posts to.
type receiver struct {
	*relaytest.Webhook
	url string
}

func newReceiver(t *testing.T) *receiver {
	w := relaytest.NewWebhook(relaytest.WebhookOptions{}, time.Now)
	server := httptest.NewServer(w)
	t.Cleanup(server.Close)
	return &receiver{w, server.URL}
}

// got are the networks that the clients of the posted events joined, in order.
func (r *receiver) got() (names []string) {
	for _, p := range r.Posts() {
		_, after, _ := strings.Cut(string(p.Body), `"ssid":"`)
		name, _, _ := strings.Cut(after, `"`)
		names = append(names, name)
	}
	return names
}

const relayBase = "[[mist]]\nname = \"mist\"\norg_id = \"2818e386-8dec-2562-9ede-5b8a0fbbdc71\"\nallow_unsigned = true\n"

func newRelayBench(t *testing.T) *relayBench {
	t.Helper()
	b := &relayBench{Collector: testCollector(t, relayBase), t: t, reloadIt: make(chan struct{}), said: &messages{}, first: newReceiver(t), second: newReceiver(t)}
	b.reloader.now, b.reloader.log, b.Messages = b.reloadIt, b.said, b.said
	return b
}

// configure writes the relays into the file and asks for a reload.
func (b *relayBench) configure(tables ...string) (said string) {
	b.t.Helper()
	if err := os.WriteFile(b.ConfigPath, []byte(relayBase+strings.Join(tables, "\n")), 0o600); err != nil {
		b.t.Fatal(err)
	}
	return b.reload()
}

func (b *relayBench) reload() (said string) {
	b.t.Helper()
	before := len(b.said.String())
	b.reloadIt <- struct{}{}
	b.reloadIt <- struct{}{} // taken when the first is done
	return b.said.String()[before:]
}

// joins posts that a client joined a network of a new name.
func (b *relayBench) joins(kind string) (name string) {
	b.t.Helper()
	b.n++
	name = fmt.Sprintf("%s%02d", kind, b.n)
	body := fmt.Sprintf(`{"topic":"client-join","events":[{"mac":"aabbcc%06x","ap":"5c5b35000001","ssid":%q,"timestamp":%d}]}`, b.n, name, time.Now().Unix())
	res, err := http.Post("http://"+b.Addr().String()+"/mist/mist", "application/json", strings.NewReader(body))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := res.Body.Close(); err != nil || res.StatusCode != http.StatusOK {
		b.t.Fatalf("the listener answers %s, %v", res.Status, err)
	}
	return name
}

// run waits until these relays run, and no others.
func (b *relayBench) run(names ...string) {
	b.t.Helper()
	eventually(b.t, fmt.Sprintf("the relays %v run", names), func() bool {
		relays, err := b.outbox.Relays(b.t.Context())
		var running []string
		for _, r := range relays {
			if r.State != event.RelayRemoved {
				running = append(running, r.Name)
			}
		}
		return err == nil && slices.Equal(running, names)
	})
}

// has waits until a receiver has got exactly these.
func (b *relayBench) has(r *receiver, names ...string) {
	b.t.Helper()
	eventually(b.t, fmt.Sprintf("the receiver has %v, and %d of them", names, len(r.got())), func() bool { return len(r.got()) >= len(names) })
	if got := r.got(); !slices.Equal(got, names) {
		b.t.Fatalf("the receiver got %v, not %v", got, names)
	}
}

// seen waits until the relays of the collector have looked at all that there is.
func (b *relayBench) seen() {
	b.t.Helper()
	end, err := b.log.Last(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	eventually(b.t, "all relays are up to date", func() bool {
		relays, err := b.outbox.Relays(b.t.Context())
		return err == nil && !slices.ContainsFunc(relays, func(r event.RelayState) bool {
			return r.State != event.RelayRemoved && (r.Cursor.Record < end || r.Queued > 0)
		})
	})
}

func relayTo(r *receiver, name, more string) string {
	return fmt.Sprintf("[[relay]]\nname = %q\nkind = \"webhook\"\nsend = \"events\"\nurl = %q\n%s\n", name, r.url+"/in", more)
}

// A relay's query is changed, another relay comes, goes, gets another name and comes back,
// and a receiver is down meanwhile: nothing is lost, and nothing is sent twice.
func TestRelaysAreReloaded(t *testing.T) {
	b := newRelayBench(t)
	stop := running(t, b.Collector)
	defer stop()
	guests, all := `query = "guests"`, ""

	b.joins("guests") // before there is a relay: that is the past
	b.configure(relayTo(b.first, "a", guests))
	b.run("a")
	var first, second []string
	first = append(first, b.joins("guests"))
	b.has(b.first, first...)
	b.joins("staff") // it does not choose that
	b.seen()

	b.configure(relayTo(b.first, "a", all))
	first = append(first, b.joins("staff"))
	b.has(b.first, first...)

	b.first.Fail(relaytest.Forever, http.StatusServiceUnavailable, nil, "")
	waits := b.joins("staff")
	b.configure(relayTo(b.first, "a", "timeout = \"6s\""), relayTo(b.second, "b", all))
	b.run("a", "b")
	g := b.joins("guests")
	second = append(second, g)
	b.has(b.second, second...)
	b.configure(relayTo(b.first, "a", "timeout = \"5s\""), relayTo(b.second, "b", all))
	b.first.Heal()
	first = append(first, waits, g)
	if got := b.first.got(); len(got) > len(first) {
		t.Fatalf("got %v", got)
	}
	b.has(b.first, first...)

	b.configure(relayTo(b.first, "a", all), relayTo(b.second, "c", all))
	b.run("a", "c")
	s := b.joins("staff")
	first, second = append(first, s), append(second, s)
	b.has(b.first, first...)
	b.has(b.second, second...)

	b.configure(relayTo(b.second, "c", all))
	b.run("c")
	second = append(second, b.joins("staff"))
	b.has(b.second, second...)
	b.configure(relayTo(b.first, "a", all), relayTo(b.second, "c", all))
	b.run("a", "c")
	s = b.joins("staff")
	first, second = append(first, s), append(second, s)
	b.has(b.first, first...)
	b.has(b.second, second...)
	b.seen()
	b.has(b.first, first...) // and nothing came behind
	b.has(b.second, second...)
}

// A file that is broken, and a secret that is gone: the relays go on as they were, and
// foghorn says so and does not say that it has applied them.
func TestABrokenReloadChangesNoRelay(t *testing.T) {
	b := newRelayBench(t)
	stop := running(t, b.Collector)
	defer stop()
	if said := b.configure(relayTo(b.first, "a", "")); !strings.Contains(said, "applied the relays") {
		t.Errorf("it says %q", said)
	}
	b.run("a")
	var first []string
	works := func() {
		t.Helper()
		first = append(first, b.joins("staff"))
		b.has(b.first, first...)
	}
	works()
	if said := b.configure(relayTo(b.first, "a", ""), "[[relay]]\nname = \"b\"\nkind = \"pigeon\"\n"); !strings.Contains(said, "the previous one stays in effect") || b.reloader.Problem() == "" {
		t.Errorf("it says %q, and on the screen %q", said, b.reloader.Problem())
	}
	works()

	secret := b.ConfigPath + ".url"
	fromFile := fmt.Sprintf("[[relay]]\nname = \"b\"\nkind = \"webhook\"\nsend = \"events\"\nurl_file = %q\n", secret)
	said := b.configure(relayTo(b.first, "a", `query = "nothing"`), fromFile)
	if !strings.Contains(said, "the relays were not changed") || strings.Contains(said, "applied") || !strings.Contains(b.reloader.Problem(), "relay") {
		t.Errorf("it says %q, and on the screen %q", said, b.reloader.Problem())
	}
	works()

	if err := os.WriteFile(secret, []byte(b.second.url+"/in\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if said = b.reload(); !strings.Contains(said, "applied the relays") || b.reloader.Problem() != "" {
		t.Errorf("it says %q, and on the screen %q", said, b.reloader.Problem())
	}
	b.run("a", "b")
	second := b.joins("staff")
	b.has(b.second, second)
	b.seen()
	b.has(b.first, first...)
}

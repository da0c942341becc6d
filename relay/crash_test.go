package relay_test

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	osexec "os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/journal/store"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

// story is a journal whose only relay is sent from by processes that are killed, and the
// service that it sends to, which lives on.
type story struct {
	t      *testing.T
	dir    string
	clock  quick
	log    *store.Log
	step   relay.CrashPoint
	random *rand.Rand
	kills  int // so many processes were killed
}

// killsInARow is how often a process is killed before one may end by itself.
const killsInARow = 2

// everyStep tells a story for each place, with processes that die there.
func everyStep(t *testing.T, seeds int, tell func(s *story)) {
	for _, step := range []relay.CrashPoint{relay.StepRead, relay.StepSent, relay.StepAnswered, relay.StepDone} {
		for seed := range seeds {
			t.Run(fmt.Sprintf("%s/%d", step, seed), func(t *testing.T) {
				t.Parallel()
				s := &story{t: t, dir: t.TempDir(), clock: quick{time.Now()}, step: step, random: rand.New(rand.NewPCG(uint64(seed), 1))}
				var err error
				s.log, err = store.OpenLog(t.Context(), s.dir, store.Options{})
				s.must(err)
				done := make(chan error, 1)
				go func() { done <- s.log.Run(t.Context()) }()
				t.Cleanup(func() {
					s.must(<-done)
					s.must(s.log.Close())
				})
				tell(s)
				if s.kills < 2 {
					t.Errorf("only %d processes were killed", s.kills)
				}
			})
		}
	}
}

func (s *story) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

// serve starts the service, and configures the relay to send there from the journal's
// beginning.
func (s *story) serve(h http.Handler, send, kind, keys string) {
	s.t.Helper()
	server := httptest.NewServer(h)
	s.t.Cleanup(server.Close)
	text := fmt.Sprintf("[[relay]]\nname = \"chat\"\nsend = %q\nkind = %q\n", send, kind) + strings.ReplaceAll(keys, "URL", server.URL)
	s.must(os.WriteFile(filepath.Join(s.dir, "config.toml"), []byte(text), 0o600))
	outbox, err := store.OpenOutbox(s.t.Context(), s.dir, store.Options{})
	s.must(err)
	s.must(outbox.BeginRelay(s.t.Context(), event.RelayState{Name: "chat", Kind: kind, Send: send, Started: s.clock.Now()}, true))
	s.must(outbox.Close())
}

// post appends a delivery, as the listener does.
func (s *story) post(topic string, events ...map[string]any) {
	s.t.Helper()
	body, err := json.Marshal(map[string]any{"topic": topic, "events": events})
	s.must(err)
	rec, err := event.DeliveryRecord(event.Delivery{Received: s.clock.Now(), Source: "acme", Method: "POST", Path: "/mist/acme", Body: body, Verdict: event.Verified, Status: 200, Size: int64(len(body))})
	s.must(err)
	_, err = s.log.Append(s.t.Context(), rec)
	s.must(err)
}

// ap reports that an access point went down or came up.
func (s *story) ap(i int, what string) {
	s.t.Helper()
	s.post("device-updowns", map[string]any{"type": what, "mac": fmt.Sprintf("5c5b3500%04x", i), "device_name": fmt.Sprintf("ap-%d", i), "device_type": "ap",
		"site_id": "978c48e6-6ef6-11e6-8bbf-02e208b2d34f", "site_name": "berlin", "org_id": "2818e386-8dec-2562-9ede-5b8a0fbbdc71", "timestamp": s.clock.Now().Unix()})
}

// untilSent starts processes, which die, until one of them has nothing left to send. The
// first one always dies: each part of a story is three exchanges at the least.
func (s *story) untilSent() {
	s.t.Helper()
	for range killsInARow {
		s.run(1 + s.random.IntN(3))
	}
	s.run(0)
}

// run starts a process that dies at a visit of the story's place; at none when it is 0.
func (s *story) run(visit int) {
	s.t.Helper()
	cmd := osexec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childDir+"="+s.dir, childEpoch+"="+strconv.FormatInt(s.clock.epoch.UnixNano(), 10), childStep+"="+string(s.step), childVisit+"="+strconv.Itoa(visit))
	out, err := cmd.CombinedOutput()
	switch {
	case cmd.ProcessState != nil && cmd.ProcessState.String() == "signal: killed" && visit > 0:
		s.kills++
	case err != nil:
		s.t.Fatalf("the process: %v\n%s", err, out)
	}
}

// state is what the relay remembers at the end.
func (s *story) state() event.RelayState {
	s.t.Helper()
	outbox, err := store.OpenOutbox(s.t.Context(), s.dir, store.Options{})
	s.must(err)
	defer outbox.Close()
	state, err := outbox.Relay(s.t.Context(), "chat")
	s.must(err)
	return state
}

// answersAreLost reports whether a process that dies at the story's place takes an answer
// along with it.
func (s *story) answersAreLost() bool {
	return s.step == relay.StepSent || s.step == relay.StepAnswered
}

// repeated compares the relay's count with what came twice. A process that dies before it
// sends leaves the same behind as one that dies before the answer, so what it was about to
// send counts, too: underWay at the most.
func (s *story) repeated(twice, underWay int) {
	s.t.Helper()
	n := int(s.state().Repeated)
	switch {
	case !s.answersAreLost() && twice > 0:
		s.t.Errorf("%d came twice, and no answer was lost", twice)
	case !s.answersAreLost() && n > underWay:
		s.t.Errorf("%d are counted as repeated, and %d were under way", n, underWay)
	case s.answersAreLost() && (n != twice || n == 0):
		s.t.Errorf("%d are counted as repeated, and %d came twice", n, twice)
	}
}

// ledger keeps the ids that arrive.
type ledger struct {
	mu  sync.Mutex
	ids []string
}

func (l *ledger) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	unpacked, err := gzip.NewReader(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	body, err := io.ReadAll(unpacked)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ids = append(l.ids, strings.Fields(string(body))...)
}

// kill -9 at each step, time and again: every event arrives, in order. It comes twice only
// when its answer was lost, and that is counted.
func TestKilledWhileItSendsEvents(t *testing.T) {
	everyStep(t, 2, func(s *story) {
		l := &ledger{}
		s.serve(l, "events", "webhook", "url = \"URL\"\n")
		var want []string
		for part := range 2 {
			for range 4 {
				var events []map[string]any
				for range 3 {
					events = append(events, map[string]any{"mac": fmt.Sprintf("%012x", len(want)+1), "ap": "5c5b35000001", "ssid": "guests", "timestamp": s.clock.Now().Unix()})
					want = append(want, event.ShortID(event.ID(int64(part*4+len(want)/3%4+1), len(events)-1)))
				}
				s.post("client-join", events...)
			}
			s.untilSent()
		}
		var got []string
		twice, seen := 0, map[string]bool{}
		for _, id := range l.ids {
			if seen[id] {
				twice++
				continue
			}
			seen[id] = true
			got = append(got, id)
		}
		if !slices.Equal(got, want) {
			s.t.Errorf("arrived\n%s\nnot\n%s", got, want)
		}
		underWay := 0
		if s.step == relay.StepRead {
			underWay = s.kills * batches{}.Limits().Items
		}
		s.repeated(twice, underWay)
		if n := s.state().Sent; int(n) != len(want) {
			s.t.Errorf("%d are counted as sent, not %d", n, len(want))
		}
	})
}

// calls keeps what each request asked for, so that the same request is known again.
type calls struct {
	next http.Handler
	mu   sync.Mutex
	made map[string]int
}

func (c *calls) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	c.mu.Lock()
	c.made[r.URL.Path+" "+string(body)]++
	c.mu.Unlock()
	c.next.ServeHTTP(w, r)
}

func (c *calls) twice() (n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, times := range c.made {
		n += times - 1
	}
	return n
}

const accessPoints = 3

// outage is a story of access points that go down, and come up again.
func (s *story) outage() {
	s.t.Helper()
	for _, what := range []string{"AP_DISCONNECTED", "AP_CONNECTED"} {
		for i := range accessPoints {
			s.ap(i, what)
		}
		s.untilSent()
	}
}

// kill -9 at each step: an alert keeps one message, which is updated and gets a reply,
// also when the process dies between the two. There is another message only when the
// answer to the first was lost.
func TestKilledWhileItUpdatesMessages(t *testing.T) {
	everyStep(t, 1, func(s *story) {
		slack := relaytest.NewSlack("xoxb-test", s.clock.Now)
		c := &calls{next: slack, made: map[string]int{}}
		s.serve(c, "alerts", "slack", "token = \"xoxb-test\"\nchannel = \"C0123456789\"\nurl = \"URL/api/\"\ngroup = \"none\"\n")
		s.outage()
		posts, replies, roots := map[string]int{}, map[string]int{}, map[string]string{}
		for _, m := range slack.Messages("C0123456789") {
			if m.Thread == "" {
				name := named(m.Text)
				posts[name]++
				roots[m.TS] = name
				continue
			}
			replies[roots[m.Thread]]++
		}
		most := 1
		if s.answersAreLost() {
			most = 1 + killsInARow
		}
		for i := range accessPoints {
			name := fmt.Sprintf("ap-%d", i)
			if n, r := posts[name], replies[name]; n < 1 || n > most || r < 1 || r > most {
				s.t.Errorf("%s has %d messages and %d replies:\n%s", name, n, r, slack.History())
			}
		}
		s.repeated(c.twice(), s.kills)
	})
}

// named is the access point that a text is about.
func named(text string) string {
	for i := range accessPoints {
		if name := fmt.Sprintf("ap-%d", i); strings.Contains(text, name) {
			return name
		}
	}
	return text
}

// kill -9 at each step: a service that knows items by their id never has one twice.
func TestKilledWhileItKeepsIncidents(t *testing.T) {
	everyStep(t, 1, func(s *story) {
		desk := relaytest.NewServiceNow(relaytest.ServiceNowOptions{User: "foghorn", Password: "pass-word-1", Names: []string{"ap-0", "ap-1", "ap-2"}, Now: s.clock.Now})
		s.serve(desk, "alerts", "servicenow", "url = \"URL\"\nuser = \"foghorn\"\npassword = \"pass-word-1\"\n")
		s.outage()
		rows := desk.Incidents()
		if len(rows) != accessPoints {
			s.t.Errorf("%d incidents: %v", len(rows), rows)
		}
		for _, row := range rows {
			if row["state"] != "6" {
				s.t.Errorf("the incident is not resolved: %v", row)
			}
		}
		// Each kill can lose the answers about all alerts that are told at once.
		if n := int(s.state().Repeated); n > s.kills*accessPoints {
			s.t.Errorf("%d are counted as repeated after %d kills", n, s.kills)
		}
	})
}

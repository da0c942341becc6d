package e2e

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"foghorn/config"
	"foghorn/journal/event"
)

// What a fault leads to.
const (
	waits         = "waits"         // tried again, and failing after a minute
	misconfigured = "misconfigured" // failing at once
	refused       = "refused"       // the item is parked
	sent          = "sent"          // taken for a yes
)

// stage is a place with its relay, and the servers before it.
type stage struct {
	*desk
	place place
	gate  *gate
	found func(string) int
	base  string // of the service
	tls   map[string]served
}

// served is a server with a certificate, and the file that holds it.
type served struct{ base, file string }

// fault is something that is wrong.
type fault struct {
	name  string
	begin func(*stage) // nil only changes the table
	at    func(*stage) (base, lines string)
	want  string
	says  string // within the error
	by    map[string]string
	long  bool // until the relay is called failing
	slow  bool // the relay has little time
	lost  bool // the service has taken what it did not answer
}

// misplaced is a fault of the configuration.
func misplaced(name, says string, at func(*stage) (base, lines string)) fault {
	return fault{name: name, at: at, want: waits, says: says}
}

// answered is a fault of the service's answers.
func answered(status int, want, says string) fault {
	return fault{name: fmt.Sprint(status), want: want, says: says, begin: func(s *stage) { s.gate.set(answers(status, nil, "")) }}
}

func faults() []fault {
	html := "<!DOCTYPE html><html><body>Please log in</body></html>"
	after := func(text func(*stage) string) func(*stage) {
		return func(s *stage) { s.gate.set(answers(429, http.Header{"Retry-After": {text(s)}}, "")) }
	}
	yes := map[string]string{"datadog": sent, "webhook": sent}
	down := misplaced("down", "connection refused", func(s *stage) (string, string) { return nobody(s.t), "" })
	down.long = true
	busy := answered(503, waits, "503")
	busy.long = true
	return []fault{
		down,
		// A label of more than 63 letters is no name: the resolver asks nobody.
		misplaced("no such host", "no such host", func(*stage) (string, string) { return "https://" + strings.Repeat("x", 64) + ".invalid", "" }),
		misplaced("unknown certificate", "ca_file", func(s *stage) (string, string) { return s.tls["good"].base, "" }),
		misplaced("certificate of another host", "use the host's name", func(s *stage) (string, string) { return s.tls["other"].base, s.caFile("other") }),
		misplaced("expired certificate", "needs a new one", func(s *stage) (string, string) { return s.tls["expired"].base, s.caFile("expired") }),
		{name: "known certificate", want: sent, by: map[string]string{}, at: func(s *stage) (string, string) { return s.tls["good"].base, s.caFile("good") }},
		{name: "400", want: refused, says: "400", begin: func(s *stage) { s.gate.set(answers(400, nil, "")) },
			by: map[string]string{"servicenow": misconfigured, "mattermost bot": misconfigured, "mattermost hook": misconfigured}},
		answered(401, misconfigured, "401"),
		answered(403, misconfigured, "403"),
		answered(404, misconfigured, "404"),
		answered(408, waits, "408"),
		answered(413, refused, "413"),
		{name: "429 for 40 seconds", want: waits, says: "429", begin: after(func(*stage) string { return "40" })},
		{name: "429 until a date", want: waits, says: "429", begin: after(func(s *stage) string { return s.clock.Now().Add(42 * time.Second).Format(http.TimeFormat) })},
		answered(500, waits, "500"),
		busy,
		{name: "slow", want: waits, says: "no answer within 150ms", slow: true, begin: func(s *stage) { s.gate.set(hang); s.hurry() }},
		{name: "cut before", want: waits, says: "ended without an answer", begin: func(s *stage) { s.gate.set(cut) }},
		{name: "cut after", want: waits, says: "ended without an answer", lost: true, begin: func(s *stage) { s.gate.set(s.gate.taken) }},
		{name: "cut within the answer", want: waits, says: "broke off", lost: true, begin: func(s *stage) { s.gate.set(s.gate.half) }},
		{name: "wrong in the body", begin: func(s *stage) { s.gate.set(answers(s.place.wrongCode, nil, s.place.wrong)) }},
		{name: "a page", want: misconfigured, says: "HTML", by: map[string]string{"webhook": sent}, begin: func(s *stage) { s.gate.set(answers(200, http.Header{"Content-Type": {"text/html"}}, html)) }},
		{name: "endless", want: misconfigured, by: map[string]string{"slack bot": waits, "slack hook": waits, "datadog": sent, "webhook": sent}, begin: func(s *stage) { s.gate.set(s.gate.endless) }},
		{name: "redirect", want: misconfigured, says: "redirects are not followed", begin: func(s *stage) { s.gate.set(answers(302, http.Header{"Location": {"/followed"}}, "")) }},
		{name: "echo", want: misconfigured, says: "403", begin: func(s *stage) { s.gate.set(echo) }},
		{name: "nothing in it", want: misconfigured, by: map[string]string{"slack bot": waits, "slack hook": waits, "teams": sent, "datadog": yes["datadog"], "webhook": yes["webhook"]},
			begin: func(s *stage) { s.gate.set(answers(200, nil, "")) }},
	}
}

func (s *stage) caFile(which string) string { return fmt.Sprintf("ca_file = %q\n", s.tls[which].file) }

// put configures the relay.
func (s *stage) put(base, lines string) {
	s.t.Helper()
	s.apply(s.load(s.place.at(base, lines)))
}

// hurry configures the relay with a short time for each request, which no configuration
// takes: the time of sockets is that of the machine.
func (s *stage) hurry() {
	s.t.Helper()
	relays := s.load(s.place.at(s.base, ""))
	relays[0].Timeout = config.Duration(150 * time.Millisecond)
	s.apply(relays)
}

func newStage(t *testing.T, p place) *stage {
	t.Helper()
	c := newStepClock(began)
	s := &stage{place: p, gate: &gate{}, tls: map[string]served{}}
	s.gate.behind, s.found = p.stand(c)
	s.base = serve(t, s.gate, nil)
	for which, of := range map[string]struct {
		name  string
		until time.Time
	}{"good": {"127.0.0.1", time.Now().Add(time.Hour)}, "other": {"other.example", time.Now().Add(time.Hour)}, "expired": {"127.0.0.1", time.Now().Add(-time.Hour)}} {
		certificate, file := certify(t, of.name, of.until)
		s.tls[which] = served{serve(t, s.gate, certificate), file}
	}
	s.desk = newDesk(t, c, p.at(s.base, ""))
	s.put(s.base, "")
	return s
}

// Each fault at each place: what the relay says, that nothing is lost, and nothing is
// there twice but where the answer was lost.
func TestFaults(t *testing.T) {
	t.Parallel()
	for _, p := range places() {
		t.Run(strings.ReplaceAll(p.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			s := newStage(t, p)
			var report strings.Builder
			for i, f := range faults() {
				fmt.Fprintf(&report, "%-28s %s\n", f.name, s.suffer(i, f))
			}
			if s.gate.followed {
				t.Error("a redirect was followed")
			}
			if s.gate.written > 16<<20 {
				t.Errorf("%d bytes of an answer without an end were taken", s.gate.written)
			}
			s.leaks(append(s.keys(), p.secrets...)...)
			t.Logf("%s\n%s", p.name, report.String())
		})
	}
}

// suffer goes through one fault: it comes, an AP goes down, it is mended.
func (s *stage) suffer(i int, f fault) (report string) {
	s.t.Helper()
	name := fmt.Sprintf("ap-%02d-x", i)
	want := f.want
	if f.name == "wrong in the body" {
		want = s.place.want
	}
	if w, ok := f.by[s.place.name]; ok {
		want = w
	}
	fail := func(format string, args ...any) {
		s.t.Helper()
		s.t.Errorf("%s: %s: "+format, append([]any{s.place.name, f.name}, args...)...)
	}
	if f.at != nil {
		s.put(f.at(s))
	} else {
		f.begin(s)
	}
	before := s.state("r")
	s.ap(berlin, name, 1000+i, true)
	s.wait(8 * time.Second)
	if strings.HasPrefix(f.name, "429") {
		s.wait(28 * time.Second)
		if n := s.gate.count(); n != 1 {
			fail("%d requests within the time that it asked for", n)
		}
	}
	if f.long {
		s.wait(70 * time.Second)
	}
	now := s.state("r")
	report = s.judge(f, want, &before, &now, fail)
	s.gate.set(nil)
	if f.at != nil || f.slow {
		s.put(s.base, "")
	}
	wanted := 1
	if want == sent && f.at == nil {
		wanted = 0 // the service in the middle took it
	}
	if !s.until(5*time.Minute, func() bool {
		r := s.state("r")
		return s.found(name) >= wanted && r.Queued+int64(r.Parked)+int64(r.Dead) == 0 && r.State == event.RelayIdle
	}) {
		fail("it did not go out: %+v", s.state("r"))
	}
	s.wait(10 * time.Second)
	after := s.state("r")
	if f.lost && s.place.twice {
		wanted = 1 + int(after.Repeated-before.Repeated)
		if wanted == 1 {
			fail("no repeat is counted")
		}
	}
	if n := s.found(name); n != wanted {
		fail("it is there %d times, and not %d", n, wanted)
	}
	if after.Circuit != "closed" {
		fail("the circuit is %s, although it works", after.Circuit)
	}
	if !f.lost && f.name != "cut before" && !f.slow && after.Repeated != before.Repeated {
		fail("%d repeats are counted, where the service refused", after.Repeated-before.Repeated)
	}
	return report
}

// judge compares what the relay says of itself with what is wanted.
func (s *stage) judge(f fault, want string, before, now *event.RelayState, fail func(string, ...any)) (report string) {
	s.t.Helper()
	said := now.LastError
	if now.ErrorAt == nil || before.ErrorAt != nil && !now.ErrorAt.After(*before.ErrorAt) {
		said = ""
	}
	letters, err := s.outbox.Letters(context.Background(), "r", 9)
	s.must(err)
	state := now.State
	switch {
	case want == refused && (now.Parked != 1 || len(letters) != 1 || now.Queued != 0 || now.State != event.RelayIdle):
		fail("want it parked: %s, %d parked, %d letters, %q", state, now.Parked, len(letters), said)
	case want == misconfigured && now.State != event.RelayFailing:
		fail("want it failing at once: %s, %q", state, said)
	case want == waits && f.long && now.State != event.RelayFailing:
		fail("want it failing after a minute: %s, %q", state, said)
	case want == waits && !f.long && (now.State != event.RelayWaiting || now.Retry == nil):
		fail("want it waiting: %s, %v, %q", state, now.Retry, said)
	case want == sent && (now.State != event.RelayIdle || said != ""):
		fail("want it sent: %s, %q", state, said)
	case want == waits && now.Queued != 1:
		fail("%d wait", now.Queued)
	}
	if want != sent && (said == "" || !strings.Contains(said, f.says)) {
		fail("the error %q does not say %q", said, f.says)
	}
	if utf8.RuneCountInString(said) > 600 || strings.ContainsAny(said, "\n\r\x1b\x00") {
		fail("the error is no sentence: %q", said)
	}
	return fmt.Sprintf("%-13s %-8s %s", want, state, said)
}

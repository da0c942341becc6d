package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"foghorn/chatops/chattest"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// longestDelay is about how long the program takes to accept a call and run it: a kill
// within it hits any of the steps.
const longestDelay = 30 * time.Millisecond

// unsure is what people are told whose call the kill interrupted.
const unsure = "may or may not be done"

// killedCall is a call whose process is killed.
type killedCall struct {
	*chattest.SlackCall
	kind     string // of the envelope
	alert    string
	action   string
	envelope string
	mention  string // its text, for one that is told again with another envelope
	eventID  string
}

// killing is what happens in a round.
type killing struct {
	*chattingOrganization
	random *rand.Rand
	calls  []*killedCall
	free   []string
}

// kill -9 at the moment of an acknowledgement, and at any moment before: what was asked
// runs exactly once, or whoever asked is told that it may or may not be done, however often
// Slack repeats it to the next process.
func TestAKillRunsNoCallOfAChatTwice(t *testing.T) {
	t.Parallel()
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	c := newChattingOrganization(t, 4*killRounds, "")
	k := &killing{chattingOrganization: c, random: rand.New(rand.NewPCG(seed, 1)), free: c.alerts(t)}
	for range killRounds {
		k.round(t)
	}
	k.judge(t)
}

// round makes some calls, kills the process, and starts the next one, to which Slack
// repeats them.
func (k *killing) round(t *testing.T) {
	t.Helper()
	first := len(k.calls)
	for i, call := range []*killedCall{k.command("note"), k.mention("note"), k.command("ack"), k.mention("snooze")} {
		if i > 0 && k.random.IntN(3) == 0 {
			continue
		}
		k.calls = append(k.calls, call)
	}
	fresh := k.calls[first:]
	var once sync.Once
	kill := func() { once.Do(func() { _ = k.collector.cmd.Process.Signal(os.Kill) }) }
	atAck := k.random.IntN(2) == 0
	if atAck {
		k.slack.WhenAcked(func(string) { kill() })
	}
	sockets := k.slack.Sockets()
	for i, call := range fresh {
		call.envelope = sockets[i%len(sockets)].Send("", call.kind, call.SlackCall)
	}
	if !atAck {
		alive, cancel := context.WithTimeout(t.Context(), time.Duration(k.random.Int64N(int64(longestDelay))))
		<-alive.Done()
		cancel()
		kill()
	}
	select {
	case <-k.collector.done:
	case <-time.After(patience):
		t.Fatal("nothing was acknowledged, and nothing killed")
	}
	k.slack.WhenAcked(nil)
	k.collector = startIn(t, k.env, "serve", "--listen", "127.0.0.1:0", "--data", k.dir, "--config", k.config)
	soon(t, "two sockets are up again", func() bool { return len(k.slack.Sockets()) == 2 })
	k.repeat(t, fresh)
}

// repeat sends what was not acknowledged again, and some of what was: Slack's servers do not
// always agree. Who was shown an answer with the acknowledgement is not asked again.
func (k *killing) repeat(t *testing.T, calls []*killedCall) {
	t.Helper()
	again := map[*killedCall]int{} // acknowledgements before
	for _, call := range calls {
		before := k.slack.Envelope(call.envelope)
		acks := before.Acks
		if before.Payload != nil || acks > 0 && k.random.IntN(2) == 0 {
			continue
		}
		socket := k.slack.Sockets()[k.random.IntN(2)]
		if call.mention != "" { // an event has the same id, in another envelope
			call.envelope, acks = socket.Send("", call.kind, k.slack.Mention(call.Channel, call.User, call.eventID, "", call.mention)), 0
		} else {
			socket.Send(call.envelope, call.kind, call.SlackCall)
		}
		again[call] = acks
	}
	for call, before := range again {
		soon(t, "a repeat is acknowledged", func() bool { return k.slack.Envelope(call.envelope).Acks == before+1 })
	}
}

// next is an alert that nobody touched.
func (k *killing) next() string {
	id := k.free[0]
	k.free = k.free[1:]
	return id
}

// actionArgs are what an action takes besides an alert.
var actionArgs = map[string]string{"note": " vendor case 2026-1123", "ack": " on it", "snooze": " 4h"}

func (k *killing) command(action string) *killedCall {
	alert := k.next()
	call := k.slack.Command(k.channel(false), chatRoles[2].slack, "/foghorn", action+" "+alert+actionArgs[action])
	return &killedCall{SlackCall: call, kind: "slash_commands", alert: alert, action: action}
}

func (k *killing) mention(action string) *killedCall {
	alert := k.next()
	text, id := action+" "+alert+actionArgs[action], fmt.Sprintf("Ev%08d", len(k.free))
	call := k.slack.Mention(k.channel(false), chatRoles[2].slack, id, "", text)
	return &killedCall{SlackCall: call, kind: "events_api", alert: alert, action: action, mention: text, eventID: id}
}

// judge waits until all is told or done, and fails for what was done twice or never.
func (k *killing) judge(t *testing.T) {
	t.Helper()
	var left []string
	t.Cleanup(func() {
		if len(left) > 0 {
			t.Logf("neither ran nor told of: %q", left)
		}
	})
	eventually(t, "each call ran, or somebody is told", func() bool {
		ran := k.activities(t)
		left = nil
		for _, call := range k.calls {
			if what := call.action + " " + call.alert; ran[what] == 0 && !k.isTold(call.Channel, unsure) {
				left = append(left, what+" in "+call.Channel)
			}
		}
		return len(left) == 0
	})
	k.collector.stop(t, os.Interrupt)
	interrupted := 0
	for what, n := range k.activities(t) {
		if n > 1 {
			t.Errorf("%s ran %d times", what, n)
		}
	}
	for _, call := range k.calls {
		if k.isTold(call.Channel, unsure) {
			interrupted++
		}
		if k.isTold(call.Channel, "Nothing was done") {
			t.Errorf("%s %s was called not done", call.action, call.alert)
		}
	}
	t.Logf("%d calls, %d of which were told to be done or not", len(k.calls), interrupted)
	k.inOrder(t)
}

// isTold reports whether a channel was told something.
func (k *killing) isTold(channel, what string) bool {
	for _, m := range k.slack.Shown() {
		if m.Channel == channel && strings.Contains(strings.Join(append(m.Message.Lines, m.Message.Text), "\n"), what) {
			return true
		}
	}
	for _, m := range k.slack.Messages(channel) {
		if strings.Contains(strings.Join(append(m.Lines, m.Text), "\n"), what) {
			return true
		}
	}
	return false
}

// activities counts what was done, by action and alert, as the log has it.
func (k *killing) activities(t *testing.T) map[string]int {
	t.Helper()
	log, err := store.OpenLog(t.Context(), k.dir, store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	records, err := log.Read(t.Context(), 0, math.MaxInt32, math.MaxInt64)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]int{}
	for _, r := range records {
		a, err := r.Activity()
		if r.Kind != event.RecordActivity || err != nil || actionArgs[a.Action] == "" {
			continue
		}
		var id int64
		if _, err := fmt.Sscanf(a.Target, "alert:%d", &id); err != nil {
			t.Fatalf("%+v: %v", a, err)
		}
		out[a.Action+" "+event.ShortID(id)]++
	}
	return out
}

package slack

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

// paced sends a request when Limits would let it go: messages one after another.
func (b *bench) paced(ctx context.Context, r *relay.Request) *relay.Answer {
	a := b.do(ctx, r)
	b.clock.Advance(b.dest.Limits().Rates[0].Per)
	return a
}

func (b *bench) message(i int) relaytest.SlackMessage {
	b.t.Helper()
	all := b.slack.Messages(channel)
	if i >= len(all) {
		b.t.Fatalf("there is no message %d:\n%s", i, b.slack.History())
	}
	return all[i]
}

// want reports how many messages the channel has, and a state that tests find there.
func (b *bench) want(messages int, text string) {
	b.t.Helper()
	if n := len(b.slack.Messages(channel)); n != messages {
		b.t.Errorf("want %d messages, not %d:\n%s", messages, n, b.slack.History())
	}
	if h := b.slack.History(); !strings.Contains(h, text) || strings.Contains(h, "HIDDEN") || strings.Contains(h, "PINGS") {
		b.t.Errorf("want %q, nothing hidden, nobody pinged:\n%s", text, h)
	}
}

func TestAnAlertHasOneMessage(t *testing.T) {
	b := newBench(t, nil)
	if got := steps(b.send(lobby(relay.First, 1, nil))); got != "post" {
		t.Errorf("the first notice: %s", got)
	}
	b.want(1, "🔴 critical: AP lobby-ap3 is down")

	if got := steps(b.send(lobby(relay.Update, 2, acked))); got != "update" {
		t.Errorf("an ack rings nobody: %s", got)
	}
	b.want(1, "🔴 critical, acked by ada: AP lobby-ap3 is down")

	if got := steps(b.send(lobby(relay.Resolved, 3, resolved))); got != "update, reply" {
		t.Errorf("a recovery is told: %s", got)
	}
	b.want(2, "✅ resolved: AP lobby-ap3 was down for 4m")
	if root, reply := b.message(0), b.message(1); reply.Thread != root.TS || root.Edits != 2 || !strings.Contains(reply.Text, "Resolved after 4m") {
		t.Errorf("want a reply in the thread of the message:\n%s", b.slack.History())
	}

	if got := steps(b.send(lobby(relay.Reopened, 4, nil))); got != "update, reply" {
		t.Errorf("a relapse: %s", got)
	}
	b.want(3, "Open again: AP lobby-ap3 is down")
}

func TestARepeatedReminderOnlyReplies(t *testing.T) {
	b := newBench(t, nil)
	b.send(lobby(relay.First, 1, nil))
	if got := steps(b.send(lobby(relay.Reminder, 1, nil))); got != "update, reply" {
		t.Errorf("the first reminder: %s", got)
	}
	if got := steps(b.send(lobby(relay.Reminder, 1, nil))); got != "reply" {
		t.Errorf("the message says it already: %s", got)
	}
	b.want(3, "Still open after 4m")
}

// A crash after any step: the exchange goes on where it was, by its handle alone.
func TestAnInterruptedExchangeGoesOn(t *testing.T) {
	for crash := range 3 {
		t.Run(fmt.Sprint("after step ", crash), func(t *testing.T) {
			b := newBench(t, nil)
			b.send(lobby(relay.First, 1, nil))
			b.slack.Delete(channel, b.message(0).TS)
			b.send(lobby(relay.Worse, 2, nil)) // a new message
			b.work.Items = []relay.Item{{Notice: lobby(relay.Resolved, 3, resolved)}}
			for range crash {
				if _, err := relaytest.Step(t.Context(), b.dest, &b.work, b.paced); err != nil {
					t.Fatal(err)
				}
			}
			if crash == 2 { // the exchange was over, and all was committed
				b.want(3, "Resolved after 4m")
				return
			}
			b.restart(nil)
			b.send(lobby(relay.Resolved, 3, resolved))
			b.want(3, "Resolved after 4m")
			if root := b.message(1); root.Edits != 1 {
				t.Errorf("the message was edited %d times, want once", root.Edits)
			}
		})
	}
}

func TestAMessageThatIsGoneIsReplacedOnce(t *testing.T) {
	for name, c := range map[string]struct {
		before func(*bench)
		steps  string
	}{
		"deleted":             {func(b *bench) { b.slack.Delete(channel, b.message(0).TS) }, "update, post"},
		"too old to edit":     {func(b *bench) { b.slack.Lock(channel) }, "update, post"},
		"message_not_found":   {func(b *bench) { b.fail("message_not_found") }, "update, post"},
		"cant_update_message": {func(b *bench) { b.fail("cant_update_message") }, "update, post"},
		"edit_window_closed":  {func(b *bench) { b.fail("edit_window_closed") }, "update, post"},
		"is_archived":         {func(b *bench) { b.fail("is_archived") }, "update, post"},
	} {
		t.Run(name, func(t *testing.T) {
			b := newBench(t, nil)
			b.send(lobby(relay.First, 1, nil))
			c.before(b)
			turns := b.send(lobby(relay.Resolved, 2, resolved))
			if steps(turns) != c.steps || turns[0].Verdict.Reason == "" {
				t.Errorf("%s, %+v; want %s with a reason", steps(turns), turns[0].Verdict, c.steps)
			}
			b.want(2, "✅ resolved")
			if m := b.message(1); m.Thread != "" {
				t.Errorf("the new message stands alone:\n%s", b.slack.History())
			}
			// From now on the new message is the alert's.
			if got := steps(b.send(lobby(relay.Update, 3, resolved))); got != "update" {
				t.Errorf("the next notice: %s", got)
			}
			if b.want(2, "✅ resolved"); b.message(1).Edits != 1 {
				t.Errorf("want the new message to be edited:\n%s", b.slack.History())
			}
		})
	}
}

// fail lets Slack refuse the next request by an error.
func (b *bench) fail(problem string) {
	b.slack.Fail(1, 200, nil, `{"ok":false,"error":"`+problem+`"}`)
}

func TestAnArchivedChannelGetsOneMessageWhenItIsBack(t *testing.T) {
	b := newBench(t, nil)
	b.send(lobby(relay.First, 1, nil))
	b.slack.Archive(channel, true)
	for range 3 {
		turns := b.send(lobby(relay.Resolved, 2, resolved))
		if last := turns[len(turns)-1]; last.Request.Step != "post" || last.Verdict.Outcome != relay.Misconfigured || !strings.Contains(last.Verdict.Reason, "is_archived") {
			t.Fatalf("want the relay to be told that the channel is archived: %+v", last.Verdict)
		}
	}
	b.slack.Archive(channel, false)
	b.send(lobby(relay.Resolved, 2, resolved))
	b.want(2, "✅ resolved")
}

func TestAMovedRelayLeavesAChannelThatIsOutOfReach(t *testing.T) {
	b := newBench(t, nil)
	b.slack.AddChannel("C0000000002", "noc")
	b.send(lobby(relay.First, 1, nil))
	b.restart(func(c *config.Relay) { c.Channel = "#noc" })
	b.send(lobby(relay.Update, 2, acked))
	b.want(1, "acked by ada") // where it stands
	b.slack.Invite(channel, false)
	if got := steps(b.send(lobby(relay.Resolved, 3, resolved))); got != "update, post" {
		t.Errorf("the old channel is out of reach: %s", got)
	}
	if n := len(b.slack.Messages("noc")); n != 1 {
		t.Errorf("want the new message in the new channel:\n%s", b.slack.History())
	}
}

// A bot that was thrown out is asked back: its message is still there then.
func TestABotThatWasThrownOutWaits(t *testing.T) {
	b := newBench(t, nil)
	b.send(lobby(relay.First, 1, nil))
	b.slack.Invite(channel, false)
	if turns := b.send(lobby(relay.Update, 2, acked)); turns[0].Verdict.Outcome != relay.Misconfigured || len(turns) != 1 {
		t.Errorf("%+v", turns[0].Verdict)
	}
	b.slack.Invite(channel, true)
	b.send(lobby(relay.Update, 2, acked))
	b.want(1, "acked by ada")
}

// Slack takes a reply to a message that is gone, and shows it outside of the thread. That
// message is the alert's from then on.
func TestAReplyThatLostItsThreadBecomesTheMessage(t *testing.T) {
	b := newBench(t, nil)
	b.send(lobby(relay.First, 1, nil))
	b.work.Items = []relay.Item{{Notice: lobby(relay.Worse, 2, nil)}}
	if _, err := relaytest.Step(t.Context(), b.dest, &b.work, b.paced); err != nil { // the edit
		t.Fatal(err)
	}
	b.slack.Delete(channel, b.message(0).TS)
	b.send(lobby(relay.Worse, 2, nil)) // the reply
	b.want(2, "Now critical")
	if got := steps(b.send(lobby(relay.Update, 3, acked))); got != "update" {
		t.Errorf("the next notice: %s", got)
	}
	b.want(2, "acked by ada")
}

func TestAThreadThatTakesNoRepliesGetsANewMessage(t *testing.T) {
	b := newBench(t, nil)
	b.send(lobby(relay.First, 1, nil))
	b.work.Items = []relay.Item{{Notice: lobby(relay.Resolved, 2, resolved)}}
	if _, err := relaytest.Step(t.Context(), b.dest, &b.work, b.paced); err != nil {
		t.Fatal(err)
	}
	b.fail("cannot_reply_to_message")
	if got := steps(b.send(lobby(relay.Resolved, 2, resolved))); got != "reply, post" {
		t.Errorf("people must be rung: %s", got)
	}
	b.want(2, "✅ resolved")
}

func TestAForeignHandleMeansANewMessage(t *testing.T) {
	b := newBench(t, nil)
	b.work.Handle = []byte(`not JSON`)
	if got := steps(b.send(lobby(relay.Update, 2, acked))); got != "post" {
		t.Errorf("%s", got)
	}
}

func TestAWebhookPostsEachChange(t *testing.T) {
	b := newBench(t, nil)
	b.restart(b.hook("alerts"))
	b.send(lobby(relay.First, 1, nil))
	b.send(lobby(relay.Resolved, 2, resolved))
	b.want(2, "✅ Resolved after 4m09s: AP lobby-ap3 was down for 4m")

	// What has piled up shares a message.
	b.work.Items = nil
	for i := range 45 {
		b.work.Items = append(b.work.Items, relay.Item{Notice: lobby(relay.First, i, nil)})
	}
	turns, err := relaytest.Drive(t.Context(), b.dest, &b.work, b.paced)
	if err != nil || len(turns) != 3 || len(b.work.Items) != 0 {
		t.Errorf("want 45 notices in 3 messages: %s, %v", steps(turns), err)
	}
	b.want(5, "🔴 critical: AP lobby-ap3 is down (berlin)")
	if text := b.message(2).Text; !strings.HasPrefix(text, "20 messages: ") {
		t.Errorf("the notification says %q", text)
	}
}

func TestEventsShareAMessage(t *testing.T) {
	b := newBench(t, func(c *config.Relay) { c.Send = "events" })
	for i := range 23 {
		e := sampleEvent()
		e.ID += int64(i)
		b.work.Items = append(b.work.Items, relay.Item{Event: e})
	}
	turns, err := relaytest.Drive(t.Context(), b.dest, &b.work, b.paced)
	if err != nil || len(turns) != 2 || len(b.work.Items) != 0 {
		t.Errorf("%s, %v", steps(turns), err)
	}
	b.want(2, `🟠 warn, 03:02:11 UTC, berlin, ex-sw-07: port ge-0/0/7 is down: "no carrier"`)
}

// The stand-in hides what comes faster than a message a second, as Slack does.
func TestPacedMessagesAreNotHidden(t *testing.T) {
	b := newBench(t, nil)
	send := func(do relaytest.Do) (hidden int) {
		before := len(b.slack.Messages(channel))
		for i := range 10 {
			work := &relay.Work{Items: []relay.Item{{Notice: lobby(relay.First, i, nil)}}}
			if _, err := relaytest.Drive(t.Context(), b.dest, work, do); err != nil {
				t.Fatal(err)
			}
		}
		for _, m := range b.slack.Messages(channel)[before:] {
			if m.Hidden {
				hidden++
			}
		}
		return hidden
	}
	if n := send(b.paced); n != 0 {
		t.Errorf("%d of 10 paced messages are hidden", n)
	}
	if n := send(b.do); n != 9 {
		t.Errorf("%d of 10 messages at once are hidden, want 9: does the stand-in hide?", n)
	}
}

// Many alerts end at once: each edit and each reply has its place.
func TestAStormKeepsTheRateOfEdits(t *testing.T) {
	b := newBench(t, nil)
	handles := make([][]byte, 70)
	for i := range handles {
		b.work.Handle = nil
		b.send(lobby(relay.First, i, nil))
		handles[i] = b.work.Handle
	}
	for i := range handles {
		b.work.Handle = handles[i]
		for _, turn := range b.send(lobby(relay.Update, i, acked)) {
			if turn.Verdict.Outcome != relay.Sent {
				t.Fatalf("edit %d: %+v", i, turn.Verdict)
			}
		}
	}
}

func TestALostAnswerIsToldAndTriedAgain(t *testing.T) {
	b := newBench(t, nil)
	b.send(lobby(relay.First, 1, nil))
	b.slack.Add(1, relaytest.Fault{Taken: true})
	turns := b.send(lobby(relay.Update, 2, acked))
	if v := turns[0]; v.Verdict.Outcome != relay.Retry || !v.Answer.Written {
		t.Errorf("%+v", v.Verdict)
	}
	b.send(lobby(relay.Update, 2, acked))
	b.want(1, "acked by ada") // an edit twice is the same message
}

func TestAGroupIsOneMessage(t *testing.T) {
	b := newBench(t, nil)
	b.send(outage())
	b.want(1, "🔴 critical: berlin: 2 of 16 APs down")
	b.want(1, "ap-1, ap-3")
	big := outage()
	for i := range 200 {
		a := big.Alerts[0]
		a.ID, a.Device = int64(i), fmt.Sprintf("ap-%03d", i)
		big.Alerts = append(big.Alerts, a)
	}
	b.send(big)
	b.want(2, "and 172 more")
}

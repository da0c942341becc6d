package slack

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"foghorn/config"
	"foghorn/internal/safetext/hostile"
	"foghorn/journal/event"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

// nasty are texts that strangers may choose.
func nasty() []string {
	return append(hostile.Hostile(),
		"<!channel> <!here|x> <!everyone> <@U0123456789> <!subteam^S1> @here @channel", "<https://evil.example|login>", "&lt;!channel&gt;",
		"*bold* _italic_ ~gone~ `code` :fire: :100:", `"quoted" \ back`, "two\nlines\r\n\tand a tab",
		strings.Repeat("x", 100_000), strings.Repeat("&", 100_000), strings.Repeat("無", 100_000), strings.Repeat("🍕", 100_000), strings.Repeat(`"`, 100_000),
		strings.Repeat("<!channel>", 10_000), strings.Repeat("word ", 20_000), strings.Repeat("\x1b", 100_000), strings.Repeat("\n", 100_000))
}

// noticeOf is a notice whose texts are all from outside.
func noticeOf(why relay.Why, pick func() string) *relay.Notice {
	n := lobby(why, 7, func(a *event.Alert) {
		if why == relay.Resolved {
			resolved(a)
			a.ClosedBy, a.CloseReason, a.ClosedAt = pick(), pick(), a.Resolved
		}
		a.Title, a.Site, a.Device, a.Source, a.Owner, a.Note = pick(), pick(), pick(), pick(), pick(), pick()
		a.Count, a.Flaps = 12, 3
	})
	n.Actor, n.Reason, n.Link, n.Summary, n.Steps = pick(), pick(), "https://manage.mist.com/"+pick(), pick(), 5
	n.Event.Text = pick()
	return n
}

// checkMessages holds what the stand-in took against what a message may be.
func (b *bench) checkMessages(why string) {
	b.t.Helper()
	for _, m := range b.slack.Messages(channel) {
		if len(m.Pings) > 0 {
			b.t.Fatalf("%s pings %q", why, m.Pings)
		}
		if n := utf8.RuneCountInString(m.Text); n == 0 || n > 4000 || m.Blocks == 0 {
			b.t.Fatalf("%s: a text of %d characters, %d blocks", why, n, m.Blocks)
		}
		for _, line := range append(slices.Clone(m.Lines), m.Text) {
			for _, r := range line {
				if r < ' ' || r == 0x7f || r >= 0x202a && r <= 0x202e || r == 0x200b || r == utf8.RuneError {
					if !strings.Contains(line, "a\ufffdb") { // a replacement character that came as one
						b.t.Fatalf("%s: %U in %.80q", why, r, line)
					}
				}
			}
		}
	}
}

// Whatever the texts, Slack accepts every request, and nobody is pinged.
func TestNoTextBreaksAMessage(t *testing.T) {
	texts := nasty()
	random := rand.New(rand.NewPCG(1, 2))
	for i := range len(texts) + 40 {
		pick := func() string { return texts[random.IntN(len(texts))] }
		if i < len(texts) { // first each text everywhere
			pick = func() string { return texts[i] }
		}
		b := newBench(t, nil)
		group := noticeOf(relay.Worse, pick)
		for range i % 60 {
			group.Alerts = append(group.Alerts, noticeOf(relay.First, pick).Alerts[0])
		}
		for _, n := range []*relay.Notice{noticeOf(relay.First, pick), noticeOf(relay.Update, pick), group, noticeOf(relay.Resolved, pick)} {
			for _, turn := range b.send(n) {
				if o := turn.Verdict.Outcome; o != relay.Sent && o != relay.More {
					t.Fatalf("text %d, %s: %+v\n%.3000s", i, n.Why, turn.Verdict, turn.Request.Body)
				}
			}
		}
		b.checkMessages(fmt.Sprint("text ", i))

		b.restart(b.hook("alerts"))
		b.driveAll(i, func() relay.Item { return relay.Item{Notice: noticeOf(relay.Resolved, pick)} })
		b.restart(func(c *config.Relay) { c.Send = "events" })
		b.driveAll(i, func() relay.Item { return relay.Item{Event: eventOf(pick)} })
		b.checkMessages(fmt.Sprint("batch of text ", i))
	}
}

func eventOf(pick func() string) *event.Event {
	return &event.Event{ID: 3450012, Time: start, Source: pick(), Topic: pick(), Type: pick(), Severity: event.Warn, Site: pick(), Device: pick(), Client: pick(), SSID: pick(), Text: pick()}
}

// driveAll sends 1 item, and then 25.
func (b *bench) driveAll(i int, item func() relay.Item) {
	b.t.Helper()
	for _, n := range []int{1, 25} {
		work := &relay.Work{}
		for range n {
			work.Items = append(work.Items, item())
		}
		turns, err := relaytest.Drive(b.t.Context(), b.dest, work, b.paced)
		if err != nil || len(work.Items) > 0 {
			b.t.Fatalf("text %d, %d items: %v, %+v", i, n, err, turns[len(turns)-1].Verdict)
		}
	}
}

// Each item of a batch is told, however long those before it are.
func TestALongItemLeavesRoomForOthers(t *testing.T) {
	b := newBench(t, func(c *config.Relay) { c.Send = "events" })
	for i := range maxItems {
		e := sampleEvent()
		if e.Text = fmt.Sprintf("item %d ends", i); i < maxItems-1 {
			e.Text = strings.Repeat("無", 5000)
		}
		b.work.Items = append(b.work.Items, relay.Item{Event: e})
	}
	if _, err := relaytest.Drive(t.Context(), b.dest, &b.work, b.paced); err != nil {
		t.Fatal(err)
	}
	if m := b.message(0); m.Blocks != maxItems+1 || !strings.Contains(strings.Join(m.Lines, "\n"), "item 19 ends") {
		t.Errorf("want %d items and the small print:\n%s", maxItems, b.slack.History())
	}
}

// A value that mrkdwn would change is shown letter by letter.
func TestMarkupInValuesIsShownAsItIs(t *testing.T) {
	for value, kind := range map[string]string{
		"lobby-ap3": "mrkdwn", "ap_lobby_3": "mrkdwn", "2026-11-27 03:02:11 UTC": "mrkdwn", "5c:5b:35:00:00:03": "mrkdwn", "fe80:1:2:3": "mrkdwn", "a:1": "mrkdwn",
		"*ap*": "plain_text", "_ap_": "plain_text", "~ap~": "plain_text", "`ap`": "plain_text", "ap :fire:": "plain_text", "10:100:20": "plain_text", "5c:ab:35:00:00:03": "plain_text",
	} {
		c := newCard()
		c.facts([]relay.Fact{{Label: "Device", Value: value}})
		if got := c.blocks[0].Fields[0]; got.Type != kind || !strings.HasSuffix(got.Text, "\n"+value) {
			t.Errorf("%q is shown as %+v, want %s", value, got, kind)
		}
	}
}

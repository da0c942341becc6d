package mattermost

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"foghorn/internal/safetext/hostile"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

func steps(turns []relaytest.Turn) string {
	var out []string
	for _, t := range turns {
		out = append(out, t.Request.Step)
	}
	return strings.Join(out, " ")
}

func TestABotKeepsOnePostAndRingsInItsThread(t *testing.T) {
	s := start(t)
	var handle []byte
	for _, c := range []struct {
		item  relay.Item
		steps string
	}{
		{down(relay.First, 1), "post"},
		{acked(2), "update"},
		{down(relay.Worse, 3), "update reply"},
		{down(relay.Reminder, 3), "update reply"},
		{down(relay.Resolved, 4), "update reply"},
		{down(relay.Reopened, 5), "update reply"},
	} {
		work, turns := s.send(t, s.bot(), handle, c.item)
		if got := steps(turns); got != c.steps || len(work.Items) != 0 {
			t.Fatalf("%s: %s, left %d; want %s", c.item.Notice.Why, got, len(work.Items), c.steps)
		}
		handle = work.Handle
		s.clock.Advance(time.Minute)
	}
	posts := s.Posts()
	root := posts[0]
	if len(posts) != 5 || root.Edits != 5 || root.Message != "**AP lobby-ap3 is down**" {
		t.Fatalf("%d posts, the root edited %d times: %q", len(posts), root.Edits, root.Message)
	}
	for i, want := range []string{"Now critical: ", "Still open after 10m", "Resolved after 9m", "Open again: "} {
		if p := posts[i+1]; p.RootID != root.ID || !strings.HasPrefix(p.Message, want) {
			t.Errorf("reply %d is in the thread of %q: %q, want %q", i, p.RootID, p.Message, want)
		}
	}
}

// An exchange that was cut off between any two requests goes on where it was.
func TestABotGoesOnAfterACrash(t *testing.T) {
	s := start(t)
	work, _ := s.send(t, s.bot(), nil, down(relay.First, 1))
	half := &relay.Work{Items: []relay.Item{down(relay.Resolved, 2)}, Handle: work.Handle}
	turn, err := relaytest.Step(t.Context(), build(t, s.bot()), half, s.do)
	if err != nil || turn.Verdict.Outcome != relay.More {
		t.Fatalf("%+v %v", turn.Verdict, err)
	}
	if _, turns := s.send(t, s.bot(), turn.Handle, down(relay.Resolved, 2)); steps(turns) != stepReply {
		t.Errorf("after the crash: %s", steps(turns))
	}
	if posts := s.Posts(); len(posts) != 2 || posts[0].Edits != 1 {
		t.Errorf("%d posts, %d edits", len(posts), posts[0].Edits)
	}
	// Meanwhile there is more to tell: the root is behind again.
	if _, turns := s.send(t, s.bot(), turn.Handle, down(relay.Reopened, 3)); steps(turns) != "update reply" {
		t.Errorf("with news: %s", steps(turns))
	}
}

func TestALostAnswerMakesNoSecondPost(t *testing.T) {
	s := start(t)
	s.Add(1, relaytest.Fault{Taken: true})
	work, turns := s.send(t, s.bot(), nil, down(relay.First, 1))
	if v := turns[0].Verdict; v.Outcome != relay.Retry {
		t.Fatalf("%+v", v)
	}
	s.clock.Advance(10 * time.Second)
	if _, turns = s.send(t, s.bot(), work.Handle, down(relay.First, 1)); steps(turns) != stepPost || len(s.Posts()) != 1 {
		t.Errorf("%s, %d posts", steps(turns), len(s.Posts()))
	}
}

func TestAPostThatIsGoneLeadsToExactlyOneNewOne(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(s *server, id string)
		item   relay.Item
		steps  string
	}{
		{"deleted", func(s *server, id string) { s.Delete(id) }, acked(2), "update post"},
		{"deleted, as newer servers say it", func(s *server, id string) {
			s.Set(func(m *relaytest.MattermostSettings) { m.GoneStatus = http.StatusForbidden })
			s.Delete(id)
		}, acked(2), "update post"},
		{"too old to be edited", func(s *server, _ string) {
			s.Set(func(m *relaytest.MattermostSettings) { m.EditTime = time.Minute })
			s.clock.Advance(time.Hour)
		}, down(relay.Resolved, 2), "update post"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := start(t)
			work, _ := s.send(t, s.bot(), nil, down(relay.First, 1))
			c.change(s, s.Posts()[0].ID)
			work, turns := s.send(t, s.bot(), work.Handle, c.item)
			posts := s.Posts()
			if steps(turns) != c.steps || len(posts) != 2 || posts[1].RootID != "" {
				t.Fatalf("%s, %d posts", steps(turns), len(posts))
			}
			s.Set(func(m *relaytest.MattermostSettings) { m.EditTime = 0 })
			if _, turns = s.send(t, s.bot(), work.Handle, acked(3)); steps(turns) != stepUpdate || s.Posts()[1].Edits != 1 {
				t.Errorf("the next one: %s", steps(turns))
			}
		})
	}
}

func TestARootThatGoesBetweenUpdateAndReply(t *testing.T) {
	s := start(t)
	work, _ := s.send(t, s.bot(), nil, down(relay.First, 1))
	half := &relay.Work{Items: []relay.Item{down(relay.Resolved, 2)}, Handle: work.Handle}
	if _, err := relaytest.Step(t.Context(), build(t, s.bot()), half, s.do); err != nil {
		t.Fatal(err)
	}
	s.Delete(s.Posts()[0].ID)
	if _, turns := s.send(t, s.bot(), half.Handle, down(relay.Resolved, 2)); steps(turns) != "reply post" || len(s.Posts()) != 2 {
		t.Errorf("%s, %d posts", steps(turns), len(s.Posts()))
	}
}

func TestAHookPostsAnewAndSaysWhatChanged(t *testing.T) {
	s := start(t)
	c := s.hook()
	c.Channel, c.Username = "network-alerts", "foghorn"
	for _, i := range []relay.Item{down(relay.First, 1), down(relay.Resolved, 2)} {
		if work, _ := s.send(t, c, nil, i); len(work.Items) != 0 || work.Handle != nil {
			t.Fatalf("%+v", work)
		}
	}
	posts := s.Posts()
	if len(posts) != 2 || posts[1].Message != "**Resolved after 9m00s: AP lobby-ap3 was down for 9m**" || posts[1].Username != "foghorn" || posts[1].ChannelID != "cnetworkalertscnetworkaler" {
		t.Errorf("%+v", posts)
	}
	if got := posts[1].Attachments()[0]["color"]; got != resolvedColor {
		t.Errorf("color %v", got)
	}
}

func TestABatchIsSplitWhereAPostIsFull(t *testing.T) {
	s := start(t)
	var items []relay.Item
	for k := range 25 {
		i := arrival(k)
		if k%2 == 0 {
			i.Event.Text = strings.Repeat("long ", 2000)
		}
		items = append(items, i)
	}
	work, turns := s.send(t, s.hook(), nil, items...)
	told := 0
	for _, p := range s.Posts() {
		told += len(p.Attachments())
	}
	if len(work.Items) != 0 || told != 25 || len(turns) < 3 {
		t.Errorf("%d left, %d told in %d posts", len(work.Items), told, len(turns))
	}
}

// Whatever a stranger writes: the server takes it in one piece, and it rings nobody.
func TestHostileText(t *testing.T) {
	texts := append(hostile.Hostile(), "@all", "<!channel>", "<!here|x>", "hi @ada, @channel: @here", "@@all", "x.@all -@all (@all) &#64;all \\@all", "`@all`", "\\`@all\\`",
		"[click](https://evil.example)", "<https://evil.example|click>", "a@all", strings.Repeat("@all ", 20_000), strings.Repeat("日本語", 40_000), strings.Repeat("*", 100_000))
	for _, text := range texts {
		for name, items := range hostileItems(text) {
			s := start(t)
			for _, c := range []func() (*relay.Work, []relaytest.Turn){
				func() (*relay.Work, []relaytest.Turn) { return s.send(t, s.hook(), nil, items...) },
				func() (*relay.Work, []relaytest.Turn) { return s.send(t, s.bot(), nil, items[0]) },
				func() (*relay.Work, []relaytest.Turn) {
					return s.send(t, s.bot(), []byte(`{"post":"p0000000000000000000000001","reply":"`+items[0].ID()+`"}`), items[0])
				},
			} {
				if work, turns := c(); len(work.Items) != 0 {
					t.Fatalf("%.40q as %s: %+v", text, name, turns[len(turns)-1].Verdict)
				}
			}
			for _, p := range s.Posts() {
				checkPost(t, text, &p)
			}
		}
	}
}

func hostileItems(text string) map[string][]relay.Item {
	one, many, e := down(relay.Worse, 1), storm(50), arrival(1)
	for k := range many.Notice.Alerts {
		many.Notice.Alerts[k].Device, many.Notice.Alerts[k].Site = text, text
	}
	many.Notice.Summary = text
	a := &one.Notice.Alerts[0]
	a.Title, a.Site, a.Device, a.Owner, a.Note, a.Source, a.State = text, text, text, text, text, text, "acked"
	one.Notice.Event.Text, one.Notice.Actor, one.Notice.Reason, one.Notice.Link = text, text, text, text
	e.Event.Text, e.Event.Site, e.Event.Device, e.Event.Client, e.Event.SSID, e.Event.Type = text, text, text, text, text, text
	return map[string][]relay.Item{"alert": {one}, "several alerts": {many}, "event": {e}, "batch": slices.Repeat([]relay.Item{one}, 3)}
}

func checkPost(t *testing.T, text string, p *relaytest.MattermostPost) {
	t.Helper()
	if len(p.Mentions) > 0 {
		t.Errorf("%.60q rings %q", text, p.Mentions[:min(3, len(p.Mentions))])
	}
	whole := fmt.Sprint(p.Message, p.Props)
	if strings.ContainsAny(whole, "\x00\x1b\r\t") || !utf8.ValidString(whole) {
		t.Errorf("%.60q leaves control characters", text)
	}
	if strings.Contains(whole, "](https://evil") || strings.Contains(whole, "https://evil") {
		t.Errorf("%.60q makes a link", text)
	}
}

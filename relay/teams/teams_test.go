package teams

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/internal/safetext/hostile"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

func TestTheBytesOfACard(t *testing.T) {
	for _, c := range []struct {
		name, detail string
		items        []relay.Item
	}{
		{"first", "", []relay.Item{down(relay.First)}},
		{"resolved", "level", []relay.Item{down(relay.Resolved)}},
		{"level1", "level", []relay.Item{cpu(1)}},
		{"level2", "level", []relay.Item{cpu(2)}},
		{"level1-summary", "summary", []relay.Item{cpu(1)}},
		{"level2-full", "full", []relay.Item{cpu(2)}},
		{"storm", "", []relay.Item{storm(40)}},
		{"batch", "", []relay.Item{down(relay.First), storm(3), cpu(2)}},
		{"event", "", []relay.Item{arrival()}},
		{"events-full", "full", []relay.Item{arrival(), arrival()}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := build(t, config.Relay{URL: config.NewSecret("https://prod.logic.azure.example/w?sig=s"), Detail: c.detail})
			r, err := d.Encode(&relay.Work{Items: c.items, Now: noon})
			if err != nil || r.Items != len(c.items) {
				t.Fatalf("%+v %v", r, err)
			}
			if got := r.Header.Get("Content-Type"); got != "application/json; charset=utf-8" {
				t.Error(got)
			}
			golden(t, c.name, r.Body)
		})
	}
}

func TestNewNamesTheKeys(t *testing.T) {
	for _, address := range []string{"", "prod.logic.azure.example/w?sig=secret", "mailto:a@b?sig=secret"} {
		_, err := New(config.Relay{URL: config.NewSecret(address)}, relay.Env{})
		if err == nil || !strings.HasPrefix(err.Error(), "url ") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", address, err)
		}
	}
}

func TestLimits(t *testing.T) {
	alerts := build(t, config.Relay{URL: config.NewSecret("https://a.example/?sig=s"), Send: "alerts"})
	l := alerts.Limits()
	if l.Keeps || !l.Groups || l.Items < 2 || len(l.Rates) != len(relaytest.TeamsRates()) {
		t.Errorf("%+v", l)
	}
	for i, r := range relaytest.TeamsRates() {
		if got := l.Rates[i]; got.Count != r.Count || got.Per != r.Per || !strings.HasPrefix(got.Name, "Teams' ") || got.Channel {
			t.Errorf("%+v, want %+v", got, r)
		}
	}
	if alerts.(interface{ Advice() string }).Advice() == "" {
		t.Error("nothing says that messages are posted anew")
	}
	events := build(t, config.Relay{URL: config.NewSecret("https://a.example/?sig=s"), Send: "events"})
	if events.Limits().Groups || events.(interface{ Advice() string }).Advice() != "" {
		t.Errorf("events: %+v", events.Limits())
	}
}

func TestACardOfSeveralNoticesIsOneMessage(t *testing.T) {
	s := start(t)
	items := []relay.Item{down(relay.First), cpu(2), down(relay.Resolved), storm(12)}
	if work, turns := s.send(t, "", items...); len(work.Items) != 0 || len(turns) != 1 || len(s.Cards()) != 1 || len(s.Lost()) != 0 {
		t.Errorf("%d left, %d requests, %d cards, lost %v", len(work.Items), len(turns), len(s.Cards()), s.Lost())
	}
}

func TestABatchIsSplitWhereACardIsFull(t *testing.T) {
	s := start(t)
	s.Set(func(c *relaytest.TeamsSettings) { c.Unlimited = true })
	items := slices.Repeat([]relay.Item{storm(60), cpu(1)}, 30)
	work, turns := s.send(t, "full", items...)
	told := 0
	for _, turn := range turns {
		told += turn.Request.Items
	}
	if len(work.Items) != 0 || told != 60 || len(turns) < 3 || len(s.Cards()) != len(turns) || len(s.Lost()) != 0 {
		t.Errorf("%d left, %d told in %d cards of %d requests, lost %v", len(work.Items), told, len(s.Cards()), len(turns), s.Lost())
	}
}

func TestACardHasAsManyButtonsAsTeamsShows(t *testing.T) {
	s := start(t)
	var items []relay.Item
	for k := range 8 {
		i := cpu(2)
		i.Notice.Link = fmt.Sprintf("https://manage.mist.com/admin/?org_id=org#!switch/detail/%d", k/2*2)
		items = append(items, i)
	}
	for k := range 8 {
		i := cpu(2)
		i.Notice.Link = fmt.Sprintf("https://manage.mist.com/admin/?org_id=org#!switch/detail/%d", 100+k)
		items = append(items, i)
	}
	s.send(t, "summary", items...)
	if cards := s.Cards(); len(cards) != 1 || len(s.Lost()) != 0 || len(cards[0].Card["actions"].([]any)) != 6 {
		t.Errorf("%d cards, lost %v", len(cards), s.Lost())
	}
}

// The slowest of all rates: an hour takes 100 cards, and what does not fit waits.
func TestTheHourIsFull(t *testing.T) {
	s := start(t)
	sent := 0
	for range 120 {
		work, turns := s.send(t, "", down(relay.First))
		s.clock.Advance(time.Second)
		if len(work.Items) == 0 {
			sent++
		} else if v := turns[0].Verdict; v.Outcome != relay.Retry || v.After != time.Minute {
			t.Fatalf("%+v", v)
		}
	}
	if sent != 100 {
		t.Errorf("%d were taken in the first two minutes", sent)
	}
}

// Whatever a stranger writes: Teams takes the card, shows it, and mentions nobody.
func TestHostileText(t *testing.T) {
	s := start(t)
	s.Set(func(c *relaytest.TeamsSettings) { c.Unlimited = true })
	texts := append(hostile.Hostile(), "<at>everyone</at>", "&lt;at&gt;all&lt;/at&gt;", "{{DATE(2026-01-01T00:00:00Z)}}", "[click](https://evil.example)", "@all", `{"type":"x"}`,
		strings.Repeat("日本語", 40_000), strings.Repeat("*", 100_000), strings.Repeat(`"`, 100_000), strings.Repeat("🍕", 30_000), strings.Repeat("<at>", 30_000))
	for _, text := range texts {
		one, many, e := down(relay.Worse), storm(60), arrival()
		for k := range many.Notice.Alerts {
			many.Notice.Alerts[k].Device, many.Notice.Alerts[k].Site = text, text
		}
		many.Notice.Summary = text
		a := &one.Notice.Alerts[0]
		a.Title, a.Site, a.Device, a.Owner, a.Note, a.Source, a.State = text, text, text, text, text, text, "acked"
		one.Notice.Event.Text, one.Notice.Actor, one.Notice.Reason, one.Notice.Link = text+" ", text, text, text
		e.Event.Text, e.Event.Site, e.Event.Device, e.Event.Client, e.Event.SSID, e.Event.Type = text, text, text, text, text, text
		for _, detail := range []string{"full", "summary", "level"} {
			for _, items := range [][]relay.Item{{one}, {many}, {e}, {one, many, one, e, e}} {
				if work, turns := s.send(t, detail, items...); len(work.Items) != 0 {
					t.Fatalf("%.40q: %+v", text, turns[len(turns)-1].Verdict)
				}
			}
		}
		if lost := s.Lost(); len(lost) > 0 {
			t.Fatalf("%.40q: answered with 202 and never posted: %v", text, lost)
		}
	}
	for _, c := range s.Cards() {
		read := fmt.Sprint(c.Card["fallbackText"], c.Card["body"]) // as Markdown; a button's title is not
		if len(c.Body) > maxBytes || strings.Contains(read, "[click](") {
			t.Errorf("%d bytes: %.200s", len(c.Body), c.Body)
		}
	}
}

func TestMarkdownIsEscaped(t *testing.T) {
	const hidden = "\u200b"
	for _, c := range [][2]string{
		{"AP lobby-ap3 is down", "AP lobby-ap3 is down"},
		{"ex_sw_07 *b* `c` ~g~ _i_", "ex_sw_07 \\*b\\* \\`c\\` \\~g\\~ \\_i\\_"},
		{"- item", `\- item`}, {"# head", `\# head`}, {"3. item", `3\. item`}, {"v1.2", "v1.2"},
		{"R&D < 3", "R&D < 3"}, {"<at>x</at>", "<" + hidden + "at>x<" + hidden + "/at>"}, {"&lt;", "&" + hidden + "lt;"},
		{"{{TIME(x)}}", "{" + hidden + "{TIME(x)}}"}, {"{a}", "{a}"},
	} {
		if got := markdown(c[0], 100); got != c[1] {
			t.Errorf("%q became %q, want %q", c[0], got, c[1])
		}
	}
}

func TestWhatAnAnswerMeans(t *testing.T) {
	coded := func(code string) string { return `{"error":{"code":"` + code + `","message":"Words."}}` }
	for _, c := range []struct {
		name   string
		status int
		body   string
		err    error
		want   relay.Outcome
		says   string
	}{
		{"accepted", 202, "", nil, relay.Sent, ""},
		{"a connector took it", 200, "1", nil, relay.Sent, ""},
		{"a Workflow with a response of its own", 200, `{"ok":true}`, nil, relay.Sent, ""},
		{"a connector throttles", 200, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId tcid=0", nil, relay.Retry, "429"},
		{"a connector finds it too large", 200, "... returned HTTP error 413 with ContextId tcid=429", nil, relay.Refused, "413"},
		{"a connector fails", 200, "... returned HTTP error 503 with ContextId", nil, relay.Retry, "503"},
		{"a connector does not know it", 200, "... returned HTTP error 404 with ContextId", nil, relay.Misconfigured, "check url"},
		{"an error in a 200", 200, coded("Broken"), nil, relay.Misconfigured, "Broken"},
		{"a page of HTML", 200, "<html>429</html>", nil, relay.Misconfigured, "check url"},
		{"turned off", 400, coded("WorkflowTriggerIsNotEnabled"), nil, relay.Misconfigured, "turn it on"},
		{"a card that it cannot read", 400, coded("TriggerInputSchemaMismatch"), nil, relay.Refused, "TriggerInputSchemaMismatch"},
		{"callers must sign in", 401, coded("DirectApiAuthorizationRequired"), nil, relay.Misconfigured, "let anyone trigger it"},
		{"a wrong signature", 401, coded("AuthorizationFailed"), nil, relay.Misconfigured, "copy the whole address"},
		{"forbidden", 403, "", nil, relay.Misconfigured, "copy the whole address"},
		{"deleted", 404, coded("WorkflowNotFound"), nil, relay.Misconfigured, "there is no such Workflow"},
		{"gone", 410, "", nil, relay.Misconfigured, "there is no such Workflow"},
		{"too large", 413, "", nil, relay.Refused, "413"},
		{"too fast", 429, coded("TooMany"), nil, relay.Retry, "TooMany"},
		{"it fails", 502, "", nil, relay.Retry, "502"},
		{"no answer", 0, "", errors.New("connection reset"), relay.Retry, "reset"},
		{"cut off", 200, "1", errors.New("unexpected EOF"), relay.Retry, "EOF"},
	} {
		d := build(t, config.Relay{URL: config.NewSecret("https://a.example/?sig=s")})
		v := d.Judge(&relay.Work{Items: []relay.Item{down(relay.First)}}, &relay.Request{Items: 1}, &relay.Answer{Status: c.status, Body: []byte(c.body), Err: c.err})
		if v.Outcome != c.want || !strings.Contains(v.Reason, c.says) || c.says == "" && v.Reason != "" {
			t.Errorf("%s: %+v, want %d, %q", c.name, v, c.want, c.says)
		}
	}
}

func TestTheStandInAnswersAsTheWorkflowIsSet(t *testing.T) {
	for _, c := range []struct {
		name   string
		change func(*relaytest.TeamsSettings)
		want   relay.Outcome
	}{
		{"as it should be", func(*relaytest.TeamsSettings) {}, relay.Sent},
		{"a connector", func(s *relaytest.TeamsSettings) { s.Connector = true }, relay.Sent},
		{"off", func(s *relaytest.TeamsSettings) { s.Off = true }, relay.Misconfigured},
		{"deleted", func(s *relaytest.TeamsSettings) { s.Deleted = true }, relay.Misconfigured},
		{"for those who sign in", func(s *relaytest.TeamsSettings) { s.SignIn = true }, relay.Misconfigured},
		{"another signature", func(s *relaytest.TeamsSettings) { s.Signature = "other" }, relay.Misconfigured},
	} {
		s := start(t)
		s.Set(c.change)
		_, turns := s.send(t, "", down(relay.First))
		if got := turns[0].Verdict; got.Outcome != c.want {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	s := start(t)
	s.Set(func(s *relaytest.TeamsSettings) { s.Connector = true })
	for range 4 {
		s.send(t, "", down(relay.First))
	}
	if work, turns := s.send(t, "", down(relay.First)); len(work.Items) != 1 || turns[0].Answer.Status != 200 || turns[0].Verdict.Outcome != relay.Retry {
		t.Errorf("throttled by a connector: %+v", turns[0].Verdict)
	}
}

package view

import (
	"cmp"
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// webhookPlace is the sheet of one webhook and its ping.
var webhookPlace = pane.Place{Name: "webhook", Traits: pane.IsSheet | pane.HasText}

// webhookSheet is one webhook in full, and its ping while that is under way.
type webhookSheet struct {
	row    webhookRow
	hops   []event.CheckStep
	err    string
	run    int // number of the ping shown; 0 before the first
	going  bool
	closed bool
	cancel context.CancelFunc
	text   draw.TextWindow
}

// pingLimit bounds a ping: the answer of Mist and the wait for the arrival.
const pingLimit = 90 * time.Second

// pingStep is one step of a ping; last says that it is over.
type pingStep struct {
	step event.CheckStep
	last bool
	err  error
}

// PortalPage is the page of the webhook's settings in the Mist portal.
func (s *webhookSheet) PortalPage() (port.PortalPage, bool) {
	return webhookPage(s.row.Webhook), true
}

func (s *webhookSheet) Place() pane.Place       { return webhookPlace }
func (s *webhookSheet) Nav() pane.Navigator     { return nil }
func (s *webhookSheet) Scroll(lines, pages int) { s.text.Scroll(lines, pages) }

func (s *webhookSheet) Close() {
	s.closed = true
	if s.cancel != nil {
		s.cancel()
	}
}

// Refresh asks the cloud how the webhook is configured now.
func (s *webhookSheet) Refresh(scr pane.Screen) pane.Request {
	return askWebhooks(scr, s.row.Source, s.row.SiteID)
}

// Fetch keeps the webhook up to date.
func (s *webhookSheet) Fetch(now time.Time) pane.Fetch {
	id := webhookID(s.row)
	return func(ctx context.Context, j port.Journal) (pane.Answer, error) {
		rows, err := readWebhooks(ctx, j, pane.NewestPage(now))
		return pane.Answer{Apply: func() {
			for _, r := range rows {
				if webhookID(r) == id {
					s.row = r
				}
			}
		}}, err
	}
}

// webhookKeys are the keys of the pane and of the sheet of a webhook.
func webhookKeys(p *pane.List[webhookRow]) []pane.Binding {
	ping, err := actions.Find(event.ActionPing)
	if err != nil {
		panic(err) // it registers itself in package actions
	}
	key := ping.Keys[0]
	return []pane.Binding{
		{
			Name: key.Name, Keys: key.Keys, In: []pane.Place{p.Place(), webhookPlace}, Foot: key.Foot, Help: key.Help,
			Off: func(s pane.Screen) string { return noPing(s, p) },
			Run: func(scr pane.Screen) pane.Request {
				if s, ok := scr.Sheet.(*webhookSheet); ok {
					return s.ping(scr)
				}
				row, ok := p.List.Selected()
				if !ok {
					return nil
				}
				s := &webhookSheet{row: row}
				return pane.All{pane.OpenSheet{Sheet: s}, s.ping(scr)}
			},
		},
		{Name: "undo", Keys: []string{"U"}, Help: "undo what you did last, within 10 seconds", Run: func(pane.Screen) pane.Request { return pane.Undo{} }},
	}
}

// noPing says why there is no webhook to ping, or nobody to ask for it.
func noPing(s pane.Screen, p *pane.List[webhookRow]) string {
	if s.Actions == nil || len(s.Actions.Sources()) == 0 {
		return "No ping from here: no organization has an API token in this process."
	}
	if s.Sheet == nil && p.List.Len() == 0 {
		return "No webhook here to ping."
	}
	return ""
}

// ping has Mist send a test message to the webhook, and shows how far it comes.
func (s *webhookSheet) ping(scr pane.Screen) pane.Request {
	if s.going {
		return pane.Say{Role: draw.Dim, Text: "A ping is under way."}
	}
	s.run++
	s.going, s.hops, s.err = true, nil, ""
	ctx, cancel := context.WithCancel(scr.Ctx)
	s.cancel = cancel
	hops := make(chan pingStep, 64)
	hook := s.row.Webhook
	targets := []actions.Target{{Kind: actions.OnWebhook, ID: hook.ID, Source: hook.Source}}
	ask := scr.Do(ctx, pingLimit, func(ctx context.Context) tea.Msg {
		var failed error
		for step, err := range scr.Actions.Run(ctx, scr.Operator, event.ActionPing, targets, nil) {
			if failed = cmp.Or(err, step.Err); step.State != actions.Progress {
				continue
			}
			select {
			case hops <- pingStep{step: step.Check}:
			case <-ctx.Done():
			}
		}
		select {
		case hops <- pingStep{last: true, err: failed}:
		default: // more hops than any ping has, and nobody takes them
		}
		return nil
	})
	return pane.All{pane.Command{Cmd: ask}, s.awaitHop(ctx, scr, hops, s.run), askWebhooks(scr, hook.Source, hook.SiteID)}
}

// askWebhooksLimit bounds the question how the webhooks are configured now.
const askWebhooksLimit = 15 * time.Second

// askWebhooks has the cloud asked how webhooks are configured now, those of all
// organizations without a source: what a person looks at must not be minutes old.
func askWebhooks(s pane.Screen, source, site string) pane.Request {
	if s.Actions == nil {
		return nil
	}
	targets := []actions.Target{{Kind: actions.OnSource, Source: source, Site: site}}
	return pane.Command{Cmd: s.Do(s.Ctx, askWebhooksLimit, func(ctx context.Context) tea.Msg {
		var failed error
		for step, err := range s.Actions.Run(ctx, s.Operator, "refresh", targets, nil) {
			failed = cmp.Or(err, step.Err)
		}
		return pane.Reply(func(s pane.Screen) pane.Request {
			if failed != nil {
				return pane.All{pane.Say{Role: draw.Warn, Text: "Mist could not be asked about its webhooks: " + s.Text(failed.Error())}, pane.Pull{}}
			}
			return pane.Pull{}
		})
	})}
}

// awaitHop waits for the next step of a ping.
func (s *webhookSheet) awaitHop(ctx context.Context, scr pane.Screen, hops <-chan pingStep, run int) pane.Request {
	return pane.Command{Cmd: scr.Do(ctx, pingLimit, func(wait context.Context) tea.Msg {
		select {
		case h := <-hops:
			return pane.Reply(func(scr pane.Screen) pane.Request { return s.takeHop(ctx, scr, hops, run, h) })
		case <-wait.Done():
			return nil // the sheet is gone, or its asker says so itself
		}
	})}
}

// takeHop shows a step of a ping, if it is the one that is looked at.
func (s *webhookSheet) takeHop(ctx context.Context, scr pane.Screen, hops <-chan pingStep, run int, h pingStep) pane.Request {
	if s.closed || s.run != run {
		return nil
	}
	if h.last {
		s.going = false
		if h.err != nil {
			s.err = h.err.Error()
		}
		return pane.PullSoon{}
	}
	s.put(h.step)
	return s.awaitHop(ctx, scr, hops, run)
}

// put adds a step, or replaces the one of its name that waited.
func (s *webhookSheet) put(h event.CheckStep) {
	for i := range s.hops {
		if s.hops[i].Name == h.Name {
			s.hops[i] = h
			return
		}
	}
	if len(s.hops) < 32 {
		s.hops = append(s.hops, h)
	}
}

func (s *webhookSheet) Draw(e pane.Context, w, h int) []string {
	head := draw.SheetHead(e.Context, "Webhook "+e.Cell(s.row.Name), "P pings it", w)
	return s.text.Draw(head, draw.Indent(s.lines(e, w-2)), w, h)
}

func (s *webhookSheet) lines(e pane.Context, w int) []string {
	hook := s.row.Webhook
	badge, r, text := "OK", draw.OK, "nothing about it looks wrong"
	if n := len(s.row.Warnings); n > 0 {
		badge, r, text = "CHECK", draw.Warn, e.Text(s.row.Warnings[0])
	}
	out := append([]string{""}, draw.Headline(e.Context, badge, r, text, w)...)
	for _, text := range s.row.Warnings[min(1, len(s.row.Warnings)):] {
		out = append(out, draw.Headline(e.Context, badge, r, e.Text(text), w)[0])
	}
	out = append(out, s.hopLines(e, w)...) // before the fields: a low window would not show it below them
	scope := "the organization"
	if hook.SiteID != "" {
		scope = "site " + WithID(e, hook.Site, hook.SiteID)
	}
	out = append(out, draw.Fields(e.Context, w, []draw.Field{
		{Name: "url", Value: e.Text(hook.URL), Role: draw.Strong}, // first, so that a preview of few lines has it
		{Name: "of", Value: scope, Role: draw.Plain},
		{Name: "source", Value: e.Text(hook.Source), Role: draw.Plain},
		{Name: "type", Value: e.Text(hook.Type), Role: draw.Plain},
		{Name: "topics", Value: e.Text(strings.Join(hook.Topics, ", ")), Role: draw.Plain},
		{Name: "enabled", Value: yesNo(hook.Enabled), Role: boolRole(hook.Enabled)},
		{Name: "secret", Value: yesNo(hook.HasSecret), Role: boolRole(hook.HasSecret)},
		{Name: "verify_cert", Value: yesNo(hook.VerifyCert), Role: boolRole(hook.VerifyCert)},
		{Name: "one event", Value: map[bool]string{true: "each message carries one event"}[hook.Single], Role: draw.Plain},
		{Name: "id", Value: e.Text(hook.ID), Role: draw.Dim},
		{Name: "last ping", Value: s.lastPing(e), Role: draw.Plain},
		{Name: "as of", Value: e.Exact(hook.Updated) + "  (" + e.Ago(hook.Updated) + ")", Role: draw.Dim},
	})...)
	return out
}

func (s *webhookSheet) lastPing(e pane.Context) string {
	a := s.row.Ping
	if a == nil {
		return ""
	}
	text := e.Exact(a.Time) + " by " + e.Text(a.Actor)
	if a.Result != "" {
		text += ": " + e.Text(a.Result)
	}
	return text
}

// hopLines are the steps of the ping, with the time each took.
func (s *webhookSheet) hopLines(e pane.Context, w int) []string {
	if s.run == 0 {
		return nil
	}
	out := []string{e.Theme.On(draw.Title, "Ping")}
	for _, h := range s.hops {
		sign, r := e.Theme.Glyph.More, draw.Dim
		switch h.State {
		case event.HopOK:
			sign, r = e.Theme.Glyph.States[event.Resolved], draw.OK
		case event.HopFailed:
			sign, r = e.Theme.Glyph.Refused, draw.Critical
		}
		took := ""
		if h.Took > 0 {
			took = tookText(float64(h.Took) / float64(time.Millisecond))
		}
		head := e.Theme.Fit(took, 7, true) + " "
		for i, l := range draw.Wrap(e.Text(h.Name+"  "+h.Text), max(10, w-10)) {
			if i > 0 {
				sign, head = " ", strings.Repeat(" ", 8)
			}
			out = append(out, e.Theme.On(r, sign)+" "+e.Theme.On(draw.Dim, head)+e.Theme.On(draw.Plain, l))
		}
	}
	if s.err != "" {
		for _, l := range draw.Wrap(e.Text(s.err), max(10, w)) {
			out = append(out, e.Theme.On(draw.Critical, l))
		}
	}
	if s.going && len(s.hops) == 0 {
		out = append(out, e.Theme.On(draw.Dim, "asking Mist to send it, for at most "+human.Duration(pingLimit)))
	}
	return append(out, "")
}

package tui

import (
	"context"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/port"
)

// hookSheet is one webhook in full, and its ping while that is under way.
type hookSheet struct {
	row    hookRow
	hops   []event.CheckStep
	err    string
	run    int // number of the ping shown; 0 before the first
	going  bool
	cancel context.CancelFunc
	text   draw.TextWindow
}

// pingLimit bounds a ping: the answer of Mist and the wait for the arrival.
const pingLimit = 90 * time.Second

// hopMsg is one step of a ping; last says that it is over.
type hopMsg struct {
	run  int
	hop  event.CheckStep
	last bool
	err  error
}

func (s *hookSheet) where() where          { return inHook }
func (s *hookSheet) nav() navigator        { return nil }
func (s *hookSheet) Scroll(lines, pgs int) { s.text.Scroll(lines, pgs) }

func (s *hookSheet) close() {
	if s.cancel != nil {
		s.cancel()
	}
}

// fetch keeps the webhook as the cloud tells it.
func (s *hookSheet) fetch(now time.Time) fetch {
	id := hookID(s.row)
	return func(ctx context.Context, j port.Journal) (answer, error) {
		rows, err := readHooks(ctx, j, everything(now))
		return answer{apply: func() {
			for _, r := range rows {
				if hookID(r) == id {
					s.row = r
				}
			}
		}}, err
	}
}

// openHook shows the selected webhook in full.
func (m *Model) openHook() tea.Cmd {
	p, _ := m.panes[paneWebhooks].(*listPane[hookRow])
	row, ok := p.list.Selected()
	if !ok {
		return nil
	}
	return m.openSheet(&hookSheet{row: row})
}

func (m *Model) noPing() string {
	if m.opt.Cloud == nil || len(m.opt.Cloud.Sources()) == 0 {
		return "No ping from here: no organisation has an API token in this process."
	}
	if _, ok := m.sheet().(*hookSheet); ok {
		return ""
	}
	if m.panes[paneWebhooks].nav().Len() == 0 {
		return "No webhook here to ping."
	}
	return ""
}

// ping has Mist send a test message to the webhook at hand, and shows how far
// it comes.
func (m *Model) ping(string) tea.Cmd {
	s, ok := m.sheet().(*hookSheet)
	var opened tea.Cmd
	if !ok {
		opened = m.openHook()
		if s, ok = m.sheet().(*hookSheet); !ok {
			return opened
		}
	}
	if s.going {
		m.say(draw.Dim, "A ping is under way.")
		return opened
	}
	m.pings++
	s.run, s.going, s.hops, s.err = m.pings, true, nil, ""
	ctx, cancel := context.WithCancel(m.jobs.ctx)
	s.cancel = cancel
	hops := make(chan hopMsg, 64)
	cloud, hook, run := m.opt.Cloud, s.row.Webhook, s.run
	ask := m.jobs.with(ctx, pingLimit, func(ctx context.Context) tea.Msg {
		err := cloud.PingWebhook(ctx, hook, func(h event.CheckStep) {
			select {
			case hops <- hopMsg{run: run, hop: h}:
			case <-ctx.Done():
			}
		})
		select {
		case hops <- hopMsg{run: run, last: true, err: err}:
		default: // more hops than any ping has, and nobody takes them
		}
		return nil
	})
	return tea.Batch(opened, ask, m.awaitHop(ctx, hops), m.askHooks(hook.Source, hook.SiteID))
}

// askHooksLimit bounds the question how the webhooks are configured now.
const askHooksLimit = 15 * time.Second

// hooksAsked says that the cloud was asked for webhooks.
type hooksAsked struct{ err error }

// askHooks has the cloud asked how webhooks are configured now, those of all
// organisations without a source: what a person looks at must not be minutes old.
func (m *Model) askHooks(source, site string) tea.Cmd {
	ask := m.opt.AskWebhooks
	if ask == nil {
		return nil
	}
	return m.jobs.do(askHooksLimit, func(ctx context.Context) tea.Msg { return hooksAsked{ask(ctx, source, site)} })
}

// takeHooksAsked shows what the cloud said, or that it did not.
func (m *Model) takeHooksAsked(msg hooksAsked) tea.Cmd {
	if msg.err != nil {
		m.say(draw.Warn, "Mist could not be asked about its webhooks: "+m.env().Text(msg.err.Error()))
	}
	return m.pullNow()
}

// awaitHop waits for the next step of a ping.
func (m *Model) awaitHop(ctx context.Context, hops <-chan hopMsg) tea.Cmd {
	return m.jobs.with(ctx, pingLimit, func(wait context.Context) tea.Msg {
		select {
		case h := <-hops:
			return nextHop{h, func(m *Model) tea.Cmd { return m.awaitHop(ctx, hops) }}
		case <-wait.Done():
			return nil // the sheet is gone, or its asker says so itself
		}
	})
}

// nextHop is a step with the command that waits for the one after it.
type nextHop struct {
	hop  hopMsg
	more func(m *Model) tea.Cmd
}

// takeHop shows a step of a ping, if its webhook is still looked at.
func (m *Model) takeHop(msg nextHop) tea.Cmd {
	s, ok := m.sheet().(*hookSheet)
	if !ok || s.run != msg.hop.run {
		return nil
	}
	if msg.hop.last {
		s.going = false
		if msg.hop.err != nil {
			s.err = msg.hop.err.Error()
		}
		return m.pullSoon()
	}
	s.put(msg.hop.hop)
	return msg.more(m)
}

// put adds a step, or replaces the one of its name that waited.
func (s *hookSheet) put(h event.CheckStep) {
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

func (s *hookSheet) Draw(e env, w, h int) []string {
	head := draw.Head(e.Context, "Webhook "+e.Cell(s.row.Name), "P pings it", w)
	return s.text.Draw(head, s.lines(e, w-2), w, h)
}

func (s *hookSheet) lines(e env, w int) []string {
	hook := s.row.Webhook
	badge, r, text := "OK", draw.OK, "nothing about it looks wrong"
	if n := len(s.row.Warnings); n > 0 {
		badge, r, text = "MIND", draw.Warn, e.Text(s.row.Warnings[0])
	}
	out := append([]string{""}, draw.Headline(e.Context, badge, r, text, w)...)
	for _, text := range s.row.Warnings[min(1, len(s.row.Warnings)):] {
		out = append(out, draw.Headline(e.Context, badge, r, e.Text(text), w)[0])
	}
	out = append(out, s.hopLines(e, w)...) // before the fields: a low window would not show it below them
	scope := "the organisation"
	if hook.SiteID != "" {
		scope = "site " + named(e, hook.Site, hook.SiteID)
	}
	out = append(out, draw.Fields(e.Context, w, []draw.Field{
		{Name: "of", Value: scope, Role: draw.Plain},
		{Name: "source", Value: e.Text(hook.Source), Role: draw.Plain},
		{Name: "type", Value: e.Text(hook.Type), Role: draw.Plain},
		{Name: "url", Value: e.Text(hook.URL), Role: draw.Strong},
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

func (s *hookSheet) lastPing(e env) string {
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
func (s *hookSheet) hopLines(e env, w int) []string {
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

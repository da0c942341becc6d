package view

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/jsonview"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// PreviewPlace is the sheet of what relays would send.
var PreviewPlace = pane.Place{Name: "preview", Traits: pane.IsSheet | pane.HasJSON}

// previewLimit bounds how long a preview may take: a secret may come from a program.
const previewLimit = 20 * time.Second

// PreviewSheet shows what each relay would send about an alert or an event: a tab for
// each relay, and its requests one by one.
type PreviewSheet struct {
	id      int64
	of      port.Previews
	relays  []port.RelayPreview
	err     string
	loaded  bool
	tab, at int // the relay, and its request
	json    *jsonview.Model
	shown   string // the body in json
}

// NewPreviewSheet asks of what relays would send about the alert or event of an id.
func NewPreviewSheet(of port.Previews, id int64) *PreviewSheet {
	return &PreviewSheet{id: id, of: of, json: jsonview.New(jsonview.Styles{})}
}

func (s *PreviewSheet) Place() pane.Place          { return PreviewPlace }
func (s *PreviewSheet) Nav() pane.Navigator        { return nil }
func (s *PreviewSheet) Close()                     {}
func (s *PreviewSheet) Fetch(time.Time) pane.Fetch { return nil }
func (s *PreviewSheet) Tree() *jsonview.Model      { return s.json }

// Refresh asks anew: the configuration may have changed, and the alert too.
func (s *PreviewSheet) Refresh(scr pane.Screen) pane.Request {
	of, id := s.of, s.id
	return pane.Command{Cmd: scr.Do(scr.Ctx, previewLimit, func(ctx context.Context) tea.Msg {
		relays, err := of.PreviewRelays(ctx, id)
		return pane.Reply(func(pane.Screen) pane.Request {
			s.take(relays, err)
			return nil
		})
	})}
}

// take shows an answer. The first time, the tab is that of the first relay that would
// send the row.
func (s *PreviewSheet) take(relays []port.RelayPreview, err error) {
	name := ""
	if r := s.relay(); r != nil {
		name = r.Relay
	}
	s.relays, s.err = relays, ""
	if err != nil {
		s.err = err.Error()
	}
	at := slices.IndexFunc(relays, func(r port.RelayPreview) bool { return r.Relay == name })
	if !s.loaded || at < 0 {
		at = slices.IndexFunc(relays, func(r port.RelayPreview) bool { return r.Chosen && r.Problem == "" })
		s.at = 0
	}
	s.loaded = true
	s.tab = max(0, at)
	s.TurnRequest(0)
}

// relay is the one that is shown; nil without any.
func (s *PreviewSheet) relay() *port.RelayPreview {
	if s.tab >= len(s.relays) {
		return nil
	}
	return &s.relays[s.tab]
}

// request is the one that is shown; nil without any.
func (s *PreviewSheet) request() *port.RelayRequest {
	if r := s.relay(); r != nil && s.at < len(r.Requests) {
		return &r.Requests[s.at]
	}
	return nil
}

// Turn shows the next relay, or the one before.
func (s *PreviewSheet) Turn(by int) {
	if n := len(s.relays); n > 0 {
		s.tab, s.at = (s.tab+by+n)%n, 0
		s.TurnRequest(0)
	}
}

// TurnRequest shows the next request of the relay, or the one before.
func (s *PreviewSheet) TurnRequest(by int) {
	if r := s.relay(); r != nil && len(r.Requests) > 0 {
		s.at = (s.at + by + len(r.Requests)) % len(r.Requests)
	}
	body := ""
	if q := s.request(); q != nil {
		body = q.Body
	}
	switch {
	case body == s.shown:
		return
	case json.Valid([]byte(body)):
		s.json.SetJSON([]byte(body))
	default:
		s.json.SetText([]byte(body))
	}
	s.shown = body
}

// Text is the request that is shown, to be copied; empty without one.
func (s *PreviewSheet) Text() string {
	q := s.request()
	if q == nil || q.Problem != "" {
		return ""
	}
	return strings.Join(append([]string{q.Method + " " + q.URL}, q.Header...), "\n") + "\n\n" + q.Body
}

// Draw shows the relays, what is said of one, its request and the body.
func (s *PreviewSheet) Draw(e pane.Context, w, h int) []string {
	out := []string{draw.SheetTitle(e.Context, "What relays would send about "+event.ShortID(s.id), s.requestTitle(e), w)}
	switch {
	case !s.loaded:
		return draw.Pad(append(out, "", "  Working it out. Nothing is sent."), w, h)
	case s.err != "":
		return draw.Pad(append(out, append([]string{""}, draw.Indent(draw.Wrap("No preview: "+e.Text(s.err), max(10, w-2)))...)...), w, h)
	case len(s.relays) == 0:
		return draw.Pad(append(out, "", "  No relay is configured. Pane 8 says how to configure one."), w, h)
	}
	out = append(out, s.tabs(e, w))
	head := s.headLines(e, w-2)
	if room := max(3, (h-len(out))*3/5); len(head) > room { // the body needs room, too
		head = append(head[:room-1], e.Theme.On(draw.Dim, "and "+strconv.Itoa(len(head)-room+1)+" more lines: y copies all"))
	}
	out = append(out, draw.Indent(head)...)
	if q := s.request(); q == nil || q.Problem != "" {
		return draw.Pad(out, w, h)
	}
	out = append(out, e.Theme.On(draw.Dim, strings.Repeat(e.Theme.Glyph.Rule, w)))
	s.json.SetStyles(e.JSONStyles())
	s.json.SetSize(w, max(0, h-len(out)))
	return draw.Pad(append(out, strings.Split(s.json.View(), "\n")...), w, h)
}

// requestTitle says which request of how many is shown.
func (s *PreviewSheet) requestTitle(e pane.Context) string {
	r := s.relay()
	if r == nil || len(r.Requests) == 0 {
		return ""
	}
	q := r.Requests[s.at]
	return strings.TrimSpace(e.Cell(q.Why) + " " + strconv.Itoa(s.at+1) + "/" + strconv.Itoa(len(r.Requests)))
}

// tabs are the relays, the one that is shown in brackets.
func (s *PreviewSheet) tabs(e pane.Context, w int) string {
	const beside = 2 // the brackets
	line, used := "", 0
	first := 0
	width := func(i int) int { return draw.TextWidth(s.tabName(e, i)) + beside }
	for total := 0; first < s.tab; first++ { // so many before it are left out that it fits
		total = 0
		for i := first; i <= s.tab; i++ {
			total += width(i)
		}
		if total <= w {
			break
		}
	}
	for i := first; i < len(s.relays) && used+width(i) <= w; i++ {
		if i == s.tab {
			line += e.Theme.On(draw.Title, "["+s.tabName(e, i)+"]")
		} else {
			line += e.Theme.On(draw.Dim, " "+s.tabName(e, i)+" ")
		}
		used += width(i)
	}
	return line + strings.Repeat(" ", max(0, w-used))
}

// tabName is a relay with a sign that says whether it would send the row.
func (s *PreviewSheet) tabName(e pane.Context, i int) string {
	sign := e.Theme.Glyph.States[event.Resolved]
	if r := &s.relays[i]; r.Problem != "" || !r.Chosen {
		sign = "-"
	}
	return e.Cell(s.relays[i].Relay) + " " + sign
}

// headLines say whether the relay would send the row, and show the request but for its
// body.
func (s *PreviewSheet) headLines(e pane.Context, w int) []string {
	r, q := s.relay(), s.request()
	badge, role, text := "WOULD SEND", draw.OK, "this; its secrets are hidden"
	switch {
	case r.Problem != "":
		badge, role, text = "NO PREVIEW", draw.Warn, e.Text(r.Problem)
	case !r.Chosen:
		badge, role, text = "NOT CHOSEN", draw.Warn, e.Text(cmp.Or(r.Note, "the relay's query does not choose it"))+"; if it did:"
	case r.Note != "":
		badge, role, text = "NOT SENT", draw.Warn, e.Text(r.Note)+"; else:"
	case q != nil && q.Problem != "":
		badge, role, text = "CANNOT SEND", draw.Critical, e.Text(q.Problem)
	case q != nil && q.Why == "resolved":
		text = "this, when it is over; its secrets are hidden"
	case r.Hold != "":
		text = "this, if it still holds after " + e.Text(r.Hold) + "; its secrets are hidden"
	}
	head := draw.Headline(e.Context, badge, role, text, w)
	out := head[:len(head)-1]
	fields := []draw.Field{{Name: "note", Value: e.Text(r.Advice), Role: draw.Dim}}
	if q != nil && q.Problem == "" {
		fields = append(fields, draw.Field{Name: cmp.Or(e.Cell(q.Step), "request"), Value: e.Text(q.Method + " " + q.URL), Role: draw.Strong})
		for _, h := range q.Header {
			fields = append(fields, draw.Field{Value: e.Text(h), Role: draw.Plain})
		}
		if q.Gzip {
			fields = append(fields, draw.Field{Value: "Content-Encoding: gzip (below as it is before)", Role: draw.Plain})
		}
	}
	return append(out, draw.Fields(e.Context, w, fields)...)
}

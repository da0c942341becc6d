package relay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"foghorn/config"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// PreviewOptions are what a preview works with. Nothing is sent, and no outbox is read.
type PreviewOptions struct {
	Config      config.Relay
	Destination Destination
	Journal     Journal
	Link        func(*event.Alert) string // may be nil
	Now         time.Time
}

// Preview is what a relay would send about one event or alert.
type Preview struct {
	Relay  string `json:"relay"`
	Kind   string `json:"kind"`
	Item   string `json:"item"` // its short id
	Title  string `json:"title"`
	Chosen bool   `json:"chosen"`         // by the relay's query
	Note   string `json:"note,omitempty"` // why nothing or something else would be sent
	Advice string `json:"advice,omitempty"`
	// Stages are the moments at which something would be sent.
	Stages []Stage `json:"stages"`
}

// Stage is one moment: the first message about an alert, its end.
type Stage struct {
	Why      string   `json:"why"` // first, resolved; event
	Requests []Sample `json:"requests"`
	Problem  string   `json:"problem,omitempty"` // why it cannot be made
}

// Sample is a request as it would be sent, with the secrets hidden.
type Sample struct {
	At     time.Time `json:"at,omitzero"` // in a back-test
	Step   string    `json:"step"`
	Method string    `json:"method"`
	URL    string    `json:"url"`
	Header []string  `json:"header,omitempty"`
	Body   string    `json:"body"`
	Gzip   bool      `json:"gzip,omitempty"`
	Items  int       `json:"items,omitempty"`
}

func (v veil) sample(r *Request) Sample {
	return Sample{Step: r.Step, Method: cmp.Or(r.Method, http.MethodPost), URL: v.url(r.URL), Header: v.header(r.Header), Body: v.body(r.Body), Gzip: r.Gzip, Items: r.Items}
}

// previewer makes the previews of one relay.
type previewer struct {
	PreviewOptions
	veil  veil
	where *query.Query
	relay *Relay
	dest  *rehearsal
}

func newPreviewer(o PreviewOptions) (*previewer, error) {
	where, err := o.Config.Where()
	if err != nil {
		return nil, fmt.Errorf("relay %s: query: %w", o.Config.Name, err)
	}
	p := &previewer{PreviewOptions: o, veil: newVeil(o.Config), where: where}
	p.dest = &rehearsal{Destination: o.Destination, now: func() time.Time { return o.Now }}
	p.relay = &Relay{o: Options{Config: o.Config, Journal: o.Journal, Link: o.Link}}
	return p, nil
}

func (p *previewer) begin(id int64, title string) Preview {
	out := Preview{Relay: p.Config.Name, Kind: p.Config.Kind, Item: event.ShortID(id), Title: title}
	if a, ok := p.Destination.(Adviser); ok {
		out.Advice = a.Advice()
	}
	return out
}

// PreviewItem is what a relay would send about the alert or event of an id: about an
// alert, if it sends alerts and the id has one.
func PreviewItem(ctx context.Context, o PreviewOptions, id int64) (Preview, error) {
	p, err := newPreviewer(o)
	if err != nil {
		return Preview{}, err
	}
	if o.Config.Send == config.SendEvents {
		return p.event(ctx, id)
	}
	a, err := o.Journal.Alert(ctx, id)
	if errors.Is(err, event.ErrNotFound) {
		e, failed := o.Journal.Event(ctx, id)
		switch {
		case failed != nil:
			return Preview{}, fmt.Errorf("alert %s: %w", event.ShortID(id), err)
		case e.AlertID == 0:
			return Preview{}, fmt.Errorf("event %s belongs to no alert, and relay %s sends alerts", event.ShortID(id), o.Config.Name)
		}
		a, err = o.Journal.Alert(ctx, e.AlertID)
	}
	if err != nil {
		return Preview{}, err
	}
	return p.alert(ctx, a)
}

func (p *previewer) event(ctx context.Context, id int64) (Preview, error) {
	e, err := p.Journal.Event(ctx, id)
	if err != nil {
		return Preview{}, fmt.Errorf("event %s: %w", event.ShortID(id), err)
	}
	if e.Raw, err = p.Journal.Raw(ctx, id); err != nil && !errors.Is(err, event.ErrNotFound) {
		return Preview{}, err
	}
	out := p.begin(id, e.Text)
	if out.Chosen = p.where.Event(&e, p.Now); !out.Chosen {
		out.Note = "the relay's query does not choose it"
	}
	if out.Chosen && toldInThread(&p.Config, &e) {
		out.Chosen, out.Note = false, "the thread where the job was asked for already has it"
	}
	work := &Work{Items: []Item{{Event: &e}}, Now: p.Now}
	out.Stages = []Stage{p.stage("event", work)}
	return out, nil
}

// alert shows the first message as of now, or of an alert that is over as it began;
// and its end.
func (p *previewer) alert(ctx context.Context, a event.Alert) (Preview, error) {
	out := p.begin(a.ID, a.Title)
	steps, err := p.Journal.AlertTransitions(ctx, a.ID)
	if err != nil {
		return out, err
	}
	first := a
	if a.Resolved != nil && len(steps) > 0 {
		first = journal.AlertAfter(a, steps[0])
	}
	out.Chosen = p.where.Alert(&first, p.Now)
	switch hold := time.Duration(p.Config.Hold); {
	case !out.Chosen:
		out.Note = "the relay's query does not choose it"
	case a.Resolved != nil && hold > 0 && a.Resolved.Sub(a.Opened) < hold:
		out.Note = fmt.Sprintf("it ended within hold = %s, so nothing would have been sent", p.Config.Hold)
	}
	opened := &draft{lanes: []*event.Lane{{AlertID: a.ID, ReadN: 1}}, states: map[int64]event.Alert{a.ID: first}, message: event.RelayMessage{ID: a.ID}}
	work, stage, err := p.notice(ctx, opened, nil, a.Resolved == nil)
	if err != nil {
		return out, err
	}
	out.Stages = append(out.Stages, stage)
	over := a
	if a.Resolved == nil {
		over = journal.AlertAfter(a, event.Transition{AlertID: a.ID, To: event.Resolved, Severity: a.Severity, Time: p.Now})
	}
	ended := &draft{lanes: []*event.Lane{{AlertID: a.ID, ReadN: 2, SentN: 1, State: event.Open}}, states: map[int64]event.Alert{a.ID: over},
		message: event.RelayMessage{ID: a.ID, Members: []int64{a.ID}, Posted: true}}
	if _, stage, err = p.notice(ctx, ended, work.Handle, a.Resolved != nil); err != nil {
		return out, err
	}
	out.Stages = append(out.Stages, stage)
	return out, nil
}

// notice shows the exchange about one draft. last says that it is about the alert's last
// transition; else it is about the first one, or one that has not come yet.
func (p *previewer) notice(ctx context.Context, d *draft, handle []byte, last bool) (*Work, Stage, error) {
	q := &alertQueue{Relay: p.relay}
	if err := q.compose(ctx, d, p.Now); err != nil {
		return nil, Stage{}, err
	}
	n := d.notice
	if a := &n.Alerts[0]; !last {
		n.Actor, n.Reason = "", ""
		n.Step, n.N, n.Time = "opened", 1, a.Opened
		if a.Resolved != nil {
			n.Step, n.N, n.Time = string(event.Resolved), 2, *a.Resolved
		}
	}
	work := &Work{Items: []Item{{Notice: n}}, Handle: handle, Now: p.Now}
	return work, p.stage(string(n.Why), work), nil
}

// maxRequests bounds an exchange that does not end.
const maxRequests = 20

// stage makes the requests of an exchange with a service that takes everything.
func (p *previewer) stage(why string, work *Work) Stage {
	s := Stage{Why: why}
	for range maxRequests {
		request, err := p.dest.Encode(work)
		if err != nil {
			s.Problem = err.Error()
			return s
		}
		s.Requests = append(s.Requests, p.veil.sample(request))
		if v := p.dest.Judge(work, request, p.dest.do(context.Background(), request)); v.Outcome != More {
			return s
		}
	}
	return s
}

// Steps are the names of the requests of a preview, in order.
func (s *Stage) Steps() (steps []string) {
	for _, r := range s.Requests {
		steps = append(steps, r.Step)
	}
	return slices.Clip(steps)
}

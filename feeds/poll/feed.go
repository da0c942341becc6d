package poll

import (
	"fmt"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// Feed returns the state of polling. Total counts responses and Failed the failed
// calls. It has no rate, because polls are rare.
func (p *Poll) Feed() event.Feed {
	now := p.o.Clock.Now()
	text, up := p.schedule.line()
	f := event.Feed{Name: p.o.Source, Kind: event.FeedMistAPI, State: event.FeedUp}
	f.Total, f.Failed = p.schedule.counts()
	p.mu.Lock()
	f.Last = p.last
	p.mu.Unlock()
	client := p.api()
	blocked := client.Governor().Usage().Blocked
	held := p.o.State.Stats()
	switch {
	case p.schedule.isRefused():
		f.State = event.FeedError
		if p.o.Renew == nil {
			text += "; restart with a new one"
		} else {
			text += "; looked at again every 10 minutes"
		}
	case blocked.After(now):
		f.State = event.FeedDown
		text = fmt.Sprintf("%s accepts no calls of this token until %s (429); calls of other programs with the token count too", client.Host(), blocked.UTC().Format("15:04:05Z"))
	case !up && text == "":
		f.State, text = event.FeedStarting, "asking "+client.Host()+" for the first time"
	case !up:
		f.State = event.FeedDown
	case text == "":
		if text = p.o.State.Warning(); text == "" {
			text = fmt.Sprintf("%d sites, %d devices, %d clients", len(p.wanted()), held.Devices, held.Clients)
		}
	}
	f.Detail = safetext.Line(text)
	f.Loading = p.history.pending()
	return f
}

// logChange logs errors when they change, and their end.
func (p *Poll) logChange() {
	line, _ := p.schedule.line()
	p.mu.Lock()
	before := p.line
	p.line = line
	p.mu.Unlock()
	switch {
	case line == before:
	case line == "":
		p.o.Logger.Info("polling recovered", "source", p.o.Source)
	default:
		p.o.Logger.Warn("polling", "source", p.o.Source, "why", safetext.Line(line))
	}
}

package slack

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"
	"sync"
	"time"

	"foghorn/chatops"
)

const (
	// pagesKept is how long the pages of an answer can be turned.
	pagesKept = 24 * time.Hour
	maxSets   = 300
	// maxPagesBytes bounds what the pages of all answers take.
	maxPagesBytes = 32 << 20
)

// pageSet are the pages of one answer.
type pageSet struct {
	*rendered
	workspace string
	user      string // who may turn them; empty for everybody who may call
	until     time.Time
	bytes     int
}

// pages keeps the pages of answers. The oldest leave when there are too many. The zero
// value is empty.
type pages struct {
	mu    sync.Mutex
	sets  map[string]*pageSet
	order []string
	bytes int
}

// keep returns the key of a set.
func (p *pages) keep(set *pageSet) string {
	for _, page := range set.pages {
		for _, b := range page {
			set.bytes += size(b)
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.sets == nil {
		p.sets = map[string]*pageSet{}
	}
	key := rand.Text()
	p.sets[key], p.order, p.bytes = set, append(p.order, key), p.bytes+set.bytes
	for len(p.order) > 1 && (len(p.order) > maxSets || p.bytes > maxPagesBytes) {
		p.bytes -= p.sets[p.order[0]].bytes
		delete(p.sets, p.order[0])
		p.order = p.order[1:]
	}
	return key
}

func (p *pages) find(key string, now time.Time) *pageSet {
	p.mu.Lock()
	defer p.mu.Unlock()
	if set := p.sets[key]; set != nil && now.Before(set.until) {
		return set
	}
	return nil
}

// paged is the first page of a message, with the buttons that turn it where there are more.
func (s *Slack) paged(r *rendered, workspace, user string) message {
	if len(r.pages) == 1 {
		return r.page(0)
	}
	key := s.pages.keep(&pageSet{rendered: r, workspace: workspace, user: user, until: s.Clock.Now().Add(pagesKept)})
	return r.page(0, pager(key, 0, len(r.pages))...)
}

// turn shows another page of an answer to the one who asked for it, if they may call yet.
func (s *Slack) turn(ctx context.Context, call *chatops.Call) error {
	if call.Reply.URL == "" {
		return errors.New("a click on a page came without a response_url")
	}
	w, err := s.Named(call.Workspace)
	if err != nil {
		return err
	}
	at := originOf(w)
	key, number, _ := strings.Cut(call.Click.Value, ".")
	to, err := strconv.Atoi(number)
	set := s.pages.find(key, s.Clock.Now())
	switch {
	case set == nil || set.workspace != call.Workspace || err != nil || to < 0 || to >= len(set.pages):
		return s.respond(ctx, at, call, say("These pages are kept no more. Ask again."))
	case !s.Known(call.Workspace, call.User) || set.user != "" && set.user != call.User:
		s.Refused(ctx, *call, "somebody else asked for the pages that this user wants to turn")
		return s.respond(ctx, at, call, say("Only the one who asked can turn these pages. Ask foghorn yourself."))
	}
	yes := true
	return s.respond(ctx, at, call, &response{ReplaceOriginal: &yes, message: set.page(to, pager(key, to, len(set.pages))...)})
}

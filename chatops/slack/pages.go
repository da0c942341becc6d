package slack

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"
	"strings"
	"time"

	"foghorn/chatops"
)

const (
	// pages is the kind of what is remembered of answers: their pages.
	pages = "pages"
	// pagesKept is how long the pages of an answer can be turned.
	pagesKept = 24 * time.Hour
	// maxKept bounds the pages of one answer.
	maxKept = 200
)

// pageSet are the pages of one answer, as they are remembered.
type pageSet struct {
	Text    string    `json:"text"`
	Pages   [][]block `json:"pages"`
	Buttons []block   `json:"buttons"`
	// User is who may turn them, as long as they have these rights; empty for everybody who
	// may call.
	User   string `json:"user"`
	Rights string `json:"rights"`
}

// page is one page, with the buttons that turn it.
func (set *pageSet) page(key string, i int) message {
	r := rendered{set.Text, set.Pages, set.Buttons}
	return r.page(i, pager(key, i, len(set.Pages))...)
}

// paged is the first page of a message, with the buttons that turn it where there are more.
func (s *Slack) paged(ctx context.Context, r *rendered, workspace, user string) (message, error) {
	if len(r.pages) == 1 {
		return r.page(0), nil
	}
	set := &pageSet{Text: r.text, Pages: r.pages, Buttons: r.buttons, User: user}
	if user != "" {
		set.Rights = s.Rights(workspace, user)
	}
	if left := len(r.pages) - maxKept; left > 0 {
		set.Pages = append(set.Pages[:maxKept:maxKept], []block{contextLine(strconv.Itoa(left) + " more pages are not shown.")})
	}
	key := rand.Text()
	if err := s.Remember(ctx, pages, workspace+" "+key, set, pagesKept); err != nil {
		return message{}, err
	}
	return set.page(key, 0), nil
}

// turn shows another page of an answer to the one who asked for it, if they may see now
// what they could see then.
func (s *Slack) turn(ctx context.Context, call *chatops.Call) error {
	if call.Reply.URL == "" {
		return errors.New("a click on a page came without a response_url")
	}
	w, err := s.Named(call.Workspace)
	if err != nil {
		return err
	}
	tell := func(r *response) error { return s.respond(ctx, originOf(w), call, r) }
	key, number, _ := strings.Cut(call.Click.Value, ".")
	to, err := strconv.Atoi(number)
	var set pageSet
	// The workspace is a part of the key: nobody finds the pages of another.
	if err != nil || !s.Recall(ctx, pages, w.Name+" "+key, &set) || to < 0 || to >= len(set.Pages) {
		return tell(say("foghorn no longer has these pages. Ask again."))
	}
	switch rights := s.Rights(w.Name, call.User); {
	case rights == "" || set.User != "" && set.User != call.User:
		s.Refused(ctx, *call, "this user tried to turn pages that someone else asked for")
		return tell(say("Only the person who asked can turn these pages. Ask foghorn yourself."))
	case set.User != "" && rights != set.Rights:
		s.Refused(ctx, *call, "this user may no longer see what these pages show")
		return tell(say("Your rights have changed since. Ask again."))
	}
	yes := true
	return tell(&response{ReplaceOriginal: &yes, message: set.page(key, to)})
}

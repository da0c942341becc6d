package platform

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"time"

	"foghorn/chatops"
	"foghorn/config"
	"foghorn/internal/safetext"
)

const (
	// handOnLimit is how long the handler may take to accept a call: people shall have an
	// answer within three seconds, and it has a way to go.
	handOnLimit = 2500 * time.Millisecond
	// Repeats is how long the id of a call is known: longer than a platform repeats one.
	Repeats = 15 * time.Minute
	// MaxID is how long an id of a platform may be.
	MaxID = 255
	// threadsKept is how long later answers hang on the first.
	threadsKept = 24 * time.Hour
)

// What people read when there is no answer yet, or none.
const (
	OnWay  = "On it: the answer follows."
	Failed = "foghorn could not accept this just now. Nothing was done; ask again in a moment."
)

// CallID names a call, equally whenever it is repeated. No workspace can use up ids of
// another's.
func CallID(w *config.ChatWorkspace, id string) string {
	if len(id) > MaxID {
		sum := sha256.Sum256([]byte(id))
		id = hex.EncodeToString(sum[:])
	}
	return w.Name + "/" + id
}

// HandOn hands a call to the handler, and waits for its first answer. Later answers wait
// for one that others follow: Once posts it, or Shown says that people have it.
func (b *Base) HandOn(ctx context.Context, call chatops.Call) (*chatops.Message, error) {
	first := &firstAnswer{shown: make(chan struct{})}
	b.firsts.Put(call.ID, first, b.Clock.Now(), Repeats) // that of a repeat waits for nothing
	ctx, cancel := context.WithTimeout(ctx, handOnLimit)
	defer cancel()
	m, err := b.Handler.Accept(ctx, call)
	if m == nil || !m.Follows || m.Ephemeral {
		first.close()
	}
	return m, err
}

// firstAnswer is the first answer to a call, on its way to people.
type firstAnswer struct {
	once  sync.Once
	shown chan struct{}
}

func (f *firstAnswer) close() { f.once.Do(func() { close(f.shown) }) }

// Shown says that people have the first answer to a call, or will not get it.
func (b *Base) Shown(call *chatops.Call) {
	if f, ok := b.firsts.Get(call.ID, b.Clock.Now()); ok {
		f.close()
	}
}

// firstWithin is how long a later answer waits for the first.
const firstWithin = 3 * time.Second

// AwaitFirst waits until people have the first answer to a call: a job may end before it is
// announced, and its result hangs on that.
func (b *Base) AwaitFirst(ctx context.Context, call *chatops.Call) {
	f, ok := b.firsts.Get(call.ID, b.Clock.Now())
	if !ok {
		return
	}
	t := time.NewTimer(firstWithin)
	defer t.Stop()
	select {
	case <-f.shown:
	case <-ctx.Done():
	case <-t.C:
	}
}

// Refused audits what was turned away.
func (b *Base) Refused(ctx context.Context, call chatops.Call, why string) {
	call.Platform, call.At = b.Name, b.Clock.Now()
	b.Handler.Refused(ctx, call, why)
}

// Refuse turns a request away without a word, and audits it.
func (b *Base) Refuse(ctx context.Context, w http.ResponseWriter, status int, why string) {
	b.Refused(ctx, chatops.Call{}, why)
	w.WriteHeader(status)
}

// Once posts the first answer to a call, unless a repeat of the call was answered.
func (b *Base) Once(call *chatops.Call, answer func(context.Context) error) {
	if b.answered.Put(call.ID, struct{}{}, b.Clock.Now(), Repeats) {
		b.Later("answer a call", func(ctx context.Context) error {
			defer b.Shown(call)
			return answer(ctx)
		})
	}
}

// threads is the kind of what is remembered of calls: the message that later answers hang
// on.
const threads = "threads"

// Thread is the message that answers to a call hang on; empty without one.
func (b *Base) Thread(ctx context.Context, call *chatops.Call) (thread string) {
	if call.Reply.Thread != "" {
		return call.Reply.Thread
	}
	b.Recall(ctx, threads, call.ID, &thread)
	return thread
}

// SetThread makes a message the one that later answers to a call hang on.
func (b *Base) SetThread(ctx context.Context, call *chatops.Call, id string) {
	if err := b.Remember(ctx, threads, call.ID, id, threadsKept); err != nil {
		b.Logger.Warn(b.Title+": later answers will not hang on the first", "error", err)
	}
}

// Question says what an answer is to, for where people did not see the question.
func Question(call *chatops.Call, limit int) string {
	who := call.UserName
	if who == "" {
		who = call.User
	}
	return safetext.Clip(who+": "+strings.TrimSpace(call.Command+" "+call.Text), limit)
}

// ErrNoURL means that a response_url is not there, or used up.
var ErrNoURL = errors.New("no response_url still takes an answer")

// ResponseURL takes one of the answers that the response_url of a call still has. check
// reports an address that is not the service's: a call may come from the disk, where
// anything may stand.
func (b *Base) ResponseURL(call *chatops.Call, check func(address string) error) (string, error) {
	if call.Reply.URL == "" {
		return "", ErrNoURL
	}
	if err := check(call.Reply.URL); err != nil {
		return "", fmt.Errorf("%w: %w", ErrNoURL, err)
	}
	if !b.uses.Take(call.Reply.URL, call.At, b.Clock.Now()) {
		return "", ErrNoURL
	}
	return call.Reply.URL, nil
}

// FirstWay posts by the first way that the service takes. A way that failed without an
// answer of the service may have worked, so that there is no second one then.
func FirstWay(refused func(error) bool, ways ...func() error) error {
	var before error
	for _, way := range ways {
		err := way()
		if err == nil {
			return nil
		}
		last := !refused(err)
		if before != nil {
			err = fmt.Errorf("%w; then: %w", before, err)
		}
		if before = err; last {
			break
		}
	}
	return before
}

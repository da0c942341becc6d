package chatops

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"foghorn/actions"
	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal"
	"foghorn/journal/event"
)

// Store keeps what chat must remember; *store.Outbox is one.
type Store interface {
	AcceptRequest(ctx context.Context, r event.ChatRequest) (first bool, err error)
	MoveRequest(ctx context.Context, platform, id, from, to string) (moved bool, err error)
	FinishRequest(ctx context.Context, platform, id string, answer []byte) error
	Request(ctx context.Context, platform, id string) (event.ChatRequest, error)
	OpenRequests(ctx context.Context) ([]event.ChatRequest, error)
	TrimRequests(ctx context.Context, before time.Time) error
	AddCall(ctx context.Context, call *event.ChatCall) error
	Calls(ctx context.Context, before int64, limit int) ([]event.ChatCall, error)
	PutProposal(ctx context.Context, p event.ChatProposal) error
	Proposal(ctx context.Context, nonce string) (event.ChatProposal, error)
	TakeProposal(ctx context.Context, nonce string) (taken bool, err error)
	TrimProposals(ctx context.Context, before time.Time) error
	TrimRemembered(ctx context.Context, now time.Time) error
}

// Jobs reads jobs; *jobs.Runner is one.
type Jobs interface {
	Job(ctx context.Context, id int64) (event.Job, error)
	Jobs(ctx context.Context, limit int) ([]event.Job, error)
}

// Configs searches the backed-up configuration. may reports whether the caller may see a
// site of a source; the site is empty for objects of the organization.
type Configs interface {
	Search(ctx context.Context, text string, may func(source, siteID string) bool, limit int) ([]Found, error)
}

// Found is a line of a configuration.
type Found struct {
	Source, SiteID, Site string
	Type, ID, Name       string
	Text                 string
}

// Options are what a Core works with.
type Options struct {
	Directory *Directory // who may call; Use replaces it
	Journal   *journal.Journal
	Store     Store
	// Actions returns those of a person with a Mist token of their own or, with none,
	// those of the collector.
	Actions func(token config.Secret) *actions.Actions
	Jobs    Jobs    // nil: no jobs run here
	Configs Configs // nil: nothing is backed up here
	Clock   clock.Clock
	Logger  *slog.Logger
	Mask    func(text string) string         // hides secrets; nil hides none
	Link    func(a *event.Alert) string      // into the vendor's portal; may be nil
	Offer   func(kind string) (offered bool) // whether a kind of job can be started; nil: all
	// Managing is nil where settings are not managed.
	Managing *Managing
}

// Core takes the calls of all platforms. It is safe for concurrent use.
type Core struct {
	Options
	refusals *rate.Limiter

	mu        sync.Mutex
	platforms map[string]Platform
	dir       *Directory
	waiting   map[string]bool     // calls that this process accepted and has not done
	answers   map[string]*Message // first answers, for repeats; see remember
	order     []string

	queue chan *running
}

const (
	// firstAnswer is how long Accept waits: platforms allow 3 seconds, and sending the
	// answer takes some of them.
	firstAnswer = 2 * time.Second
	// remembered is how long foghorn remembers a call's id, so that a repeat runs nothing.
	remembered = 15 * time.Minute
	maxWaiting = 256
	maxAtOnce  = 8 // calls that run at once
	maxAnswers = 500
)

var errBusy = errors.New("too many calls wait; it has to be repeated")

// New makes a Core. Calls that Accept takes run while Run does.
func New(o Options) (*Core, error) {
	if o.Store == nil || o.Journal == nil || o.Actions == nil || o.Clock == nil {
		return nil, errors.New("chatops: a store, a journal, actions and a clock are needed")
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Mask == nil {
		o.Mask = func(text string) string { return text }
	}
	c := &Core{Options: o, platforms: map[string]Platform{}, waiting: map[string]bool{}, answers: map[string]*Message{},
		refusals: rate.NewLimiter(5, 100), queue: make(chan *running, 2*maxWaiting)}
	c.Use(o.Directory)
	return c, nil
}

// Register sets the sender of answers on a platform, and replaces the previous one.
func (c *Core) Register(platform string, p Platform) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.platforms[platform] = p
}

// Use replaces the directory, which decides who may do what.
func (c *Core) Use(d *Directory) {
	if d == nil {
		d = NewDirectory(config.ChatOps{})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dir = d
}

func (c *Core) directory() *Directory {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.dir
}

// platform returns the sender of answers on a platform.
func (c *Core) platform(name string) (Platform, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if p := c.platforms[name]; p != nil {
		return p, nil
	}
	return nil, fmt.Errorf("nothing here answers on %s", name)
}

// Rights returns a digest of what a user of a workspace may do and see: it changes with
// their rights, and is empty for a user who may not call.
func (c *Core) Rights(workspace, user string) string {
	p := c.directory().person(workspace, user)
	if p == nil {
		return ""
	}
	text, _ := json.Marshal([]any{p.Person, p.Role, p.orgs, p.Sites}) // of texts
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:])
}

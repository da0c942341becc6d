package webhook

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"foghorn/internal/signal"
	"foghorn/journal/event"
)

// Listener receives webhooks. Make it with New; its methods are safe for
// concurrent use.
type Listener struct {
	o       Options
	byPath  map[string]*source
	sources []*source
	room    room
	conns   *places         // connections
	streams *places         // requests of HTTP/2, many of which come over one connection
	life    context.Context // ends when Run waits no longer for requests in flight
	endLife context.CancelFunc
	idle    signal.Signal // the last request in flight has ended
	early   chan struct{} // held while a body is inflated before its signature is known to be right

	refusals  *rate.Limiter // records of refusals, all senders together
	effort    *rate.Limiter // bytes hashed to explain refusals
	strikes   *strikes
	repeats   repeats
	unmatched meter // requests that belong to no source
	dropped   atomic.Int64

	metrics   *metrics
	cert      *certificate
	trouble   trouble
	lastShake lastLine
	lastBug   lastLine

	explaining sync.Mutex // held while a refusal is looked into
	explained  explained  // the last one

	created time.Time

	mu      sync.Mutex
	address string
	phase   phase
	up      chan struct{} // closed when Run takes connections
}

// phase is the state of the listener.
type phase uint8

const (
	phaseIdle phase = iota // Run was not called
	phaseUp
	phaseDraining
	phaseDown
)

// startTime is how long a listener may take until it listens. Later it counts as
// down: something keeps the collector from starting it.
const startTime = 5 * time.Second

// source is a configured sender and what was seen of it.
type source struct {
	Source
	meter    meter
	refusing refusing
	seen     *seen
	open     string // why strangers may reach it though it has no secret; set by Run
}

// explainRate and explainBurst bound the bytes hashed per second to explain
// refusals: at the rate of SHA-256 on a small machine, a few percent of a core.
const (
	explainRate  = 16 << 20
	explainBurst = 128 << 20
)

// New makes a listener and loads its certificate. It does not listen yet: see
// Run, or Handler to serve it in another server.
func New(o Options) (*Listener, error) {
	o = o.withDefaults()
	if err := o.validate(); err != nil {
		return nil, fmt.Errorf("set up the listener: %w", err)
	}
	l := &Listener{
		o:        o,
		created:  o.Clock.Now(),
		up:       make(chan struct{}),
		byPath:   map[string]*source{},
		room:     newRoom(o.MaxBuffered, o.MaxBody, o.AppendTimeout),
		idle:     signal.New(),
		early:    make(chan struct{}, 1),
		refusals: rate.NewLimiter(rate.Limit(o.RefusalsPerSecond), o.RefusalBurst),
		effort:   rate.NewLimiter(explainRate, explainBurst),
		strikes:  newStrikes(o.RefusalsPerAddress),
		conns:    newPlaces(o.MaxConns, o.MaxConnsPerPeer),
		streams:  newPlaces(o.MaxConns, o.MaxConnsPerPeer),
	}
	l.life, l.endLife = context.WithCancel(context.Background())
	if o.CertFile != "" {
		cert, err := loadCertificate(o.CertFile, o.KeyFile, o.Clock)
		if err != nil {
			return nil, err
		}
		l.cert = cert
	}
	l.metrics = newMetrics(l)
	kinds := map[string][]*source{}
	for _, s := range o.Sources {
		src := &source{Source: s, seen: l.metrics.source(s.Name)}
		l.sources = append(l.sources, src)
		l.byPath[s.Path()] = src
		kinds[s.prefix()] = append(kinds[s.prefix()], src)
	}
	for prefix, list := range kinds {
		if len(list) == 1 {
			l.byPath[prefix] = list[0]
		}
	}
	return l, nil
}

// Handler serves all paths of the listener.
func (l *Listener) Handler() http.Handler { return http.HandlerFunc(l.serve) }

// Started is closed once Run accepts connections.
func (l *Listener) Started() <-chan struct{} { return l.up }

// Dropped is how many refusals were counted but not put on record, because
// their allowance was used up or the log refused them.
func (l *Listener) Dropped() int64 { return l.dropped.Load() }

// serve handles every request.
func (l *Listener) serve(w http.ResponseWriter, r *http.Request) {
	l.metrics.inFlight.Add(1)
	defer l.leave()
	src := l.byPath[r.URL.Path]
	if src == nil {
		if l.health(w, r) {
			return
		}
		if h := l.handlerAt(r.URL.Path); h != nil {
			l.serveHandler(w, r, h)
			return
		}
		src = l.byPath[strings.TrimSuffix(r.URL.Path, "/")]
	}
	l.receive(w, r, src)
}

// leave counts a request out, and wakes Run after the last one.
func (l *Listener) leave() {
	if l.metrics.inFlight.Add(-1) == 0 {
		l.idle.Notify()
	}
}

// trouble is why the log takes nothing, if it does not.
type trouble struct {
	bad  atomic.Bool // so that an accepted delivery needs no lock
	mu   sync.Mutex
	text string
	at   time.Time
}

func (t *trouble) set(text string, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.text, t.at = text, at
	t.bad.Store(true)
}

func (t *trouble) clear() {
	if t.bad.Load() {
		t.mu.Lock()
		defer t.mu.Unlock()
		t.text = ""
		t.bad.Store(false)
	}
}

func (t *trouble) get() (text string, at time.Time) {
	if !t.bad.Load() {
		return "", time.Time{}
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.text, t.at
}

// Feeds is the state of the listener and of each source. The error state means that
// deliveries are answered 503 because the journal refuses them.
func (l *Listener) Feeds() []event.Feed {
	now := l.o.Clock.Now()
	state, detail := l.state()
	own := event.Feed{Name: "listener", Kind: event.FeedListener, State: state, Detail: detail}
	feeds := make([]event.Feed, 1, 1+len(l.sources))
	for _, s := range l.sources {
		f := event.Feed{Name: s.Name, Kind: event.FeedMistWebhook, State: state, Detail: s.Path()}
		if s.Via == event.ViaJunos {
			f.Kind = event.FeedJunos
		}
		if l.mu.Lock(); s.open != "" {
			f.Detail += ": no secret, and " + s.open
		}
		l.mu.Unlock()
		why, at := s.meter.read(&f, now)
		// Anybody can post rubbish to a path, so only one refusal is shown:
		// see refusing for what makes a source refused.
		if why != "" && !at.Before(f.Last) {
			f.Detail += ": last request refused: " + why
		}
		s.refusing.show(&f, now)
		if state == event.FeedError {
			f.State, f.Refused, f.Brief, f.Since, f.Detail = state, 0, "", time.Time{}, detail
		}
		own.Rate += f.Rate
		own.Total += f.Total
		own.Failed += f.Failed
		if f.Last.After(own.Last) {
			own.Last = f.Last
		}
		feeds = append(feeds, f)
	}
	var unmatched event.Feed
	l.unmatched.read(&unmatched, now)
	own.Failed += unmatched.Failed
	if warning := l.expiresSoon(); warning != "" && own.State == event.FeedUp {
		own.State, own.Brief = event.FeedWarns, warning
	}
	feeds[0] = own
	return feeds
}

// state is the listener's own state, and its address or what is wrong.
func (l *Listener) state() (event.FeedState, string) {
	l.mu.Lock()
	phase, address := l.phase, l.address
	l.mu.Unlock()
	switch phase {
	case phaseIdle:
		if l.o.Clock.Now().Sub(l.created) < startTime {
			return event.FeedStarting, "not listening yet"
		}
		return event.FeedDown, "not listening yet"
	case phaseDraining:
		return event.FeedDown, address + " closing, finishing what has arrived"
	case phaseDown:
		return event.FeedDown, "not listening any more"
	}
	if text, _ := l.trouble.get(); text != "" {
		return event.FeedError, text
	}
	detail := address
	if l.cert != nil {
		if t := l.cert.trouble(); t != "" {
			detail += ": " + t
		}
	}
	for _, last := range [...]*lastLine{&l.lastShake, &l.lastBug} {
		if line, at := last.get(); line != "" && l.o.Clock.Now().Sub(at) < time.Hour {
			detail += ": " + line
		}
	}
	return event.FeedUp, detail
}

// scheme is the scheme of the listener's addresses.
func (l *Listener) scheme() string {
	if l.cert != nil {
		return "https://"
	}
	return "http://"
}

// setPhase sets the state of the listener.
func (l *Listener) setPhase(p phase, ln net.Listener) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.phase = p; p == phaseUp {
		close(l.up)
	}
	if ln != nil {
		l.address = l.scheme() + ln.Addr().String()
	}
}

package mistsim

import (
	"maps"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Fault is a sort of trouble that a test can order.
type Fault string

// The faults of the REST API.
const (
	ServerError  Fault = "server-error"  // answers Status (0 means 503)
	Slow         Fault = "slow"          // answers after Delay
	HalfBody     Fault = "half-body"     // the JSON ends in the middle, the response does not
	BrokenBody   Fault = "broken-body"   // the connection ends in the middle of the body
	HTML         Fault = "html"          // a page for people, with Status (0 means 200)
	EmptyPages   Fault = "empty-pages"   // no rows, though there are some and more to come
	EndlessPages Fault = "endless-pages" // the same page again and again, with a next one
	Storm        Fault = "429-storm"     // 429 with Retry-After Delay, whatever was spent
	ClockOff     Fault = "clock-off"     // the cloud's clock is off by Delay, either way
)

// The faults of the stream.
const (
	RefuseUpgrade Fault = "refuse-upgrade" // answers Status (0 means 503) instead of upgrading
	SilentStream  Fault = "silent-stream"  // accepts, and never says anything, not even pong
	BinaryFrames  Fault = "binary-frames"  // data comes in binary frames with NUL bytes around it
	HugeFrame     Fault = "huge-frame"     // one frame of 10 MB
	GarbageFrames Fault = "garbage-frames" // frames that are not JSON, or cut off
)

// What is done at once, without an order; Struck counts it too.
const (
	StreamsCut  Fault = "streams-cut"
	SiteRemoved Fault = "site-removed"
)

var ofStream = map[Fault]bool{RefuseUpgrade: true, SilentStream: true, BinaryFrames: true, HugeFrame: true, GarbageFrames: true}

// Order is a fault and what it strikes.
type Order struct {
	Kind   Fault
	Times  int           // how many requests, upgrades or frames; 0 means one. Then it is over
	Path   string        // only requests whose path holds this; empty: all
	Status int           // for the faults that answer with one
	Delay  time.Duration // for the faults that take one
}

// fault is an order as it strikes one request. The zero value is none.
type fault = Order

// Faults are the troubles of a cloud that tests order. It is safe for
// concurrent use.
type Faults struct {
	mu     sync.Mutex
	orders []Order
	struck map[Fault]int
	cloud  *Cloud
}

// Faults gives the tests a hand on what goes wrong.
func (c *Cloud) Faults() *Faults { return c.faults }

// Order makes a fault strike the next requests it fits, the given number of
// times. Orders wait for each other: one request meets one fault.
func (f *Faults) Order(o Order) {
	if o.Times == 0 {
		o.Times = 1
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.orders = append(f.orders, o)
}

// Clear takes back all orders that have not struck yet.
func (f *Faults) Clear() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.orders = nil
}

// Struck says how often each fault has struck.
func (f *Faults) Struck() map[Fault]int {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := maps.Clone(f.struck)
	if out == nil {
		out = map[Fault]int{}
	}
	return out
}

// CutStreams ends all streams at once, without a farewell, and returns how many
// there were.
func (f *Faults) CutStreams() int {
	n := f.cloud.streams.cut(func(*stream) bool { return true })
	f.count(StreamsCut, n)
	return n
}

// RemoveSite takes a site and all in it out of the organization, as an
// administrator might while somebody watches it. It reports whether there was
// such a site.
func (f *Faults) RemoveSite(id string) bool {
	f.cloud.mu.Lock()
	defer f.cloud.mu.Unlock()
	s := f.cloud.world.sites[id]
	if s == nil || s.removed {
		return false
	}
	s.removed = true
	f.count(SiteRemoved, 1)
	return true
}

func (f *Faults) count(k Fault, n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.strike(k, n)
}

func (f *Faults) strike(k Fault, n int) {
	if f.struck == nil {
		f.struck = map[Fault]int{}
	}
	f.struck[k] += n
}

// take uses up the first order for the REST API that fits a request.
func (f *Faults) take(r *http.Request) fault {
	return f.first(func(o Order) bool { return !ofStream[o.Kind] && strings.Contains(r.URL.Path, o.Path) })
}

// takeKind uses up an order for a moment in the life of a stream.
func (f *Faults) takeKind(k Fault) (fault, bool) {
	o := f.first(func(o Order) bool { return o.Kind == k })
	return o, o.Kind == k
}

func (f *Faults) first(fits func(Order) bool) fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, o := range f.orders {
		if !fits(o) {
			continue
		}
		if f.orders[i].Times--; f.orders[i].Times == 0 {
			f.orders = append(f.orders[:i:i], f.orders[i+1:]...)
		}
		f.strike(o.Kind, 1)
		return o
	}
	return fault{}
}

// faulty deals with faults that need no handler, and reports whether the
// request is answered.
func (c *Cloud) faulty(w http.ResponseWriter, q *call) bool {
	status := func(without int) int {
		if q.fault.Status != 0 {
			return q.fault.Status
		}
		return without
	}
	switch q.fault.Kind {
	case ServerError:
		q.reply(w, nil, &failure{status: status(http.StatusServiceUnavailable), detail: "Service unavailable."})
	case Storm:
		q.reply(w, nil, tooMany(c.access.limit, q.fault.Delay))
	case HTML:
		writePage(w, status(http.StatusOK))
	case Slow:
		return pause(q.r.Context(), c.clock, q.fault.Delay) != nil // it hung up
	case ClockOff:
		q.now = q.now.Add(q.fault.Delay)
		return false
	default:
		return false
	}
	return true
}

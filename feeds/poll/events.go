package poll

import (
	"context"
	"hash/maphash"
	"slices"
	"sync"
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
)

const (
	// maxBack limits the backfill at the start or after a gap.
	maxBack = 24 * time.Hour
	// overlap is the time that two readings share, for events at the same moment
	// as the newest known one, and for events that reached the cloud late.
	overlap = time.Minute
	// deliveredWithin is how recent a topic's last webhook must be to skip polling it.
	deliveredWithin = time.Hour
	maxEvents       = 10_000 // of one reading
)

// row is an element of a search with its time.
type row struct {
	at  time.Time
	raw []byte
}

func (p *Poll) askDeviceEvents(ctx context.Context) error {
	return p.catchUp(ctx, topicEvents, p.searchEvents)
}

func (p *Poll) askAudits(ctx context.Context) error {
	return p.catchUp(ctx, topicAudits, p.searchAudits)
}

// searchEvents reads device events since a time by the cloud's clock. If there are
// too many, it returns the newest.
func (p *Poll) searchEvents(ctx context.Context, since time.Time) (rows []row, err error) {
	for e, err := range p.api().SearchDeviceEvents(ctx, p.o.OrgID, mist.DeviceEventQuery{Window: mist.Window{Start: since}}) {
		if err != nil {
			return nil, err
		}
		if p.followed(e.SiteID) {
			rows = append(rows, row{e.Time, e.Raw})
		}
		if len(rows) >= maxEvents {
			break
		}
	}
	return rows, nil
}

// searchAudits reads the audit log since a time by the cloud's clock.
func (p *Poll) searchAudits(ctx context.Context, since time.Time) (rows []row, err error) {
	for a, err := range p.api().SearchAudits(ctx, p.o.OrgID, mist.AuditQuery{Window: mist.Window{Start: since}}) {
		if err != nil {
			return nil, err
		}
		if p.followed(a.SiteID) {
			rows = append(rows, row{a.Time, a.Raw})
		}
		if len(rows) >= maxEvents {
			break
		}
	}
	return rows, nil
}

// search reads a topic since a time.
type search func(ctx context.Context, since time.Time) ([]row, error)

// catchUp reads a topic's events from before the start. After that it reads new
// ones, as long as no webhook delivers the topic.
func (p *Poll) catchUp(ctx context.Context, topic string, read search) error {
	now := p.o.Clock.Now()
	p.mu.Lock()
	started := p.caughtUp[topic]
	p.mu.Unlock()
	if started {
		_, delivered, err := p.o.View.LastEvent(ctx, p.o.Source, topic, event.ViaWebhook, now.Add(-deliveredWithin))
		if err != nil || delivered {
			return err
		}
	}
	since := p.cloudTime(now).Add(-maxBack)
	newest, ok, err := p.o.View.LastEvent(ctx, p.o.Source, topic, "", now.Add(-maxBack))
	if err != nil {
		return err
	}
	if ok && newest.Time.Add(-overlap).After(since) {
		since = newest.Time.Add(-overlap)
	}
	_, err = p.emitNew(ctx, topic, read, since)
	if err == nil {
		p.mu.Lock()
		p.caughtUp[topic] = true
		p.mu.Unlock()
	}
	return err
}

// emitNew reads a topic since a time by the cloud's clock, and appends the events
// that it has not appended yet, the oldest first.
func (p *Poll) emitNew(ctx context.Context, topic string, read search, since time.Time) (seqs []int64, err error) {
	rows, err := read(ctx, since)
	if err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, func(a, b row) int { return a.at.Compare(b.at) })
	var tell [][]byte
	var marks []uint64
	for _, r := range rows {
		if mark := p.recent.mark(topic, r.raw); !p.recent.has(mark) {
			tell, marks = append(tell, r.raw), append(marks, mark)
		}
	}
	seqs, err = p.appendElements(ctx, topic, tell...)
	if err != nil {
		return nil, err
	}
	p.recent.add(marks)
	return seqs, nil
}

// recent remembers the latest appended events, because readings overlap. The
// journal would recognize a duplicate anyway; this keeps it out of the log.
type recent struct {
	mu    sync.Mutex
	set   map[uint64]bool
	order []uint64
}

const maxRecent = 2 * maxEvents

var recentSeed = maphash.MakeSeed()

func (r *recent) mark(topic string, raw []byte) uint64 {
	var h maphash.Hash
	h.SetSeed(recentSeed)
	_, _ = h.WriteString(topic)
	_, _ = h.Write(raw)
	return h.Sum64()
}

func (r *recent) has(mark uint64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.set[mark]
}

func (r *recent) add(marks []uint64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.set == nil {
		r.set = map[uint64]bool{}
	}
	for _, m := range marks {
		if r.set[m] {
			continue
		}
		r.set[m] = true
		r.order = append(r.order, m)
	}
	for len(r.order) > maxRecent {
		delete(r.set, r.order[0])
		r.order = r.order[1:]
	}
}

// Fill reads the events since from, a time by this machine's clock, after an
// outage of the stream. It returns how many of them are new.
func (p *Poll) Fill(ctx context.Context, from time.Time) (int, error) {
	ctx, _ = mist.WithCallLimit(mist.WithCaller(ctx, "gap", mist.Prompt), 100)
	now := p.o.Clock.Now()
	if now.Sub(from) > maxBack {
		from = now.Add(-maxBack)
	}
	since := p.cloudTime(from).Add(-overlap)
	filled := 0
	var failed error
	for _, ask := range []func() ([]int64, error){
		func() ([]int64, error) { return p.reconcile(ctx, mist.Window{Start: since}) },
		func() ([]int64, error) { return p.emitNew(ctx, topicEvents, p.searchEvents, since) },
		func() ([]int64, error) { return p.emitNew(ctx, topicAudits, p.searchAudits, since) },
	} {
		seqs, err := ask()
		if err == nil && len(seqs) > 0 {
			var n int
			n, err = p.o.View.CountNewEvents(ctx, seqs)
			filled += n
		}
		if failed == nil {
			failed = err
		}
	}
	p.clients.reset()
	p.RunSoon(devicesTask, "clients")
	return filled, failed
}

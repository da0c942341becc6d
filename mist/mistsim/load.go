package mistsim

import (
	"bytes"
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"
)

// Load: as many client joins as are asked for, on top of the story. Its
// clients are extras of their own, so that the story stays the same with any
// rate.
const (
	loadWorkers = 4
	// postsPerSecond is what batches are sized for: enough to be smooth, few
	// enough that posting costs little.
	postsPerSecond = 200
	maxLoadBatch   = 500
	extrasPerAP    = 40
)

// extra is a client of the load, with the parts of its join between the values
// that change.
type extra struct {
	site   *Site
	ap     *Device
	client Client
	name   string    // of the AP, when the parts were made
	parts  [5][]byte // around connect, connect_float, rssi and timestamp
}

// loader paces the load and hands it to workers.
type loader struct {
	cloud  *Cloud
	extras []extra
	batch  int
	jobs   chan int // the running number of the first event of a batch
}

func (c *Cloud) load(ctx context.Context) error {
	l := &loader{
		cloud: c, extras: c.extras(), jobs: make(chan int, loadWorkers),
		batch: min(max(int(math.Ceil(c.options.Rate/postsPerSecond)), 1), maxLoadBatch),
	}
	g, ctx := errgroup.WithContext(ctx)
	for range loadWorkers {
		g.Go(func() error { return l.work(ctx) })
	}
	g.Go(func() error { return l.pace(ctx) })
	return g.Wait()
}

// pace puts a batch in line whenever one is due. When the workers cannot
// follow, what was due meanwhile is dropped: the load is a rate, not a debt.
func (l *loader) pace(ctx context.Context) error {
	rate := l.cloud.options.Rate
	every := time.Duration(float64(l.batch) / rate * float64(time.Second))
	tick, stop := l.cloud.clock.NewTicker(min(max(every, 10*time.Millisecond), time.Second))
	defer stop()
	start, sent, number := l.cloud.clock.Now(), 0.0, 0
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-tick:
		}
		due := l.cloud.clock.Now().Sub(start).Seconds() * rate
		for sent+float64(l.batch) <= due {
			select {
			case l.jobs <- number:
				number += l.batch
				sent += float64(l.batch)
			case <-ctx.Done():
				return ctx.Err()
			default:
				sent = due
			}
		}
	}
}

func (l *loader) work(ctx context.Context) error {
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case number := <-l.jobs:
			// Each batch has a buffer of its own: a transport may still read the
			// body of a request that was answered early.
			body := l.body(make([]byte, 0, 512*(l.batch+1)), number, l.cloud.clock.Now())
			if err := l.cloud.toOwn(ctx, post{topic: "client-join", body: body, events: l.batch}); err != nil {
				return err
			}
		}
	}
}

// body writes a batch of joins: the extras take turns, those of an AP that is
// down are passed over. The running number is in the microseconds, so that no
// join is a copy of another, however the turns fall.
func (l *loader) body(b []byte, number int, now time.Time) []byte {
	l.cloud.mu.Lock()
	defer l.cloud.mu.Unlock()
	b = append(b, `{"topic":"client-join","events":[`...)
	milli := now.UnixMilli() * 1000
	next := number
	for i := range l.batch {
		e := &l.extras[next%len(l.extras)]
		for tries := 0; !e.ap.Connected && tries < len(l.extras); tries++ {
			next++
			e = &l.extras[next%len(l.extras)]
		}
		next++
		if e.name != e.ap.Name {
			e.prepare(l.cloud.world.org) // somebody gave it another
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = e.append(b, milli+int64((number+i)%1000), -40-(number+i)%45)
	}
	return append(b, "]}"...)
}

// append writes one join at a time in microseconds.
func (e *extra) append(b []byte, micro int64, rssi int) []byte {
	b = append(b, e.parts[0]...)
	b = strconv.AppendInt(b, micro/1e6, 10)
	b = append(b, e.parts[1]...)
	b = strconv.AppendFloat(b, float64(micro)/1e6, 'f', -1, 64)
	b = append(b, e.parts[2]...)
	b = strconv.AppendInt(b, int64(rssi), 10)
	b = append(b, e.parts[3]...)
	b = strconv.AppendInt(b, micro/1e6, 10)
	return append(b, e.parts[4]...)
}

// extras makes the clients of the load. Their joins are encoded once, with
// values that occur nowhere else, and cut apart there.
func (c *Cloud) extras() []extra {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.world
	rng := rand.New(rand.NewPCG(c.options.Seed, 0x6c6f6164))
	var out []extra
	for _, s := range w.org.Sites {
		for i := range extrasPerAP {
			for _, ap := range s.OfType(AP) {
				e := extra{site: s, ap: ap, client: Client{MAC: "f2" + hexDigits(rng, 10), WLAN: i % len(w.org.WLANs), Band: "5"}}
				e.client.BSSID = bssid(ap, e.client.WLAN, e.client.Band)
				e.prepare(w.org)
				out = append(out, e)
			}
		}
	}
	return out
}

// prepare encodes the join of an extra and cuts it apart.
func (e *extra) prepare(o *Org) {
	const connect, connectFloat, rssi, timestamp = 7777777771, 7777777772, -7773, 7777777774
	j := joinOf(o, e.site, &e.client, e.ap)
	j.Connect, j.ConnectFloat, j.RSSI, j.Timestamp = connect, connectFloat, rssi, timestamp
	raw, err := encode(j)
	if err != nil {
		return // cannot be: the same type is posted all the time
	}
	e.name = e.ap.Name
	rest := []byte(raw)
	for k, mark := range []int64{connect, connectFloat, rssi, timestamp} {
		e.parts[k], rest, _ = bytes.Cut(rest, strconv.AppendInt(nil, mark, 10))
	}
	e.parts[4] = rest
}

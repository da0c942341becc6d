package mistsim

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
	"golang.org/x/sync/errgroup"
)

// Bounds of a stream.
const (
	maxChannels  = 2000 // on one connection (docs/mist-api.md, Stream)
	maxWaiting   = maxChannels + 256
	maxRequest   = 64 << 10
	writeTimeout = 10 * time.Second
	hugeFrame    = 10 << 20
	// turns is how many ticks make the time between two reports of a device.
	// Each reports in a turn of its own, so that they do not all come at once.
	turns = 5
	// pingTurns is how many ticks lie between the cloud's own pings.
	pingTurns = 6 * turns
)

// stream is one WebSocket connection.
type stream struct {
	cloud  *Cloud
	who    *principal
	ws     *websocket.Conn
	silent bool
	end    context.CancelFunc
	out    chan frame // what answers and utilities have to say
	pongs  chan string

	mu       sync.Mutex
	channels []channel // in the order they were subscribed in
}

// subscribed is the event that answers a subscription.
const subscribed = "channel_subscribed"

// frame is a message of the cloud.
type frame struct {
	Event   string          `json:"event"`
	Channel string          `json:"channel"`
	Detail  string          `json:"detail,omitempty"`
	Data    json.RawMessage `json:"data,omitempty"`
}

// streams are the connections that are open, and what came for channels that
// nobody had subscribed.
type streams struct {
	mu   sync.Mutex
	open []*stream
	kept map[string]keptFrames // by path
}

func (s *streams) add(one *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, one)
}

func (s *streams) remove(one *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = slices.DeleteFunc(s.open, func(o *stream) bool { return o == one })
}

// cut ends the streams that fit, and returns how many.
func (s *streams) cut(fits func(*stream) bool) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for _, one := range s.open {
		if fits(one) {
			one.end()
			n++
		}
	}
	return n
}

// Streams counts the WebSocket connections that are open.
func (c *Cloud) Streams() int {
	c.streams.mu.Lock()
	defer c.streams.mu.Unlock()
	return len(c.streams.open)
}

var upgrader = websocket.Upgrader{
	HandshakeTimeout: writeTimeout,
	CheckOrigin:      func(*http.Request) bool { return true }, // no browser is let in by a cookie alone
}

// serveStream upgrades a request and serves the stream until either side ends it.
func (c *Cloud) serveStream(w http.ResponseWriter, r *http.Request) {
	c.calls.add(r.Method + " " + streamPath)
	q := c.newCall(w, r)
	if f, struck := c.faults.takeKind(RefuseUpgrade); struck {
		status := f.Status
		if status == 0 {
			status = http.StatusServiceUnavailable
		}
		q.reply(w, nil, &failure{status: status, detail: "Service unavailable.", retry: f.Delay})
		return
	}
	who, err := c.admit(r, q.now)
	if err == nil && who.role == "" {
		err = unauthorized
	}
	if err != nil {
		q.reply(w, nil, err)
		return
	}
	// Before the answer: the caller that is answered first is the one it strikes.
	_, silent := c.faults.takeKind(SilentStream)
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return // Upgrade has answered
	}
	ctx, end := context.WithCancel(r.Context())
	s := &stream{cloud: c, who: who, ws: ws, end: end, out: make(chan frame, maxWaiting), pongs: make(chan string, 8), silent: silent}
	c.streams.add(s)
	defer c.streams.remove(s)
	s.run(ctx)
}

// run serves until ctx ends or the connection does.
func (s *stream) run(ctx context.Context) {
	g, ctx := errgroup.WithContext(ctx)
	// A reader only wakes when its connection is closed.
	stop := context.AfterFunc(ctx, func() { _ = s.ws.Close() })
	defer stop()
	g.Go(s.read)
	g.Go(func() error { return s.write(ctx) })
	_ = g.Wait() // how a stream ends is of no interest here: the caller notices
	s.end()
	_ = s.ws.Close()
}

// read takes what the caller wants to hear.
func (s *stream) read() error {
	s.ws.SetReadLimit(maxRequest)
	s.ws.SetPingHandler(s.pinged)
	for {
		_, raw, err := s.ws.ReadMessage()
		if err != nil {
			return err
		}
		var in struct {
			Subscribe   string
			Unsubscribe string
		}
		switch {
		case s.silent:
		case json.Unmarshal(raw, &in) != nil || in.Subscribe == "" && in.Unsubscribe == "":
			s.say(frame{Event: "error", Detail: "not a request"})
		case in.Subscribe != "":
			answer := s.subscribe(in.Subscribe)
			s.say(answer)
			if answer.Event == subscribed {
				s.sayKept(in.Subscribe)
			}
		default:
			s.say(s.unsubscribe(in.Unsubscribe))
		}
	}
}

// pinged leaves the answer to the writer: a reader that writes waits for a
// caller that may be waiting for it.
func (s *stream) pinged(text string) error {
	if s.silent {
		return nil
	}
	select {
	case s.pongs <- text:
	default: // it pings faster than it listens
	}
	return nil
}

// say puts a frame in line. A caller that asks faster than it listens loses
// some.
func (s *stream) say(f frame) {
	select {
	case s.out <- f:
	default:
	}
}

func (s *stream) subscribe(path string) frame {
	failed := func(why string) frame { return frame{Event: "subscribe_failed", Channel: path, Detail: why} }
	ch, err := s.cloud.channelOf(path, s.who)
	if err != nil {
		return failed(err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.ContainsFunc(s.channels, func(c channel) bool { return c.path == path }) {
		if len(s.channels) >= maxChannels {
			return failed("too many channels")
		}
		s.channels = append(s.channels, ch)
	}
	return frame{Event: subscribed, Channel: path}
}

func (s *stream) unsubscribe(path string) frame {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels = slices.DeleteFunc(s.channels, func(c channel) bool { return c.path == path })
	return frame{Event: "channel_unsubscribed", Channel: path}
}

// write sends what is in line, and whenever the clock ticks what the channels
// have.
func (s *stream) write(ctx context.Context) error {
	every := s.cloud.options.StatsEvery
	if every < 0 {
		every = 365 * 24 * time.Hour
	}
	tick, stop := s.cloud.clock.NewTicker(max(every/turns, time.Millisecond))
	defer stop()
	for n := 0; ; {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case f := <-s.out:
			if err := s.send(f); err != nil {
				return err
			}
		case text := <-s.pongs:
			if err := s.control(websocket.PongMessage, text); err != nil {
				return err
			}
		case <-tick:
			n++
			if err := s.turn(n); err != nil {
				return err
			}
		}
	}
}

// turn sends what the channels have for a tick, and now and then a ping.
func (s *stream) turn(n int) error {
	if s.silent {
		return nil
	}
	if n%pingTurns == 0 {
		if err := s.control(websocket.PingMessage, ""); err != nil {
			return err
		}
	}
	s.mu.Lock()
	channels := slices.Clone(s.channels)
	s.mu.Unlock()
	for _, f := range s.cloud.report(channels, n) {
		if err := s.send(f); err != nil {
			return err
		}
	}
	return nil
}

// control sends a ping or a pong. The network's time is the machine's, whatever
// the cloud's clock shows.
func (s *stream) control(kind int, text string) error {
	return s.ws.WriteControl(kind, []byte(text), time.Now().Add(writeTimeout))
}

// send writes a frame, with the faults that were ordered for frames of data.
func (s *stream) send(f frame) error {
	raw, err := encode(f)
	if err != nil {
		return err
	}
	kind := websocket.TextMessage
	if f.Event == "data" {
		kind, raw = s.spoil(kind, raw)
	}
	if err := s.ws.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return err
	}
	return s.ws.WriteMessage(kind, raw)
}

func (s *stream) spoil(kind int, raw []byte) (int, []byte) {
	faults := s.cloud.faults
	if _, struck := faults.takeKind(BinaryFrames); struck {
		return websocket.BinaryMessage, append(append([]byte{0, 0}, raw...), 0)
	}
	if _, struck := faults.takeKind(HugeFrame); struck {
		huge := make([]byte, hugeFrame)
		for i := range huge {
			huge[i] = 'x'
		}
		return kind, append(append([]byte(`{"event":"data","channel":"/test","data":"`), huge...), `"}`...)
	}
	if _, struck := faults.takeKind(GarbageFrames); struck {
		return kind, raw[:len(raw)/2]
	}
	return kind, raw
}

// sendOn says frames on a channel to all that have subscribed it, and returns how
// many have. s.mu is held.
func (s *streams) sendOn(path string, frames []frame) int {
	n := 0
	for _, one := range s.open {
		one.mu.Lock()
		if !one.silent && slices.ContainsFunc(one.channels, func(ch channel) bool { return ch.path == path }) {
			n++
			for _, f := range frames {
				one.say(f)
			}
		}
		one.mu.Unlock()
	}
	return n
}

var errNoChannel = errors.New("channel not found")

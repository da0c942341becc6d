package webhook

import (
	"context"
	"errors"
	"log" //nolint:depguard // net/http takes no other log
	"net"
	"net/http"
	"strings"
	"sync"
	"time"
)

// Run serves ln until ctx ends, then stops taking connections and finishes the
// requests in flight, for DrainTimeout at most; after that they are cut off,
// and what was not stored by then was not acknowledged either. When Run
// returns no request is being handled any more, so the log may be closed. It
// closes ln, returns nil after such an end, and can be called once.
func (l *Listener) Run(ctx context.Context, ln net.Listener) error {
	g := newGate(ln, l.conns, l.holderAt)
	g.protocols, g.foreign = foreignProtocols(l.cert != nil), l.foreign
	srv := &http.Server{
		Handler:           l.Handler(),
		ReadHeaderTimeout: l.o.HeaderTimeout,
		ReadTimeout:       l.o.BodyTimeout,
		// An answer is a few bytes; the rest of the time is the log's.
		WriteTimeout:   l.o.BodyTimeout + 2*l.o.AppendTimeout,
		IdleTimeout:    l.o.IdleTimeout,
		MaxHeaderBytes: 32 << 10,
		ConnContext:    withOwner,
		ConnState:      g.state,
		// What a client sends before it is read is held beside the bodies' room.
		HTTP2: &http.HTTP2Config{MaxConcurrentStreams: 16, MaxReceiveBufferPerConnection: 256 << 10, MaxReceiveBufferPerStream: 256 << 10},
		// net/http reports failed handshakes to a log only. They are a common
		// reason why nothing arrives, so the last one is shown; nothing may be
		// written to the terminal under the screen.
		ErrorLog: log.New(handshakes{l}, "", 0),
	}
	l.setPhase(phaseUp, ln)
	l.tellExposed(ln.Addr())
	l.tellPrevious()
	defer l.setPhase(phaseDown, nil)

	accepted := make(chan struct{})
	go func() {
		defer close(accepted)
		g.acceptAll()
	}()
	defer func() { <-accepted }()
	served := make(chan error, 1)
	go func() {
		if l.cert != nil {
			srv.TLSConfig = l.cert.config()
			served <- srv.ServeTLS(g, "", "")
			return
		}
		served <- srv.Serve(g)
	}()
	select {
	case err := <-served:
		_ = srv.Close() // the listener broke; whoever is still connected gets no answer anyway
		return err
	case <-ctx.Done():
	}
	l.setPhase(phaseDraining, nil)
	drain, cancel := context.WithTimeout(context.WithoutCancel(ctx), l.o.DrainTimeout)
	defer cancel()
	err := srv.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		l.endLife()
		err = srv.Close()
	}
	<-served //nolint:errcheck // it says only that it was closed
	for l.metrics.inFlight.Load() > 0 {
		<-l.idle
	}
	return err
}

// lastLine keeps the last thing that went wrong before a request existed.
type lastLine struct {
	mu   sync.Mutex
	text string
	at   time.Time
}

func (s *lastLine) set(text string, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text, s.at = text, at
}

func (s *lastLine) get() (string, time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text, s.at
}

// handshakes receives what net/http would log.
type handshakes struct{ l *Listener }

// Write keeps failed TLS handshakes and drops the rest, which is about
// connections that broke and of no use to anybody.
func (h handshakes) Write(p []byte) (int, error) {
	line := strings.TrimSpace(string(p[:min(len(p), 300)]))
	if i := strings.Index(line, "TLS handshake error"); i >= 0 {
		h.l.metrics.handshakes.Inc()
		h.l.lastShake.set(strings.ToValidUTF8("last "+line[i:], "?"), h.l.o.Clock.Now())
	}
	return len(p), nil
}

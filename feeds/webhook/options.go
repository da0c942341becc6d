package webhook

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
)

// Secret is one key a source may sign with. During a rotation a source has
// several: the first is the one that should be in use.
type Secret struct {
	Name string // what people call it: "current", "previous"
	Key  []byte
	// Until is when the sender must have another one; zero for no end.
	Until time.Time
}

// ended reports whether the secret is no longer accepted.
func (s *Secret) ended(now time.Time) bool { return !s.Until.IsZero() && !now.Before(s.Until) }

// String keeps the key out of logs and errors, whichever way it is printed.
func (s Secret) String() string { return s.Name + " <secret>" }

// GoString is String, for %#v.
func (s Secret) GoString() string { return s.String() }

// Source is one configured sender.
type Source struct {
	Name    string    // the last part of its path: /mist/<name> or /junos/<name>
	Via     event.Via // event.ViaWebhook for Mist, event.ViaJunos for a Junos agent
	Secrets []Secret
	// RequireV2 turns away deliveries that carry only Mist's SHA-1 signature.
	RequireV2 bool
	// AllowUnsigned lets a source without a secret accept unsigned posts from
	// any address; otherwise it accepts them from loopback only. It means
	// nothing for a source with a secret: there a signature is always asked for.
	AllowUnsigned bool
}

// Path is where the source posts to.
func (s *Source) Path() string { return s.prefix() + "/" + s.Name }

// prefix is the path of the source's kind.
func (s *Source) prefix() string {
	if s.Via == event.ViaJunos {
		return "/junos"
	}
	return "/mist"
}

// Options say what to listen for and what a sender may cost. Zero values mean
// the defaults given with each field.
type Options struct {
	Sources []Source
	Log     event.Appender
	Clock   clock.Clock // default clock.Real
	// Logger gets what somebody has to fix: a request that hit a bug in foghorn,
	// with its stack. Without one nothing is logged.
	Logger *slog.Logger

	// TrustedProxies are the peers whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// CertFile and KeyFile are PEM files; with both set Run speaks TLS and
	// follows changes of the files. New fails when they cannot be loaded.
	CertFile, KeyFile string

	MaxBody     int64 // bytes of one body, on the wire and inflated; 8 MiB
	MaxBuffered int64 // bytes of all bodies being read or stored; 8 times MaxBody
	MaxConns    int   // open connections; 1,024
	// MaxConnsPerPeer bounds the connections of one peer that is neither
	// loopback nor a trusted proxy, so that a stranger cannot use up all of them; a quarter of MaxConns.
	MaxConnsPerPeer int

	HeaderTimeout time.Duration // for a request's headers, and for a TLS handshake; 5 s
	BodyTimeout   time.Duration // for a whole request; 20 s
	IdleTimeout   time.Duration // for a connection between requests; 90 s
	AppendTimeout time.Duration // for the log to take a record; 5 s
	DrainTimeout  time.Duration // for requests in flight when Run ends; 10 s

	// RefusalsPerSecond and RefusalBurst are the allowance for records of
	// refused requests, all senders together; 20 a second, bursts of 200.
	RefusalsPerSecond float64
	RefusalBurst      int
	// RefusalsPerAddress is how many refusals an address gets a reason for
	// within a minute before the answer is 429; 30.
	RefusalsPerAddress int

	// Handlers are served beside the listener's own paths, which they cannot replace.
	Handlers []Handler

	// Ready is asked by /readyz beside the listener's own state: is the
	// journal writable, do the other feeds run. nil means yes.
	Ready func(context.Context) error
	// Warning is what /readyz adds to "ok": what people should know although
	// deliveries are accepted.
	Warning func() string
}

// withDefaults fills in what was left zero.
func (o Options) withDefaults() Options {
	if o.Clock == nil {
		o.Clock = clock.Real{}
	}
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	orDefault(&o.MaxBody, 8<<20)
	orDefault(&o.MaxBuffered, 8*o.MaxBody)
	orDefault(&o.MaxConns, 1024)
	orDefault(&o.MaxConnsPerPeer, max(1, o.MaxConns/4))
	orDefault(&o.HeaderTimeout, 5*time.Second)
	orDefault(&o.BodyTimeout, 20*time.Second)
	orDefault(&o.IdleTimeout, 90*time.Second)
	orDefault(&o.AppendTimeout, 5*time.Second)
	orDefault(&o.DrainTimeout, 10*time.Second)
	orDefault(&o.RefusalsPerSecond, 20)
	orDefault(&o.RefusalBurst, 200)
	orDefault(&o.RefusalsPerAddress, 30)
	return o
}

// orDefault sets *v to d when it is not positive.
func orDefault[T int | int64 | float64 | time.Duration](v *T, d T) {
	if *v <= 0 {
		*v = d
	}
}

// validate reports everything that would make the listener useless or unsafe.
func (o *Options) validate() error {
	var errs []error
	if o.Log == nil {
		errs = append(errs, errors.New("no log to append to"))
	}
	// A gzip body is held twice, as sent and inflated; one alone must fit.
	if o.MaxBuffered < 2*(o.MaxBody+1) {
		errs = append(errs, fmt.Errorf("room for %d bytes of bodies is not more than twice the largest body of %d", o.MaxBuffered, o.MaxBody))
	}
	if (o.CertFile == "") != (o.KeyFile == "") {
		errs = append(errs, errors.New("TLS needs both a certificate file and a key file"))
	}
	seen := map[string]bool{}
	for i := range o.Sources {
		s := &o.Sources[i]
		if err := s.validate(); err != nil {
			errs = append(errs, err)
		}
		if seen[s.Path()] {
			errs = append(errs, fmt.Errorf("two sources listen at %s", s.Path()))
		}
		seen[s.Path()] = true
	}
	return errors.Join(append(errs, validateHandlers(o.Handlers))...)
}

// validate checks one source.
func (s *Source) validate() error {
	if s.Name == "" || strings.ContainsAny(s.Name, "/?#% \t\r\n") {
		return fmt.Errorf("source name %q cannot be part of a path", s.Name)
	}
	if s.Via != event.ViaWebhook && s.Via != event.ViaJunos {
		return fmt.Errorf("source %s: %q is not a way in that the listener knows", s.Name, s.Via)
	}
	for _, k := range s.Secrets {
		if len(k.Key) == 0 {
			return fmt.Errorf("source %s: the secret %q is empty", s.Name, k.Name)
		}
	}
	return nil
}

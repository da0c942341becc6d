package webhook

import (
	"net"

	"foghorn/journal/event"
)

// tellPrevious logs the previous secrets left over from a rotation: one without an
// end stays valid forever for whoever learned it, an expired one refuses its senders.
func (l *Listener) tellPrevious() {
	now := l.o.Clock.Now()
	for _, s := range l.sources {
		for i := range s.Secrets {
			k := &s.Secrets[i]
			switch {
			case k.ended(now):
				l.o.Logger.Warn("the "+k.Name+" secret of source "+s.Name+" has expired and is no longer accepted; remove it", "expired", endText(k.Until))
			case i > 0 && k.Until.IsZero():
				l.o.Logger.Warn("the " + k.Name + " secret of source " + s.Name + " has no end; set one, or remove it")
			}
		}
	}
}

// tellExposed finds the sources without a secret that others than programs on this
// machine can reach, and says so: in the log now, and beside the source as long as
// the listener runs.
func (l *Listener) tellExposed(at net.Addr) {
	why := ""
	switch t, ok := at.(*net.TCPAddr); {
	case ok && !t.IP.IsLoopback():
		why = at.String() + " is reachable from the network"
	case len(l.o.TrustedProxies) > 0:
		why = "the proxies in trusted_proxies pass on what others send"
	default:
		return
	}
	for _, s := range l.sources {
		if len(s.Secrets) > 0 {
			continue
		}
		then := "only posts from this machine are accepted, but one that a proxy passes on may look local"
		if s.AllowUnsigned {
			then = "anybody who can reach it can post events (allow_unsigned)"
		}
		key := "webhook_secret"
		if s.Via == event.ViaJunos {
			key = "secret"
		}
		l.mu.Lock()
		s.open = why
		l.mu.Unlock()
		l.o.Logger.Warn("source "+s.Name+" has no secret, and "+why+": "+then+"; set its "+key, "path", s.Path())
	}
}

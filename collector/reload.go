package collector

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"strings"
	"sync"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/internal/safetext"
	"foghorn/journal/priority"
)

// reloadEvery is how often the configuration's file is looked at.
const reloadEvery = 2 * time.Second

// reloader takes over what may change while foghorn runs: the rules about
// priorities, and nothing else. The listener does not notice, so no delivery is
// lost. With a file that is wrong the rules of before hold, and it says so in the
// log and on every screen.
type reloader struct {
	path  string
	load  func() (*config.Config, error)
	live  *priority.Live
	clock clock.Clock
	log   io.Writer
	now   <-chan struct{} // a signal asks for it; nil when none can

	seen    fileState // of the file, at the last look
	pending bool      // it changed, and may still be being written

	mu      sync.Mutex
	last    *config.Config
	problem string // what is wrong, for the header; empty when nothing is
}

// fileState tells one state of a file from another: editors that write a file of
// the same size within the clock's grain are told by the content.
type fileState struct {
	at   time.Time
	size int64
	sum  [sha256.Size]byte
	gone bool
}

// newReloader returns the reloader of a process; nil when its configuration does
// not come from a file.
func newReloader(s *Settings) *reloader {
	if s.Load == nil {
		return nil
	}
	r := &reloader{path: s.ConfigPath, load: s.Load, live: s.Priorities, clock: s.Clock, log: s.Messages, now: s.ReloadNow, last: s.Config}
	r.seen = r.look()
	return r
}

// Run looks at the file until ctx ends.
func (r *reloader) Run(ctx context.Context) error {
	if r == nil {
		return nil
	}
	tick, stop := r.clock.NewTicker(reloadEvery)
	defer stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-r.now:
			r.seen, r.pending = r.look(), false
			r.take(true)
		case <-tick:
			r.check()
		}
	}
}

// check takes a file over that changed and has since stood still for one look, so
// that one which is half written is not called wrong.
func (r *reloader) check() {
	v := r.look()
	changed := v != r.seen
	r.seen = v
	switch {
	case changed:
		r.pending = true
	case r.pending:
		r.pending = false
		r.take(false)
	}
}

// look reads what state the file is in.
func (r *reloader) look() fileState {
	info, err := os.Stat(r.path)
	if err != nil || !info.Mode().IsRegular() {
		return fileState{gone: true}
	}
	v := fileState{at: info.ModTime(), size: info.Size()}
	f, err := os.Open(r.path)
	if err != nil {
		return v
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, io.LimitReader(f, maxConfig)); err == nil {
		h.Sum(v.sum[:0])
	}
	return v
}

// maxConfig is more than a configuration may have.
const maxConfig = 1 << 20

// take loads the file and takes over what can be. asked says that somebody waits
// for an answer, also when nothing changed.
func (r *reloader) take(asked bool) {
	c, err := r.load()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.problem = "configuration: " + mistakes(err) + ", the priorities of before hold (foghorn config check)"
		fmt.Fprintf(r.log, "foghorn: the configuration was not taken over, what held before holds on:\n%s\n", plain(err))
		return
	}
	r.problem = ""
	same := reflect.DeepEqual(c.Priority, r.last.Priority) || len(c.Priority)+len(r.last.Priority) == 0
	if !same {
		r.live.Set(priority.Compile(c.Priority))
		fmt.Fprintf(r.log, "foghorn: took over the priorities of %s (foghorn rebuild applies them to what came before)\n", plainText(r.path))
	} else if asked {
		fmt.Fprintf(r.log, "foghorn: read %s again, its priorities are as before\n", plainText(r.path))
	}
	if changed, err := config.Changed(r.last, c); err == nil && len(changed) > 0 {
		fmt.Fprintf(r.log, "foghorn: what changed in %s takes effect at the next start\n", plainText(strings.Join(changed, ", ")))
	}
	r.last = c
}

// Problem is what is wrong with the file; empty when nothing is.
func (r *reloader) Problem() string {
	if r == nil {
		return ""
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.problem
}

// mistakes says in short what is wrong, with the first place.
func mistakes(err error) string {
	var ps config.Problems
	if !errors.As(err, &ps) || len(ps) == 0 {
		return plain(err)
	}
	at := fmt.Sprintf("line %d", ps[0].Line)
	if len(ps) == 1 {
		return "a mistake in " + at
	}
	return fmt.Sprintf("%d mistakes, the first in %s", len(ps), at)
}

// plain is an error for the terminal: its lines quote the file.
func plain(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, l := range lines {
		lines[i] = plainText(l)
	}
	return strings.Join(lines, "\n")
}

func plainText(s string) string { return safetext.Line(s) }

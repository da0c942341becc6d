package collector

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"time"

	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/internal/safetext"
	"foghorn/journal/priority"
)

// reloadEvery is how often the configuration file is checked.
const reloadEvery = 2 * time.Second

// reloader applies what may change while foghorn runs: the priority rules, the
// relays, chat, the schedule of jobs, the rules for configuration, and nothing else. The
// listener is not touched, so no delivery is lost. When the file has an error, the
// previous rules stay in effect, and the messages and every screen say so.
type reloader struct {
	path  string
	load  func() (*config.Config, error)
	live  *priority.Live
	clock clock.Clock
	log   io.Writer
	now   <-chan struct{}                             // somebody asks for it; nil when nobody can
	apply func(context.Context, *config.Config) error // the relays
	chat  func(context.Context, *config.Config)
	jobs  func(context.Context, *config.Config) // the schedule
	rules func(context.Context, *config.Config) // of [configs]

	seen    fileState // at the last check
	pending bool      // the file changed, and may still be being written

	mu      sync.Mutex
	last    *config.Config
	problem string // what is wrong, for the header; empty when nothing is
	// unapplied says that the relays that run are older than last.
	unapplied bool
}

// fileState identifies the content of a file. The sum is needed because an editor
// may write a file of the same size within the clock's resolution.
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
	r.seen = r.stat()
	return r
}

// onLoad says what else takes up a configuration that was loaded again.
func (r *reloader) onLoad(relays func(context.Context, *config.Config) error, chat, jobs, rules func(context.Context, *config.Config)) {
	if r != nil {
		r.apply, r.chat, r.jobs, r.rules = relays, chat, jobs, rules
	}
}

// Run checks the file until ctx ends.
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
			r.seen, r.pending = r.stat(), false
			r.reload(ctx, true)
		case <-tick:
			r.check(ctx)
		}
	}
}

// check reloads a file that changed before the previous check and not since, so
// that a half-written file is not reported as an error.
func (r *reloader) check(ctx context.Context) {
	v := r.stat()
	changed := v != r.seen
	r.seen = v
	switch {
	case changed:
		r.pending = true
	case r.pending:
		r.pending = false
		r.reload(ctx, false)
	}
}

// stat reads the state of the file.
func (r *reloader) stat() fileState {
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

// maxConfig bounds the bytes that are read of a file.
const maxConfig = 1 << 20

// reload loads the file and applies what can be applied. asked reports that
// somebody waits for an answer, also when nothing changed.
func (r *reloader) reload(ctx context.Context, asked bool) {
	c, err := r.load()
	r.mu.Lock()
	defer r.mu.Unlock()
	if err != nil {
		r.problem = configErrors(err) + "; the previous one stays in effect (foghorn config check)"
		fmt.Fprintf(r.log, "foghorn: the configuration was not applied; the previous one stays in effect:\n%s\n", plain(err))
		return
	}
	r.problem = ""
	same := reflect.DeepEqual(c.Priority, r.last.Priority) || len(c.Priority)+len(r.last.Priority) == 0
	if !same {
		r.live.Set(priority.Compile(c.Priority))
		fmt.Fprintf(r.log, "foghorn: applied the priorities of %s (foghorn rebuild applies them to earlier events)\n", plainText(r.path))
	} else if asked {
		fmt.Fprintf(r.log, "foghorn: read %s again; its priorities have not changed\n", plainText(r.path))
	}
	if r.apply != nil && !(len(c.Relays)+len(r.last.Relays) == 0) {
		r.applyRelays(ctx, c)
	}
	if r.chat != nil && config.ChatChanged(r.last, c) {
		r.chat(ctx, c)
		fmt.Fprintf(r.log, "foghorn: applied what %s says of chat\n", plainText(r.path))
	}
	if r.jobs != nil && !slices.Equal(r.last.ScheduledJobs(), c.ScheduledJobs()) {
		r.jobs(ctx, c)
		fmt.Fprintf(r.log, "foghorn: applied the schedule of jobs of %s\n", plainText(r.path))
	}
	if r.rules != nil && config.ConfigsChanged(r.last, c) {
		r.rules(ctx, c)
		fmt.Fprintf(r.log, "foghorn: applied the rules for configuration of %s\n", plainText(r.path))
	}
	if changed, err := config.Changed(r.last, c); err == nil && len(changed) > 0 {
		fmt.Fprintf(r.log, "foghorn: changes in %s take effect at the next start\n", plainText(strings.Join(changed, ", ")))
	}
	r.last = c
}

// applyRelays applies the relays. The caller holds mu.
func (r *reloader) applyRelays(ctx context.Context, c *config.Config) {
	if err := r.apply(ctx, c); err != nil {
		r.problem, r.unapplied = "the relays were not changed: "+configErrors(err), true
		return
	}
	if r.unapplied || config.RelaysChanged(r.last, c) {
		fmt.Fprintf(r.log, "foghorn: applied the relays of %s\n", plainText(r.path))
	}
	r.unapplied = false
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

// configErrors is a short description of what is wrong, with the first line.
func configErrors(err error) string {
	var ps config.Problems
	if !errors.As(err, &ps) || len(ps) == 0 {
		return "config error: " + plain(err)
	}
	at := fmt.Sprintf("line %d", ps[0].Line)
	if len(ps) == 1 {
		return "config error in " + at
	}
	return fmt.Sprintf("%d config errors, the first in %s", len(ps), at)
}

// plain is an error safe for the terminal: its lines quote the file.
func plain(err error) string {
	lines := strings.Split(err.Error(), "\n")
	for i, l := range lines {
		lines[i] = plainText(l)
	}
	return strings.Join(lines, "\n")
}

func plainText(s string) string { return safetext.Line(s) }

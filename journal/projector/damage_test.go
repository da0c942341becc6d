package projector

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/journal/store"
)

var errDisk = errors.New("read log.db: input/output error")

func malformed() error {
	return fmt.Errorf("read: %w", &store.CorruptError{Path: "log.db", Err: errors.New("malformed")})
}

// logged makes a projector write its log into a buffer.
func logged(b *bytes.Buffer) func(*Options) {
	return func(o *Options) { o.Logger = slog.New(slog.NewTextHandler(b, nil)) }
}

// A log that cannot be read: the projector is not healthy for as long as that
// lasts, and says so in one line when it begins and one when it ends.
func TestALogThatCannotBeReadIsAProblem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said bytes.Buffer
		l, v := newLog(), newView()
		p := live(t, l, v, logged(&said))
		synctest.Wait()
		l.mu.Lock()
		l.broken, l.brokenAt, l.brokenTo = errDisk, 1, 1e9
		l.mu.Unlock()
		l.append(one(1), one(2))
		pass(5 * time.Minute)
		if s := p.Stats(); !strings.Contains(s.Problem, "input/output error") || s.Failures < 5 || s.Position != 0 || s.Damaged != 0 {
			t.Errorf("after five minutes: %+v", s)
		}
		l.mu.Lock()
		l.broken = nil
		l.mu.Unlock()
		pass(lastRetry)
		if s := p.Stats(); s.Problem != "" || s.Position != 2 {
			t.Errorf("after it was mended: %+v", s)
		}
		pass(time.Minute)
		if lines := strings.Split(strings.TrimSpace(said.String()), "\n"); len(lines) != 2 ||
			!strings.Contains(lines[0], "is not updated") || !strings.Contains(lines[1], "is updated again") {
			t.Errorf("it says\n%s", said.String())
		}
	})
}

// Damaged pages: they are tried for a while, then passed over, counted, and put
// where people find them; what comes after is projected.
func TestDamagedRecordsArePassedOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var said bytes.Buffer
		l := newLog(one(1), one(2), one(3), one(4), one(5))
		l.records[4].Damage, l.records[4].First = "record 5 of log.db is damaged: its checksum does not match", 5
		l.append(one(6))
		l.broken, l.brokenAt, l.brokenTo = malformed(), 2, 3
		v := newView()
		p := live(t, l, v, logged(&said))
		pass(time.Minute)
		if s := p.Stats(); s.Position != 6 || s.Damaged != 3 || s.Problem != "" {
			t.Errorf("stats: %+v", s)
		}
		v.read(func(s *memState) {
			if s.Damaged != 3 || len(s.Events) != 3 || s.Deliveries[3].Cause != "pages are gone" || !strings.Contains(s.Deliveries[5].Cause, "checksum") {
				t.Errorf("the view has %d events, %d damaged, deliveries %+v", len(s.Events), s.Damaged, s.Deliveries)
			}
		})
		if n := strings.Count(said.String(), "the journal is damaged"); n != 2 {
			t.Errorf("it says that %d times:\n%s", n, said.String())
		}
	})
}

// A disk that fails for a moment is reported as damage by the database: nothing
// is passed over then.
func TestAPassingReadErrorLosesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for _, heals := range []int{1, 2, 3} {
			l := newLog(one(1), one(2), one(3))
			l.broken, l.brokenAt, l.brokenTo, l.heals = malformed(), 2, 3, heals
			v := newView()
			p := live(t, l, v)
			pass(time.Minute)
			if s := p.Stats(); s.Position != 3 || s.Damaged != 0 || s.Problem != "" || s.Events != 3 {
				t.Errorf("healed after %d tries: %+v", heals, s)
			}
		}
	})
}

package file

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

// fullAfter lets writes fit so many bytes more, as a disk does that fills up.
func fullAfter(d *Destination, room int) {
	d.write = func(f *os.File, b []byte) (int, error) {
		n, err := f.Write(b[:min(room, len(b))])
		room -= n
		if err == nil && n < len(b) {
			err = &os.PathError{Op: "write", Path: f.Name(), Err: syscall.ENOSPC}
		}
		return n, err
	}
}

func TestAFullDiskTakesWholeLinesOnly(t *testing.T) {
	one := len(mustLine(t))
	for _, room := range []int{0, 1, one - 1, one, one + 1, 3*one - 1} {
		d := made(t, config.Relay{})
		fullAfter(d, room)
		work := &relay.Work{Items: numbered(4)}
		turns, err := relaytest.Drive(t.Context(), d, work, d.Do)
		if err != nil {
			t.Fatal(err)
		}
		last := turns[len(turns)-1].Verdict
		if last.Outcome != relay.Retry || !strings.Contains(last.Reason, "no space is left") {
			t.Errorf("room for %d bytes: %+v", room, last)
		}
		if got := len(ids(t, d.path)); got != room/one || len(work.Items) != 4-got {
			t.Errorf("room for %d bytes of lines of %d: %d are there, and %d wait", room, one, got, len(work.Items))
		}
		d.write = (*os.File).Write // somebody made room
		sent(t, d, work.Items...)
		wantIDs(t, d.path, 1, 2, 3, 4)
	}
}

// A real disk of 64 KiB, where this may be mounted.
func TestARealDiskThatIsFull(t *testing.T) {
	dir := t.TempDir()
	if runtime.GOOS != "linux" || mount(dir) != nil {
		t.Skip("SKIPPED: a small disk cannot be mounted here (that takes Linux and root), so a disk that is really full is not tried")
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Error(err)
		}
	})
	d := made(t, config.Relay{Path: filepath.Join(dir, "events.ndjson")})
	work := &relay.Work{Items: numbered(500)}
	turns, err := relaytest.Drive(t.Context(), d, work, d.Do)
	if err != nil {
		t.Fatal(err)
	}
	if v := turns[len(turns)-1].Verdict; v.Outcome != relay.Retry || !strings.Contains(v.Reason, "no space is left") {
		t.Errorf("%+v", v)
	}
	got := ids(t, d.path)
	if len(got) == 0 || len(got)+len(work.Items) != 500 {
		t.Errorf("%d are there, and %d wait", len(got), len(work.Items))
	}
	if err := os.Remove(d.path); err != nil {
		t.Fatal(err)
	}
	next := work.Items[:10]
	sent(t, d, next...)
	if got := ids(t, d.path); len(got) != 10 || got[0] != next[0].Event.ID {
		t.Errorf("%v", got)
	}
}

func TestOtherTroubleOfADisk(t *testing.T) {
	for _, c := range []struct {
		err  error
		want relay.Outcome
		text string
	}{
		{syscall.EIO, relay.Retry, "cannot write"},
		{syscall.EDQUOT, relay.Retry, "no space is left"},
		{syscall.EROFS, relay.Misconfigured, "may not write"},
		{syscall.EACCES, relay.Misconfigured, "may not write"},
	} {
		d := made(t, config.Relay{})
		d.write = func(*os.File, []byte) (int, error) { return 0, c.err }
		if v := send(t, d, numbered(1)...)[0].Verdict; v.Outcome != c.want || !strings.Contains(v.Reason, c.text) {
			t.Errorf("%v: %+v", c.err, v)
		}
	}
}

// The sender masks secrets in an error; the verdict must not need more than its text.
func TestAVerdictSurvivesTheMaskingOfTheError(t *testing.T) {
	d := made(t, config.Relay{Path: "/no/such/directory/file"})
	r, err := d.Encode(&relay.Work{Items: numbered(1)})
	if err != nil {
		t.Fatal(err)
	}
	answer := d.Do(t.Context(), r)
	answer.Err = errors.New(answer.Err.Error())
	if v := d.Judge(nil, r, answer); v.Outcome != relay.Misconfigured {
		t.Errorf("%+v", v)
	}
}

func TestAnIntervalBringsLinesToTheDiskLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := made(t, config.Relay{Interval: config.Duration(5 * time.Second)})
		sent(t, d, numbered(1)...)
		time.Sleep(4 * time.Second)
		synctest.Wait()
		if !d.dirty {
			t.Error("it is on the disk too early")
		}
		sent(t, d, numbered(1)...)
		time.Sleep(time.Second)
		synctest.Wait()
		if d.dirty || d.timer != nil {
			t.Error("it is not on the disk after the interval")
		}
		// A disk that fails then is told of once, and the next line goes on.
		sent(t, d, numbered(1)...)
		d.file.Close()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		v := send(t, d, numbered(1)...)[0].Verdict
		if v.Outcome != relay.Retry || !strings.Contains(v.Reason, "may be lost if the machine loses power") {
			t.Errorf("%+v", v)
		}
		sent(t, d, numbered(1)...)
		wantIDs(t, d.path, 1, 1, 1, 1)
	})
}

// A disk that hangs must not hold the relay up beyond the time that it gives.
func TestADiskThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := made(t, config.Relay{})
		goOn := make(chan struct{})
		d.write = func(f *os.File, b []byte) (int, error) { <-goOn; return f.Write(b) }
		attempt := func(id int64) relay.Verdict {
			turns, err := relaytest.Drive(t.Context(), d, &relay.Work{Items: numbered(int(id))[id-1:]}, d.Do)
			if err != nil {
				t.Fatal(err)
			}
			if got := turns[0].Answer.Written; got != (id == 1) {
				t.Errorf("attempt %d says %v of whether it may have been written", id, got)
			}
			return turns[0].Verdict
		}
		if v := attempt(1); v.Outcome != relay.Retry || !strings.Contains(v.Reason, "does not answer: context deadline exceeded") {
			t.Errorf("%+v", v)
		}
		if v := attempt(2); v.Outcome != relay.Retry || !strings.Contains(v.Reason, "an earlier write") {
			t.Errorf("%+v", v)
		}
		if err := d.Close(); err == nil {
			t.Error("Close waits for it, or calls it ended")
		}
		close(goOn)
		synctest.Wait()
		sent(t, d, numbered(3)[2])
		wantIDs(t, d.path, 1, 3)
	})
}

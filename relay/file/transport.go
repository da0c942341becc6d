package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"foghorn/internal/human"
	"foghorn/internal/recovery"
	"foghorn/relay"
)

// Do appends the lines of a request. It ends with ctx even when the disk does not
// answer, as that of a network may: the write then goes on, and the next one waits for it.
func (d *Destination) Do(ctx context.Context, request *relay.Request) *relay.Answer {
	begun := time.Now()
	ctx, cancel := context.WithTimeout(ctx, d.timeout)
	defer cancel()
	answer := d.attempt(ctx, request)
	answer.At = time.Now()
	answer.Duration = answer.At.Sub(begun)
	return answer
}

func (d *Destination) attempt(ctx context.Context, request *relay.Request) *relay.Answer {
	select {
	case d.turn <- struct{}{}:
	case <-ctx.Done():
		return failed(fmt.Errorf("an earlier write to %s has not ended: its disk does not answer", d.path), "")
	}
	ended := make(chan *relay.Answer, 1)
	go func() {
		var answer *relay.Answer
		if err := recovery.Wrap(func() error { answer = d.do(request); return nil })(); err != nil {
			answer = failed(err, "")
		}
		<-d.turn
		ended <- answer
	}()
	select {
	case answer := <-ended:
		return answer
	case <-ctx.Done():
		answer := failed(fmt.Errorf("the disk of %s does not answer: %w", d.path, ctx.Err()), "")
		answer.Written = true // it may still become so
		return answer
	}
}

// Close closes the file, after what was written has reached the disk. It does not
// wait for a write that hangs.
func (d *Destination) Close() error {
	select {
	case d.turn <- struct{}{}:
	default:
		return fmt.Errorf("a write to %s has not ended: its disk does not answer", d.path)
	}
	defer func() { <-d.turn }()
	return d.shut()
}

func (d *Destination) do(request *relay.Request) *relay.Answer {
	if request.Step == stepCheck {
		return d.look()
	}
	if err := d.failed; err != nil {
		d.failed = nil
		_ = d.shut()
		return failed(fmt.Errorf("the disk did not take what was written to %s; lines of the last %s may be lost if the machine loses power: %w",
			d.path, human.Duration(d.interval), err), "")
	}
	if err := d.ready(int64(len(request.Body))); err != nil {
		_ = d.shut()
		return d.explain(err)
	}
	return d.append(request.Body)
}

// append writes whole lines. When not all fit, those that did count as sent, and the
// beginning of the next is taken back: it is sent again whole.
func (d *Destination) append(body []byte) *relay.Answer {
	lead := 0
	if d.torn {
		body = append([]byte{'\n'}, body...)
		lead = 1
	}
	n, err := d.write(d.file, body)
	d.size += int64(n)
	d.dirty = d.dirty || n > 0
	d.torn = d.torn && n == 0
	if err == nil {
		if err = d.flush(); err != nil {
			_ = d.shut()
			answer := d.explain(err)
			answer.Written = true
			return answer
		}
		return &relay.Answer{}
	}
	whole := bytes.LastIndexByte(body[:n], '\n') + 1
	if info, bad := d.file.Stat(); bad == nil && info.Size() == d.size && whole < n {
		_ = d.file.Truncate(d.size - int64(n-whole)) // else the torn line is ended by the next write
	}
	lines := bytes.Count(body[lead:max(lead, whole)], []byte{'\n'})
	synced := d.flush()
	_ = d.shut() // what is opened anew is looked at anew
	if lines == 0 || synced != nil {
		return d.explain(err)
	}
	return &relay.Answer{Header: http.Header{headerLines: {strconv.Itoa(lines)}}}
}

// flush brings what was written to the disk, now or later.
func (d *Destination) flush() error {
	switch {
	case !d.dirty || d.fsync == never:
		return nil
	case d.fsync == always:
		return d.sync()
	}
	if d.timer == nil {
		d.timer = time.AfterFunc(d.interval, d.late)
	}
	return nil
}

// late is the fsync of an interval. Its failure is told to the next request.
func (d *Destination) late() {
	d.turn <- struct{}{}
	defer func() { <-d.turn }()
	d.timer = nil
	if err := d.sync(); err != nil {
		d.failed = err
	}
}

func (d *Destination) sync() error {
	if d.file == nil || !d.dirty {
		return nil
	}
	d.dirty = false // a failed fsync is not repeated by another one
	return d.file.Sync()
}

// shut closes the file, if it is open.
func (d *Destination) shut() error {
	if d.timer != nil {
		d.timer.Stop()
		d.timer = nil
	}
	if d.file == nil {
		return nil
	}
	var err error
	if d.fsync != never {
		err = d.sync()
	}
	err = errors.Join(err, d.file.Close())
	d.file = nil
	return err
}

// explain says what failed and what to do about it, and whether waiting can help.
func (d *Destination) explain(err error) *relay.Answer {
	var refused *refusal
	switch {
	case errors.As(err, &refused):
		return failed(refused, misconfigured)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, unix.EDQUOT):
		return failed(fmt.Errorf("no space is left for %s: free some, and the relay goes on by itself", d.path), "")
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR):
		return failed(fmt.Errorf("the directory of %s does not exist: make it, so that foghorn can write there", d.path), misconfigured)
	case errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS):
		return failed(fmt.Errorf("foghorn may not write %s: give its user the right to, also in the directory: %w", d.path, err), misconfigured)
	}
	return failed(fmt.Errorf("cannot write %s: %w", d.path, err), "")
}

// refusal is about what stands at the path.
type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }

// look reports whether the file can be opened, without making it.
func (d *Destination) look() *relay.Answer {
	info, err := regular(d.path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := unix.Access(dir(d.path), unix.W_OK|unix.X_OK); err != nil {
			return d.explain(err)
		}
		return &relay.Answer{Body: []byte("the directory can be written; the file does not exist yet")}
	}
	if err == nil {
		var f *os.File
		if f, err = os.OpenFile(d.path, flags&^os.O_CREATE, mode); err == nil {
			_ = f.Close()
			return &relay.Answer{Body: []byte("the file can be written; it has " + human.Bytes(info.Size()))}
		}
	}
	return d.explain(err)
}

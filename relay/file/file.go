// Package file appends items to a file, one JSON object a line (NDJSON), for a log
// shipper, for jq, or to keep.
//
// Callers may rely on this: each line is a whole item, also after a crash or a full disk.
// What was answered as sent is in the file, and with fsync = "always" on the disk.
// A file that was moved away or removed is made again, with mode 0600. A symbolic link,
// a device or a pipe is refused.
package file

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strconv"
	"time"

	"foghorn/config"
	"foghorn/journal/export"
	"foghorn/relay"
)

// Defaults of the keys.
const (
	defaultMaxSize  = 100 << 20
	defaultKeep     = 5
	defaultInterval = time.Second
	defaultTimeout  = 15 * time.Second
)

// A request holds at most so much, so that a rotation is never far too late.
const (
	maxItems = 1000
	maxBytes = 1 << 20
)

const (
	stepAppend = "append"
	stepCheck  = "look at the file"
)

// When a file is written to the disk.
const (
	always   = "always"   // before each answer
	interval = "interval" // at most fsync_interval after it
	never    = "never"    // when the operating system likes
)

// Destination is a file of NDJSON.
type Destination struct {
	path     string
	maxSize  int64
	keep     int
	fsync    string
	interval time.Duration
	timeout  time.Duration // of one write

	// turn is held by whoever uses what is below. It is a channel, because a disk that
	// does not answer must not keep others waiting beyond their time.
	turn   chan struct{}
	file   *os.File // nil when it is not open
	size   int64    // of file
	torn   bool     // file does not end with a line break
	dirty  bool     // file has bytes that may not be on the disk
	failed error    // why a late fsync failed; told once
	timer  *time.Timer
	write  func(*os.File, []byte) (int, error) // tests let it fail
}

// New returns the file that c describes.
func New(c config.Relay, _ relay.Env) (relay.Destination, error) {
	d := &Destination{
		path: c.Path, maxSize: int64(c.MaxSize), keep: c.Keep, fsync: c.Fsync, interval: time.Duration(c.Interval), timeout: time.Duration(c.Timeout),
		turn: make(chan struct{}, 1), write: (*os.File).Write,
	}
	if d.fsync == "" {
		d.fsync = always
		if d.interval > 0 {
			d.fsync = interval
		}
	}
	switch {
	case d.path == "":
		return nil, errors.New(`path is missing: name the file to append to, as in path = "/var/log/foghorn/events.ndjson"`)
	case d.keep < 0 || d.maxSize < 0 || d.interval < 0:
		return nil, errors.New("keep, max_size and fsync_interval must not be negative")
	case d.fsync != always && d.fsync != interval && d.fsync != never:
		return nil, fmt.Errorf("fsync = %q is unknown: write always, interval or never", d.fsync)
	case d.interval > 0 && d.fsync != interval:
		return nil, fmt.Errorf(`fsync_interval needs fsync = "interval", and fsync is %q`, d.fsync)
	}
	if d.maxSize == 0 {
		d.maxSize = defaultMaxSize
	}
	if d.keep == 0 {
		d.keep = defaultKeep
	}
	if d.interval == 0 {
		d.interval = defaultInterval
	}
	if d.timeout <= 0 {
		d.timeout = defaultTimeout
	}
	return d, nil
}

// Limits are those of a file: none but memory.
func (d *Destination) Limits() relay.Limits { return relay.Limits{Items: maxItems} }

// Encode returns the lines of as many items as fit.
func (d *Destination) Encode(work *relay.Work) (*relay.Request, error) {
	room := int(min(maxBytes, d.maxSize))
	var body []byte
	items := 0
	for i := range work.Items[:min(len(work.Items), maxItems)] {
		line, err := line(&work.Items[i])
		if err != nil && i == 0 {
			return nil, err
		}
		if err != nil || i > 0 && len(body)+len(line) > room {
			break // the next request begins with it
		}
		body = append(body, line...)
		items++
	}
	return d.request(stepAppend, body, items), nil
}

func (d *Destination) request(step string, body []byte, items int) *relay.Request {
	return &relay.Request{Step: step, Method: "append", URL: d.path, Body: body, Items: items}
}

// line is an item as it stands in the file: valid UTF-8, and safe to look at in a
// terminal, where a control character from outside would act.
func line(item *relay.Item) ([]byte, error) {
	text, err := item.JSON()
	if err != nil {
		return nil, fmt.Errorf("the item cannot be written as JSON: %w", err)
	}
	return append(export.Escaped(bytes.ToValidUTF8(text, []byte("\ufffd"))), '\n'), nil
}

// Judge says what became of the lines.
func (d *Destination) Judge(_ *relay.Work, _ *relay.Request, answer *relay.Answer) relay.Verdict {
	return judge(answer)
}

// Checks looks whether the file can be written, without writing to it.
func (d *Destination) Checks() []*relay.Request {
	r := d.request(stepCheck, nil, 0)
	r.Method, r.Unpaced = "check", true
	return []*relay.Request{r}
}

// JudgeCheck says what the look at the file found.
func (d *Destination) JudgeCheck(_ *relay.Request, answer *relay.Answer) relay.Verdict {
	v := judge(answer)
	if v.Outcome == relay.Sent {
		v.Reason = string(answer.Body)
	}
	return v
}

func judge(answer *relay.Answer) relay.Verdict {
	if answer.Err == nil {
		items, _ := strconv.Atoi(answer.Header.Get(headerLines)) // none: all of them
		return relay.Verdict{Outcome: relay.Sent, Items: items}
	}
	v := relay.Verdict{Outcome: relay.Retry, Reason: relay.Explain(answer)}
	if answer.Header.Get(headerOutcome) == misconfigured {
		v.Outcome = relay.Misconfigured
	}
	return v
}

// What Do says besides the error stands in headers: the sender masks secrets in the
// error, which may leave nothing of it but its text.
const (
	headerOutcome = "Outcome"
	headerLines   = "Lines" // how many were written, when not all were
	misconfigured = "misconfigured"
)

func failed(err error, outcome string) *relay.Answer {
	answer := &relay.Answer{Err: err}
	if outcome != "" {
		answer.Header = http.Header{headerOutcome: {outcome}}
	}
	return answer
}

// Package command runs a program of the user's for each event or alert, with the
// item as JSON on its standard input and in its environment.
//
// Callers may rely on this: no shell takes part, so that no text from outside is ever
// executed. The program gets a short environment without this program's secrets. When its
// time is over it is killed together with the processes that it started.
package command

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/internal/safetext"
	"foghorn/journal/export"
	"foghorn/relay"
)

// Defaults of the keys.
const (
	defaultParallel = 4
	defaultTimeout  = 15 * time.Second
)

const (
	stepRun   = "run"
	stepCheck = "look for the program"
)

// Destination is a program.
type Destination struct {
	command  []string
	relay    string
	parallel int
	timeout  time.Duration
}

// New returns the command that c describes.
func New(c config.Relay, _ relay.Env) (relay.Destination, error) {
	d := &Destination{command: c.Command, relay: c.Name, parallel: c.Parallel, timeout: time.Duration(c.Timeout)}
	switch {
	case len(d.command) == 0 || d.command[0] == "":
		return nil, errors.New(`command is missing: name the program and its arguments, as in command = ["/usr/local/bin/page", "--team", "net"]`)
	case strings.ContainsRune(strings.Join(d.command, ""), 0):
		return nil, errors.New("command holds a NUL character, which no program can be given")
	case d.parallel < 0:
		return nil, errors.New("parallel must not be negative")
	}
	if d.parallel == 0 {
		d.parallel = defaultParallel
	}
	if d.timeout <= 0 {
		d.timeout = defaultTimeout
	}
	return d, nil
}

// Limits let so many programs run at once as parallel says, each for one item.
func (d *Destination) Limits() relay.Limits { return relay.Limits{Items: 1, Parallel: d.parallel} }

// Encode returns what the program is given: JSON as the body, and the environment as Args.
func (d *Destination) Encode(work *relay.Work) (*relay.Request, error) {
	item := &work.Items[0]
	text, err := item.JSON()
	if err != nil {
		return nil, fmt.Errorf("the item cannot be written as JSON: %w", err)
	}
	r := d.request(stepRun, 1)
	r.Body = append(export.Escaped(bytes.ToValidUTF8(text, []byte("\ufffd"))), '\n')
	r.Args = environment(item, d.relay)
	return r, nil
}

func (d *Destination) request(step string, items int) *relay.Request {
	return &relay.Request{Step: step, Method: "run", URL: d.command[0], Items: items}
}

// Exit codes with a meaning of their own, after sysexits.h and what shells do.
const (
	exitTempFail = 75 // EX_TEMPFAIL
	exitConfig   = 78 // EX_CONFIG
	exitNoExec   = 126
	exitNotFound = 127
)

// Judge says what an exit code means.
func (d *Destination) Judge(_ *relay.Work, _ *relay.Request, answer *relay.Answer) relay.Verdict {
	return judge(answer)
}

func judge(answer *relay.Answer) relay.Verdict {
	if answer.Err != nil {
		v := relay.Verdict{Outcome: relay.Retry, Reason: relay.Explain(answer)}
		if answer.Header.Get(headerOutcome) == misconfigured {
			v.Outcome = relay.Misconfigured
		}
		return v
	}
	v := relay.Verdict{Outcome: relay.Refused}
	switch answer.Status {
	case 0:
		return relay.Verdict{Outcome: relay.Sent}
	case exitTempFail:
		v.Outcome, v.Reason = relay.Retry, "exit 75, to be tried again"
	case exitConfig:
		v.Outcome, v.Reason = relay.Misconfigured, "exit 78, its configuration is wrong"
	case exitNoExec:
		v.Outcome, v.Reason = relay.Misconfigured, "exit 126, a program in it cannot be executed"
	case exitNotFound:
		v.Outcome, v.Reason = relay.Misconfigured, "exit 127, a program in it was not found"
	default:
		v.Reason = fmt.Sprintf("exit %d", answer.Status)
	}
	if line := firstLine(answer.Body); line != "" {
		v.Reason += ": " + line
	}
	return v
}

// firstLine is the first line that says something, safe to show.
func firstLine(output []byte) string {
	for line := range bytes.Lines(output) {
		if line = bytes.TrimSpace(line); len(line) > 0 {
			return relay.Cut(safetext.Line(safetext.Clip(string(line), 1000)), 300)
		}
	}
	return ""
}

// Checks looks whether the program is there, without running it.
func (d *Destination) Checks() []*relay.Request {
	r := d.request(stepCheck, 0)
	r.Method, r.Unpaced = "check", true
	return []*relay.Request{r}
}

// JudgeCheck says where the program was found.
func (d *Destination) JudgeCheck(_ *relay.Request, answer *relay.Answer) relay.Verdict {
	v := judge(answer)
	if v.Outcome == relay.Sent {
		v.Reason = "found " + firstLine(answer.Body)
	}
	return v
}

// What Do says besides the error stands in a header: the sender masks secrets in the
// error, which may leave nothing of it but its text.
const (
	headerOutcome = "Outcome"
	misconfigured = "misconfigured"
)

func failed(err error, outcome string) *relay.Answer {
	answer := &relay.Answer{Err: err}
	if outcome != "" {
		answer.Header = http.Header{headerOutcome: {outcome}}
	}
	return answer
}

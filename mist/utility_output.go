package mist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Times of a utility, as the vendor's own client has them, because nothing says that
// the output is complete (docs/mist-api.md, Device utilities).
const (
	utilityQuiet   = 10 * time.Second // after the last output
	utilitySilent  = 30 * time.Second // without any
	utilityLimit   = 60 * time.Second
	utilitySettles = 20 * time.Second // until the cloud takes the subscription
	utilityOutput  = 256 << 10        // bytes of output
)

// Utility is something that a device does and prints the output of.
type Utility struct {
	StreamURL    string
	Site, Device string // Device is an id, or a MAC in any notation
	Verb         string // ping, traceroute ...
	Body         any    // what the verb takes, for JSON
	// Over reports whether the output so far is complete; nil waits until nothing comes.
	Over func(output string) bool
	// Printed receives the output as it comes; may be nil.
	Printed func(text string)
	Guard   func(run func() error) func() error // see StreamConfig
}

// ErrNoOutput means that the device printed nothing.
var ErrNoOutput = errors.New("the device printed nothing within 30 seconds")

// RunUtility has a device do something, and returns what it printed. It subscribes to
// the output before it asks, so that nothing is missed.
func (c *Client) RunUtility(ctx context.Context, u Utility) (output string, err error) {
	ctx, cancel := context.WithCancel(ctx)
	frames, ended := make(chan StreamMessage, 64), make(chan error, 1)
	s, err := NewStream(StreamConfig{URL: u.StreamURL, Authorize: c.Authorize, UserAgent: c.userAgent, Mask: c.mask, Guard: u.Guard,
		Deliver: func(m StreamMessage) {
			select {
			case frames <- m:
			case <-ctx.Done():
			}
		}})
	device := deviceIDOf(u.Device)
	if err == nil {
		err = s.Subscribe("/sites/" + u.Site + "/devices/" + device + "/cmd")
	}
	if err != nil {
		cancel()
		return "", err
	}
	go func() {
		ended <- s.Run(ctx)
		close(ended)
	}()
	defer func() {
		cancel()
		for range ended { // until the stream has ended
		}
	}()
	if err := subscribed(ctx, frames, ended); err != nil {
		return "", err
	}
	session, err := c.beginUtility(ctx, &u, device)
	if err != nil {
		return "", err
	}
	return u.read(ctx, frames, session)
}

// subscribed waits until the cloud has taken the subscription.
func subscribed(ctx context.Context, frames <-chan StreamMessage, ended <-chan error) error {
	limit := time.NewTimer(utilitySettles)
	defer limit.Stop()
	for {
		select {
		case m := <-frames:
			switch m.Event {
			case StreamSubscribed:
				return nil
			case StreamRefused:
				return fmt.Errorf("the cloud does not give the output of this device: %s", oneLine(m.Detail, maxDetail))
			}
		case err := <-ended:
			return err
		case <-limit.C:
			return errors.New("the cloud's stream, by which the output of a device comes, cannot be reached")
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// beginUtility asks the device, and returns the session of its output; empty when the
// cloud names none.
func (c *Client) beginUtility(ctx context.Context, u *Utility, device string) (session string, err error) {
	body, err := json.Marshal(u.Body)
	if err != nil {
		return "", err
	}
	o, err := c.sendObject(ctx, Request{Method: http.MethodPost, Path: apiPath("sites", u.Site, "devices", device, u.Verb), Body: body})
	return o.Text("session"), err
}

// read collects the output until it is complete.
func (u *Utility) read(ctx context.Context, frames <-chan StreamMessage, session string) (string, error) {
	var out strings.Builder
	limit, quiet := time.NewTimer(utilityLimit), time.NewTimer(utilitySilent)
	defer limit.Stop()
	defer quiet.Stop()
	for out.Len() < utilityOutput {
		select {
		case m := <-frames:
			text, mine := outputOf(m, session)
			if !mine {
				continue
			}
			text = text[:min(len(text), utilityOutput-out.Len())]
			out.WriteString(text)
			if u.Printed != nil {
				u.Printed(text)
			}
			if u.Over != nil && u.Over(out.String()) {
				return out.String(), nil
			}
			quiet.Reset(utilityQuiet)
		case <-quiet.C:
			if out.Len() == 0 {
				return "", ErrNoOutput
			}
			return out.String(), nil
		case <-limit.C:
			return out.String(), nil
		case <-ctx.Done():
			return out.String(), ctx.Err()
		}
	}
	return out.String(), nil
}

// outputOf returns the output that a message has of a session; any is mine when there
// is no session.
func outputOf(m StreamMessage, session string) (text string, mine bool) {
	if m.Event != StreamData {
		return "", false
	}
	o, ok := ParseObject(m.Data)
	if !ok || session != "" && o.Text("session") != session {
		return "", false
	}
	return o.Text("raw"), true
}

package relaytest

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptrace"
	"slices"
	"sync/atomic"
	"time"

	"foghorn/relay"
)

// Do makes one attempt at a request: HTTP, or the Do of a relay.Transport.
type Do func(ctx context.Context, request *relay.Request) *relay.Answer

// Turn is one request of an exchange, with its answer and what the destination made of it.
type Turn struct {
	Request *relay.Request
	Answer  *relay.Answer
	Verdict relay.Verdict
	Handle  []byte // of the work, after it
}

// maxTurns is far more than any exchange needs: one that goes on and on is a fault.
const maxTurns = 100

// HTTP sends requests by HTTP as the relay's sender does: compressed where asked for,
// without following redirects, and with at most relay.MaxAnswer bytes of the answer.
// Answers get their time from now; nil is the wall clock.
func HTTP(client *http.Client, now func() time.Time) Do {
	if now == nil {
		now = time.Now
	}
	plain := *client
	plain.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return func(ctx context.Context, request *relay.Request) *relay.Answer {
		begun := now()
		answer := attempt(ctx, &plain, request)
		answer.At = now()
		answer.Duration = answer.At.Sub(begun)
		return answer
	}
}

// attempt sends one request and reads its answer.
func attempt(ctx context.Context, client *http.Client, request *relay.Request) *relay.Answer {
	var written atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteRequest: func(i httptrace.WroteRequestInfo) { written.Store(i.Err == nil) }})
	method, body := request.Method, request.Body
	if method == "" {
		method = http.MethodPost
	}
	if request.Gzip {
		body = compressed(body)
	}
	r, err := http.NewRequestWithContext(ctx, method, request.URL, bytes.NewReader(body))
	if err != nil {
		return &relay.Answer{Err: err}
	}
	for name, values := range request.Header {
		r.Header[name] = slices.Clone(values)
	}
	if request.Gzip {
		r.Header.Set("Content-Encoding", "gzip")
	}
	response, err := client.Do(r)
	if err != nil {
		return &relay.Answer{Err: err, Written: written.Load()}
	}
	defer response.Body.Close()
	text, err := io.ReadAll(io.LimitReader(response.Body, relay.MaxAnswer))
	return &relay.Answer{Status: response.StatusCode, Header: response.Header, Body: text, Err: err, Written: written.Load()}
}

func compressed(body []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(body) // a buffer takes it all
	_ = w.Close()
	return b.Bytes()
}

// Step makes the next request of the exchange that work needs. Tests that stop an exchange
// in the middle call it; the others call Drive.
func Step(ctx context.Context, d relay.Destination, work *relay.Work, do Do) (Turn, error) {
	request, err := d.Encode(work)
	switch {
	case err != nil:
		return Turn{}, fmt.Errorf("encode: %w", err)
	case request == nil:
		return Turn{}, errors.New("encode: no request and no error")
	case request.Items < 1 || request.Items > len(work.Items):
		return Turn{}, fmt.Errorf("the request %q covers %d items of %d", request.Step, request.Items, len(work.Items))
	}
	answer := do(ctx, request)
	verdict := d.Judge(work, request, answer)
	if verdict.Outcome == 0 {
		return Turn{}, fmt.Errorf("the answer to %q (%s) has no outcome", request.Step, relay.Explain(answer))
	}
	return Turn{request, answer, verdict, slices.Clone(work.Handle)}, nil
}

// Drive takes work through its whole exchange, and through as many requests as its items
// need, until all are sent or an answer is anything but Sent and More. It returns
// every turn, and leaves in work the items that were not sent. It does not wait: what
// paces and retries is the sender's.
func Drive(ctx context.Context, d relay.Destination, work *relay.Work, do Do) ([]Turn, error) {
	if n := len(work.Items); d.Limits().Keeps && n != 1 {
		return nil, fmt.Errorf("a destination that keeps one message gets one item, and not %d", n)
	}
	var turns []Turn
	for len(work.Items) > 0 {
		if len(turns) == maxTurns {
			return turns, fmt.Errorf("the exchange did not end after %d requests", maxTurns)
		}
		turn, err := Step(ctx, d, work, do)
		if err != nil {
			return turns, err
		}
		turns = append(turns, turn)
		switch v := turn.Verdict; v.Outcome {
		case relay.Sent:
			taken := v.Items
			if taken == 0 {
				taken = turn.Request.Items
			}
			work.Items = work.Items[taken:]
		case relay.More:
		default:
			return turns, nil
		}
	}
	return turns, nil
}

package relay

import (
	"context"
	"net/http"
	"time"
)

// Rehearser is for destinations that need to see what a service answers to know their
// next request. Rehearse is an answer that the service could give to a request: previews
// and back-tests go on with it, and nothing is sent.
type Rehearser interface {
	Rehearse(request *Request) *Answer
}

// rehearsal is a destination whose service takes everything.
type rehearsal struct {
	Destination
	now func() time.Time
	// made is called for each request, before it is answered; nil for nothing.
	made func(*Request)
}

// do answers a request as the service could.
func (r *rehearsal) do(_ context.Context, request *Request) *Answer {
	if r.made != nil {
		r.made(request)
	}
	a := &Answer{Status: http.StatusOK}
	if rehearser, ok := r.Destination.(Rehearser); ok {
		a = rehearser.Rehearse(request)
	}
	a.At = r.now()
	return a
}

// Judge takes the answers of do for what they are. Without a Rehearser there are no
// answers to judge: the items are taken.
func (r *rehearsal) Judge(work *Work, request *Request, answer *Answer) Verdict {
	if _, ok := r.Destination.(Rehearser); ok {
		return r.Destination.Judge(work, request, answer)
	}
	return Verdict{Outcome: Sent, Items: max(1, request.Items)}
}

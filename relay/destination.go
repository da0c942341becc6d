package relay

import (
	"context"
	"net/http"
	"time"
)

// Env is what destinations may know of this program.
type Env struct {
	Host    string // of this machine, as it calls itself
	Version string
	// Journal is the identity of the log, for services where several journals meet: ids
	// of events begin anew in another. 0 when it is not known.
	Journal int64
}

// Destination is one kind of service, as one relay uses it. Its methods do no I/O
// and are called by one goroutine at a time.
type Destination interface {
	Limits() Limits
	// Encode returns the next request of the exchange that work needs. A preview shows
	// the same bytes, with the secrets masked. An error is about the items: the
	// relay takes it as a refusal.
	Encode(work *Work) (*Request, error)
	// Judge says what the answer to a request of Encode means, and may set work.Handle.
	Judge(work *Work, request *Request, answer *Answer) Verdict
}

// Transport is for destinations that do not speak HTTP. Do makes one attempt and
// returns an Answer with Err or Status set; it must end with ctx. Close gives back
// what it holds.
type Transport interface {
	Do(ctx context.Context, request *Request) *Answer
	Close() error
}

// Checker is for destinations that can be tried without sending anything: whether the
// service answers, and takes the credentials. Each check names itself in Request.Step.
type Checker interface {
	Checks() []*Request
	// JudgeCheck returns Sent when the check passed; Reason says what was found.
	JudgeCheck(request *Request, answer *Answer) Verdict
}

// Previewer is for destinations that ask before they send: Encode alone would show the
// question. Preview returns the exchange as it is when the service knows nothing of
// the items yet.
type Previewer interface {
	Preview(work *Work) ([]*Request, error)
}

// Limits is what a service documents, or bears.
type Limits struct {
	Items int           // the most items that one request can take; 0 means 1
	Wait  time.Duration // how long to wait for more items before a request that is not full
	Rates []Rate        // requests over time; all of them hold
	// Parallel is how many exchanges may run at once, each of another alert; 0 means 1.
	Parallel int
	// Age is how old an event may be for the service to take it; 0 for any age.
	Age time.Duration
	// Keeps says that one message an alert is kept up to date, by way of Work.Handle. Then
	// a work has one notice. Otherwise each notice is posted anew.
	Keeps bool
	// Groups says that people read the messages: alerts of one site and kind are told
	// together, and a storm is capped. Otherwise each alert is an item of its own.
	Groups bool
	// Idempotent says that the service knows repeats by their id, so that none shows twice.
	Idempotent bool
}

// Rate is a limit of requests over time.
type Rate struct {
	Count int
	Per   time.Duration
	// Channel says that the limit is for each Request.Channel, and not for all.
	Channel bool
	// Name is how a back-test calls the limit: "Slack's 1 message a second in a channel".
	Name string
}

// Request is one request of an exchange.
type Request struct {
	// Step says what it does: "post", "update", "reply", "look up", "create", "resolve".
	Step   string
	Method string // POST when empty
	URL    string
	Header http.Header
	Body   []byte // as people see it in a preview; compressed on the way when Gzip is set
	Gzip   bool
	// Channel is what Rate.Channel counts by; empty where there are no channels.
	Channel string
	// Unpaced requests do not count against Limits.Rates: look-ups and checks.
	Unpaced bool
	// Items is how many items of the work it covers, from the front: as many as fit.
	Items int
	// After is how long to wait before it is sent, for a question that has no answer yet.
	After time.Duration
	// Args is what a Transport needs besides, such as the environment of a command or the
	// rows of a statement.
	Args any
}

// Answer is what became of a request.
type Answer struct {
	Status int // of HTTP, or an exit code; 0 when there is none
	Header http.Header
	Body   []byte // at most MaxAnswer bytes of it
	// Err is why there is no answer: the network, a time limit. Its text is safe to show:
	// the sender has masked secrets in it.
	Err error
	// Written says that the whole request had left when the error came, so that the
	// service may have taken it.
	Written  bool
	Duration time.Duration
	At       time.Time
}

// MaxAnswer is how many bytes of an answer are read.
const MaxAnswer = 64 << 10

// Outcome is what an answer means.
type Outcome int

// The outcomes.
const (
	// Sent: the service has the items.
	Sent Outcome = iota + 1
	// More: the exchange goes on. Work.Handle says how, and Encode gives the next request.
	More
	// Retry: the service cannot take anything now. The relay pauses and tries again.
	Retry
	// Misconfigured: the service refuses the relay and not the item: credentials, address,
	// channel. The relay tries again slowly, and an alert says so at once.
	Misconfigured
	// Refused: the service will never take this item. Others may go on.
	Refused
)

// Verdict is what an answer means.
type Verdict struct {
	Outcome Outcome
	// Items is, with Sent, how many items from the front were taken; 0 means all that the
	// request covers. With Refused it is the place of the refused item: those before it
	// were taken. -1 when the answer does not say which: the relay then finds it.
	Items int
	// After is how long the service asks to be left alone; 0 when it does not say.
	After time.Duration
	// Reason is a short sentence for people, without secrets: "401: the API key is wrong".
	Reason string
}

// Adviser is for destinations that can do less as they are configured than they could.
// Advice says what, and how to change it; empty when there is nothing to say.
type Adviser interface{ Advice() string }

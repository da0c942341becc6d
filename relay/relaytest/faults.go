package relaytest

import (
	"io"
	"maps"
	"net/http"
	"sync"
)

// Forever is a number of faults that does not end before Heal.
const Forever = -1

// Fault is an answer that a stand-in gives in place of its own. Without a Status there
// is none: the connection ends.
type Fault struct {
	Status int
	Header http.Header
	Body   string
	// Cut ends the connection after Body, which is then shorter than announced.
	Cut bool
	// Taken says that the stand-in does its work first, and only its answer is replaced: a
	// message that arrived, and a sender that does not know.
	Taken bool
	// Hang holds the answer back until the sender gives up.
	Hang bool
}

// Faults is a queue of faults. A stand-in embeds it, and its ServeHTTP calls
// Through. The zero value has none.
type Faults struct {
	mu    sync.Mutex
	queue []faults
}

type faults struct {
	left  int
	fault Fault
}

// Fail answers the next n requests with this status, header and body. Calls add up.
func (f *Faults) Fail(n, status int, header http.Header, body string) {
	f.Add(n, Fault{Status: status, Header: header, Body: body})
}

// Add gives the next n requests this fault, after those that were added before.
func (f *Faults) Add(n int, fault Fault) {
	if n == 0 {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queue = append(f.queue, faults{n, fault})
}

// Heal drops the faults that are left.
func (f *Faults) Heal() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.queue = nil
}

// next takes the fault of the present request off the queue.
func (f *Faults) next() *Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.queue) == 0 {
		return nil
	}
	first := &f.queue[0]
	fault := first.fault
	if first.left > 0 {
		if first.left--; first.left == 0 {
			f.queue = f.queue[1:]
		}
	}
	return &fault
}

// Through answers a request with the next fault, or by serve when there is none.
func (f *Faults) Through(w http.ResponseWriter, r *http.Request, serve http.HandlerFunc) {
	fault := f.next()
	if fault == nil {
		serve(w, r)
		return
	}
	if fault.Taken {
		serve(discard{http.Header{}}, r)
	}
	_, _ = io.Copy(io.Discard, r.Body) // the sender wrote it all; and only then is its end noticed
	if fault.Hang {
		<-r.Context().Done()
	}
	if fault.Status == 0 || fault.Hang {
		panic(http.ErrAbortHandler) // net/http closes the connection, and logs nothing
	}
	maps.Copy(w.Header(), fault.Header)
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	}
	w.WriteHeader(fault.Status)
	_, _ = io.WriteString(w, fault.Body)
	if fault.Cut {
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
}

// discard takes the answer of a stand-in that is not sent.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}

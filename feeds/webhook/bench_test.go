package webhook

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"strings"
	"testing"

	"foghorn/journal/event"
)

var sunk = []int64{1}

// sink is a log and a response that keep nothing.
type sink struct{ h http.Header }

func (s sink) Append(context.Context, ...event.Record) ([]int64, error) { return sunk, nil }
func (s sink) Header() http.Header                                      { return s.h }
func (s sink) Write(p []byte) (int, error)                              { return len(p), nil }
func (s sink) WriteHeader(int)                                          {}

// BenchmarkHandler is the listener's own cost of one delivery: everything but
// the connection and the log.
func BenchmarkHandler(b *testing.B) {
	ten := `{"topic":"device-events","events":[` + strings.TrimSuffix(strings.Repeat(good[35:len(good)-2]+",", 10), ",") + `]}`
	for name, body := range map[string]string{"1_event": good, "10_events": ten} {
		b.Run(name, func(b *testing.B) {
			o := twoOrgs()
			o.Log = sink{}
			l, err := New(o)
			if err != nil {
				b.Fatal(err)
			}
			r := signed("/mist/acme", "new", body)
			src := bytes.NewReader([]byte(body))
			r.Body = io.NopCloser(src)
			w := sink{h: http.Header{}}
			h := l.Handler()
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				src.Reset([]byte(body))
				h.ServeHTTP(w, r)
			}
		})
	}
}

package platform

import (
	"errors"
	"fmt"
	"io"
	"net/http"
)

// Endpoint is a path, and what is served there.
type Endpoint struct {
	Path string
	http.Handler
}

// Takes says what an endpoint takes.
type Takes struct {
	What   string // a command, a click
	Most   int64  // bytes of a body
	Advice string // to whoever uses another method than POST; may be empty
}

// Endpoint takes bodies by POST only, and hands them on.
func (b *Base) Endpoint(t Takes, serve func(w http.ResponseWriter, r *http.Request, body []byte)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost {
			w.Header().Set("Allow", http.MethodPost)
			why := fmt.Sprintf("the %s came as %.16q, not as POST", t.What, r.Method)
			if t.Advice != "" {
				why += ": " + t.Advice
			}
			b.Refuse(r.Context(), w, http.StatusMethodNotAllowed, why)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, t.Most))
		if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) {
			b.Refuse(r.Context(), w, http.StatusRequestEntityTooLarge, fmt.Sprintf("the %s is larger than %d bytes", t.What, tooLarge.Limit))
			return
		}
		if err != nil {
			b.Refuse(r.Context(), w, http.StatusBadRequest, "the body of the "+t.What+" broke off")
			return
		}
		serve(w, r, body)
	}
}

// WriteJSON answers a request in JSON.
func WriteJSON(w http.ResponseWriter, answer any) {
	body, err := JSON(answer)
	if err != nil { // an answer is made of texts
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", JSONType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_, _ = w.Write(body) // whoever asked left, and the call runs regardless
}

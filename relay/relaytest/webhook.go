package relaytest

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// WebhookOptions say what a receiver asks for.
type WebhookOptions struct {
	MistSecret     string        // checks X-Mist-Signature-v2, and X-Mist-Signature where it is there
	StandardSecret string        // whsec_...: checks the headers of Standard Webhooks
	Tolerance      time.Duration // of Webhook-Timestamp, in both directions; 5 minutes
	Methods        []string      // POST
	ContentType    string        // application/json
	Status         int           // of its success; 200
	MaxBody        int64         // 4 MiB
}

// Webhook stands in for a receiver of signed webhooks. It verifies by code of its own.
type Webhook struct {
	Faults
	o   WebhookOptions
	now func() time.Time

	mu    sync.Mutex
	posts []WebhookPost
	seen  map[string]bool
}

// WebhookPost is a request that was accepted.
type WebhookPost struct {
	Method string
	Header http.Header
	Body   []byte
	Repeat bool // its Webhook-Id was accepted before
}

// NewWebhook makes a receiver.
func NewWebhook(o WebhookOptions, now func() time.Time) *Webhook {
	if o.Tolerance == 0 {
		o.Tolerance = 5 * time.Minute
	}
	if o.Methods == nil {
		o.Methods = []string{http.MethodPost}
	}
	if o.ContentType == "" {
		o.ContentType = "application/json"
	}
	if o.Status == 0 {
		o.Status = http.StatusOK
	}
	if o.MaxBody == 0 {
		o.MaxBody = 4 << 20
	}
	return &Webhook{o: o, now: now, seen: make(map[string]bool)}
}

// Posts are the accepted requests, in the order of arrival.
func (h *Webhook) Posts() []WebhookPost {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.posts)
}

// ServeHTTP implements http.Handler.
func (h *Webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.Through(w, r, func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(io.LimitReader(r.Body, h.o.MaxBody+1))
		if err != nil {
			http.Error(w, "the body broke off", http.StatusBadRequest)
			return
		}
		if status, problem := h.verify(r, body); problem != "" {
			http.Error(w, problem, status)
			return
		}
		h.mu.Lock()
		id := r.Header.Get("Webhook-Id")
		h.posts = append(h.posts, WebhookPost{Method: r.Method, Header: r.Header.Clone(), Body: body, Repeat: id != "" && h.seen[id]})
		h.seen[id] = true
		h.mu.Unlock()
		w.WriteHeader(h.o.Status)
	})
}

func (h *Webhook) verify(r *http.Request, body []byte) (status int, problem string) {
	switch {
	case !slices.Contains(h.o.Methods, r.Method):
		return http.StatusMethodNotAllowed, "this method is not allowed"
	case r.Header.Get("Content-Type") != h.o.ContentType:
		return http.StatusUnsupportedMediaType, "the content type is not " + h.o.ContentType
	case int64(len(body)) > h.o.MaxBody:
		return http.StatusRequestEntityTooLarge, "the body is too large"
	}
	if key := []byte(h.o.MistSecret); len(key) > 0 {
		if v2 := r.Header.Get("X-Mist-Signature-v2"); !sameHex(v2, sha256.New, key, body) {
			return http.StatusUnauthorized, "X-Mist-Signature-v2 is missing or wrong"
		}
		if v1 := r.Header.Get("X-Mist-Signature"); v1 != "" && !sameHex(v1, sha1.New, key, body) {
			return http.StatusUnauthorized, "X-Mist-Signature is wrong"
		}
	}
	if h.o.StandardSecret != "" {
		if problem := VerifyStandard(h.o.StandardSecret, r.Header, body, h.now(), h.o.Tolerance); problem != "" {
			return http.StatusUnauthorized, problem
		}
	}
	return 0, ""
}

// VerifyStandard checks a request as the page of Standard Webhooks 1.0.0 says, and
// returns what is wrong with it; nothing when it is right.
func VerifyStandard(secret string, header http.Header, body []byte, now time.Time, tolerance time.Duration) string {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return "the receiver's own secret is not base64"
	}
	id, timestamp := header.Get("webhook-id"), header.Get("webhook-timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	switch {
	case id == "" || strings.Contains(id, "."):
		return "webhook-id is missing or has a dot"
	case err != nil:
		return "webhook-timestamp is missing or no whole number"
	case now.Sub(time.Unix(seconds, 0)).Abs() > tolerance:
		return "webhook-timestamp is too far from the present"
	}
	want := mac(sha256.New, key, bytes.Join([][]byte{[]byte(id), []byte(timestamp), body}, []byte(".")))
	for one := range strings.SplitSeq(header.Get("webhook-signature"), " ") {
		text, ok := strings.CutPrefix(one, "v1,")
		if got, err := base64.StdEncoding.DecodeString(text); ok && err == nil && hmac.Equal(got, want) {
			return ""
		}
	}
	return "webhook-signature is missing or wrong"
}

func sameHex(got string, h func() hash.Hash, key, body []byte) bool {
	b, err := hex.DecodeString(got)
	return err == nil && hmac.Equal(b, mac(h, key, body))
}

func mac(h func() hash.Hash, key, body []byte) []byte {
	m := hmac.New(h, key)
	m.Write(body)
	return m.Sum(nil)
}

package mist

import (
	"bytes"
	"compress/flate"
	"context"
	"crypto/sha1"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"foghorn/mist/streamtest"
)

// answering refuses every upgrade with an answer.
func answering(status int, header, body string) func(int, http.ResponseWriter, *http.Request) bool {
	return func(_ int, w http.ResponseWriter, _ *http.Request) bool {
		if name, value, ok := strings.Cut(header, ": "); ok {
			w.Header().Set(name, value)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) // to one that may have left
		return true
	}
}

// hanging lets an upgrade wait for as long as the client does.
func hanging(_ int, _ http.ResponseWriter, r *http.Request) bool {
	<-r.Context().Done()
	return true
}

func TestARefusedTokenEndsTheStreamAndIsNotInTheError(t *testing.T) {
	for _, status := range []int{http.StatusUnauthorized, http.StatusForbidden} {
		t.Run(http.StatusText(status), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cloud := streamtest.New(t)
				cloud.Refuse = answering(status, "", `{"detail":"Token sesame is unknown"}`)
				l := listen(t, cloud, nil, devices)
				pass(time.Hour)
				err := <-l.ended
				var e *Error
				if !errors.As(err, &e) || e.Kind != KindAuth || e.Status != status || e.Path != streamPath {
					t.Errorf("ended with %#v", err)
				}
				if _, times := cloud.Upgrades(); len(times) != 1 {
					n := len(times)
					t.Errorf("it was tried %d times", n)
				}
				k := l.Links()[0]
				want := fmt.Sprintf("token refused: 127.0.0.1:1 answered %d: Token <secret> is unknown", status)
				if k.State != LinkRefused || k.Reason != want {
					t.Errorf("told %+v", k)
				}
				if strings.Contains(err.Error()+Explain(err)+fmt.Sprintf("%+v", l.Stream), "sesame") {
					t.Error("the token is in the error, or in what is printed of the stream")
				}
				l.stop()
			})
		})
	}
}

func TestTheCookiesOfALoginGetTheTimeToBeRenewed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		cloud.Refuse = func(n int, w http.ResponseWriter, r *http.Request) bool {
			return n < 2 && answering(401, "", `{"detail":"session sessionid-of-me ended"}`)(n, w, r)
		}
		cookies := func(c *StreamConfig) {
			c.Authorize = func(_ context.Context, h http.Header) error {
				h.Set("Cookie", "csrftoken.eu=abcdef; sessionid=sessionid-of-me")
				return nil
			}
		}
		l := listen(t, cloud, cookies, devices)
		pass(time.Minute)
		if k := l.Links()[0]; k.State != LinkReady {
			t.Errorf("with the third try: %+v", k)
		}
		if got := l.told(LinkWaiting)[0].Reason; got != "login refused: 127.0.0.1:1 answered 401: session <secret> ended" {
			t.Errorf("meanwhile it said %q", got)
		}
		cloud.Set(func(c *streamtest.Cloud) { c.Refuse = answering(401, "", "") })
		_ = cloud.Last().Conn.Close()
		pass(time.Hour)
		if err := <-l.ended; !IsKind(err, KindAuth) {
			t.Errorf("refused for good, it ended with %v", err)
		}
		l.stop()
	})
}

func TestALoginThatFailsIsNoRefusedStream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		fails := error(&Error{Kind: KindTransport, Host: "api.mist.com", Path: "/api/v1/login", Detail: "connection reset"})
		l := listen(t, cloud, func(c *StreamConfig) {
			c.Authorize = func(_ context.Context, h http.Header) error { return fails }
		}, devices)
		pass(time.Minute)
		if k := l.Links()[0]; k.State != LinkWaiting || k.Reason != "api.mist.com cannot be reached: connection reset" {
			t.Errorf("%+v", k)
		}
		_ = l.finish()
	})
}

func TestTooManyCallsIsObeyed(t *testing.T) {
	for retryAfter, least := range map[string]time.Duration{
		"":                                   30 * time.Second,
		"Retry-After: 5":                     30 * time.Second,
		"Retry-After: 798":                   798 * time.Second,
		"Retry-After: soon":                  30 * time.Second,
		"Retry-After: 99999999":              2 * time.Hour,
		"Retry-After: -99999999999999999999": 30 * time.Second,
	} {
		t.Run(retryAfter, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cloud := streamtest.New(t)
				cloud.Refuse = func(n int, w http.ResponseWriter, r *http.Request) bool {
					return n == 0 && answering(429, retryAfter, `{"detail":"Too many requests"}`)(n, w, r)
				}
				l := listen(t, cloud, nil, devices)
				if k := l.Links()[0]; k.Reason != "127.0.0.1:1 accepts no more calls for now (429): Too many requests" {
					t.Errorf("%+v", k)
				}
				pass(least - time.Second)
				if _, times := cloud.Upgrades(); len(times) != 1 {
					n := len(times)
					t.Errorf("tried %d times within %s", n, least)
				}
				pass(2 * time.Second)
				if k := l.Links()[0]; k.State != LinkReady {
					t.Errorf("and then %+v", k)
				}
				_ = l.finish()
			})
		})
	}
}

func TestWhyThereIsNoConnectionIsOneClearLine(t *testing.T) {
	dns := func(notFound bool) error {
		return &net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", Name: "api-ws.example", IsNotFound: notFound}}
	}
	for name, c := range map[string]struct {
		dial   error
		refuse func(int, http.ResponseWriter, *http.Request) bool
		want   string
	}{
		"DNS":          {dial: dns(true), want: "there is no host api-ws.example (DNS)"},
		"DNS down":     {dial: dns(false), want: "cannot look up api-ws.example (DNS): server misbehaving"},
		"refused":      {dial: &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, want: "127.0.0.1:1 refuses connections"},
		"no way":       {dial: syscall.EHOSTUNREACH, want: "no route to 127.0.0.1:1"},
		"certificate":  {dial: x509.UnknownAuthorityError{}, want: "the certificate of 127.0.0.1:1 is not accepted: x509: certificate signed by unknown authority"},
		"time-out":     {dial: context.DeadlineExceeded, want: "127.0.0.1:1 did not answer within 30s"},
		"not found":    {refuse: answering(404, "", `{"detail":"Not found."}`), want: "127.0.0.1:1 has no " + streamPath + " (404); is the address of the stream right?"},
		"a web page":   {refuse: answering(200, "", "<html>Welcome</html>"), want: "127.0.0.1:1 answered 200 instead of opening a stream; is the address right?"},
		"JSON":         {refuse: answering(200, "", "{}"), want: "127.0.0.1:1 answered 200 instead of opening a stream; is the address right?"},
		"elsewhere":    {refuse: answering(302, "Location: http://evil.example/", ""), want: "127.0.0.1:1 answered 302 instead of opening a stream; is the address right?"},
		"its own":      {refuse: answering(502, "", "<h1>Bad Gateway</h1>"), want: "127.0.0.1:1 failed (502)"},
		"hangs":        {refuse: hanging, want: "127.0.0.1:1 did not answer within 30s"},
		"endless head": {refuse: answering(500, "X: "+strings.Repeat("x", 1<<20), ""), want: "cannot connect to 127.0.0.1:1: the response to the upgrade does not end"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cloud := streamtest.New(t)
				cloud.DialErr, cloud.Refuse = c.dial, c.refuse
				l := listen(t, cloud, nil, devices)
				pass(31 * time.Second)
				waits := l.told(LinkWaiting)
				if len(waits) == 0 || waits[0].Reason != c.want || strings.Contains(waits[0].Reason, "\n") {
					t.Fatalf("told %+v, want %q", waits, c.want)
				}
				if !waits[0].Lost.IsZero() {
					t.Error("it never was connected, and says that it lost something")
				}
				// It never gives up, and is there when the cloud is.
				cloud.Set(func(c *streamtest.Cloud) { c.DialErr, c.Refuse = nil, nil })
				pass(3 * time.Minute)
				if k := l.Links()[0]; k.State != LinkReady || k.Reason != "" {
					t.Errorf("later: %+v", k)
				}
				_ = l.finish()
			})
		})
	}
}

func TestACloudThatCompressesUnaskedCannotInflateWithoutEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		cloud.Refuse = func(n int, w http.ResponseWriter, r *http.Request) bool {
			if n > 0 {
				return false
			}
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				t.Error(err)
				return true
			}
			defer conn.Close()
			_, _ = conn.Write(bomb(t, r.Header.Get("Sec-WebSocket-Key"))) // the other end leaves in the middle of it
			return true
		}
		l := listen(t, cloud, nil, devices)
		pass(4 * time.Second)
		if waits := l.told(LinkWaiting); len(waits) != 1 || waits[0].Reason != "the cloud sent a message larger than 4 MiB" {
			t.Errorf("told %+v", waits)
		}
		if k := l.Links()[0]; k.State != LinkReady {
			t.Errorf("then %+v", k)
		}
		_ = l.finish()
	})
}

// bomb is an upgrade to compression and a small frame that inflates to 16 MiB.
func bomb(t *testing.T, key string) []byte {
	t.Helper()
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	var out, body bytes.Buffer
	fmt.Fprintf(&out, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n"+
		"Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	w, err := flate.NewWriter(&body, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 16<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	payload := bytes.TrimSuffix(body.Bytes(), []byte{0, 0, 0xff, 0xff})
	out.Write([]byte{0xc1, 0x7f}) // final, compressed text, with a length of eight bytes
	out.Write(binary.BigEndian.AppendUint64(nil, uint64(len(payload))))
	out.Write(payload)
	return out.Bytes()
}

func TestOverRealTLS(t *testing.T) {
	said := make(chan string, 1)
	srv := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		conn, err := (&websocket.Upgrader{}).Upgrade(w, r, nil)
		if err != nil {
			t.Error(err)
			return
		}
		defer conn.Close()
		_, text, err := conn.ReadMessage()
		if err != nil {
			t.Error(err)
		}
		said <- string(text)
		_ = conn.WriteMessage(websocket.TextMessage, []byte(`{"event":"data","channel":"/test","data":"1"}`))
		_, _, err = conn.ReadMessage()
		if !websocket.IsCloseError(err, websocket.CloseNormalClosure) {
			t.Errorf("it left with %v", err)
		}
	}))
	defer srv.Close()
	roots := x509.NewCertPool()
	roots.AddCert(srv.Certificate())
	got := make(chan StreamMessage, 1)
	s, err := NewStream(StreamConfig{
		URL: "wss" + strings.TrimPrefix(srv.URL, "https"), Authorize: StreamToken("sesame"), TLS: &tls.Config{RootCAs: roots},
		Deliver: func(m StreamMessage) { got <- m },
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Subscribe("/test"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	if text := <-said; text != `{"subscribe":"/test"}` {
		t.Errorf("it said %s", text)
	}
	if m := <-got; string(m.Data) != "1" || m.Channel != "/test" {
		t.Errorf("it heard %+v", m)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

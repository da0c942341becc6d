package webhook

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/mist"

	"foghorn/journal/event"
)

func TestAThousandBodiesCannotFillTheMemory(t *testing.T) {
	o := twoOrgs()
	o.MaxBody, o.MaxBuffered, o.AppendTimeout = 64<<10, 256<<10, time.Millisecond
	o.DrainTimeout = time.Millisecond
	b := newBench(t, o)
	b.log.entered = make(chan struct{}, 8)
	url, stop := b.serve1(t)
	defer stop()
	// Each of these has arrived but for its last byte, and so holds its room.
	body := strings.Repeat(" ", 63<<10)
	for range 6 {
		conn := dial(t, url)
		if _, err := fmt.Fprintf(conn, "POST /mist/acme HTTP/1.1\r\nHost: x\r\nX-Mist-Signature-v2: %064d\r\nContent-Length: %d\r\n\r\n%s", 0, len(body)+1, body); err != nil {
			t.Fatal(err)
		}
	}
	<-b.log.entered // whichever came sixth is refused after its millisecond
	// A delivery of the usual size still has a place.
	conn := dial(t, url)
	if err := signed("/mist/acme", "new", good).Write(conn); err != nil {
		t.Fatal(err)
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Errorf("a small delivery was answered %d", res.StatusCode)
	}
	stop()
	if all := b.log.deliveries(t); !slices.ContainsFunc(all, func(d event.Delivery) bool {
		return d.Status == 503 && strings.Contains(d.Cause, "all requests at once")
	}) {
		t.Errorf("deliveries %+v", all)
	}
}

// counted counts what is read of a body.
type counted struct {
	io.Reader
	n int
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += n
	return n, err
}

// What the headers have decided gets no room for its body.
func TestABodyThatCannotBeAcceptedIsNotReadInFull(t *testing.T) {
	long := `{"topic":"alarms","events":[]}` + strings.Repeat(" ", 1<<20)
	v1only := signed("/mist/globex", "other", long)
	v1only.Header.Del(mist.HeaderV2)
	for name, r := range map[string]*http.Request{
		"no signature":            post("/mist/acme", long),
		"half a signature":        set(post("/mist/acme", long), mist.HeaderV2, "00"),
		"no hex":                  set(post("/mist/acme", long), mist.HeaderV2, strings.Repeat("z", 64)),
		"two signatures":          set(post("/mist/acme", long), mist.HeaderV2, strings.Repeat("0", 64), strings.Repeat("0", 64)),
		"v1 where v2 is asked":    v1only,
		"unsigned, of a stranger": post("/mist/lab", long),
		"gzip without signature":  set(post("/mist/acme", long), "Content-Encoding", "gzip"),
	} {
		t.Run(name, func(t *testing.T) {
			body := &counted{Reader: strings.NewReader(long)}
			r.Body, r.ContentLength = io.NopCloser(body), int64(len(long))
			b := newBench(t, twoOrgs())
			w := b.do(r)
			if d := b.log.only(t); w.Code != http.StatusUnauthorized || body.n > firstChunk || !d.Truncated || d.Size != int64(len(long)) || d.Cause == "" {
				t.Errorf("answer %d after %d bytes; truncated %v, size %d, cause %q", w.Code, body.n, d.Truncated, d.Size, d.Cause)
			}
		})
	}
}

func TestUnsignedBodiesDoNotStarveSignedOnes(t *testing.T) {
	o := twoOrgs()
	o.MaxBody, o.MaxBuffered, o.AppendTimeout = 64<<10, 256<<10, time.Millisecond
	o.DrainTimeout = time.Millisecond
	b := newBench(t, o)
	b.log.entered = make(chan struct{}, 16)
	url, stop := b.serve1(t)
	defer stop()
	half := strings.Repeat(" ", 40<<10)
	open := func(path string) {
		if _, err := fmt.Fprintf(dial(t, url), "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 65000\r\n\r\n%s", path, half); err != nil {
			t.Fatal(err)
		}
	}
	answer := func(conn net.Conn) int {
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		return res.StatusCode
	}
	// Where everybody may post, the unsigned ones have a part of the room.
	for range 8 {
		open("/mist/open")
	}
	<-b.log.entered // one of them is refused after its millisecond
	full := `{"topic":"alarms","events":[]}` + half
	conn := dial(t, url)
	if err := signed("/mist/acme", "new", full).Write(conn); err != nil {
		t.Fatal(err)
	}
	if status := answer(conn); status != http.StatusOK {
		t.Errorf("a signed delivery was answered %d", status)
	}
}

func TestStreamsAreBoundedAsConnectionsAre(t *testing.T) {
	b := newTLSBench(t)
	b.streams.total = 3
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: b.pool, ServerName: "localhost"}, ForceAttemptHTTP2: true}}
	defer client.CloseIdleConnections()
	send := func(body io.Reader) (int, error) {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.url+"/mist/acme", body)
		if err != nil {
			return 0, err
		}
		sign(r, "new", good)
		res, err := client.Do(r)
		if err != nil {
			return 0, err
		}
		return res.StatusCode, res.Body.Close()
	}
	answers := make(chan int, 3)
	var open []*io.PipeWriter
	for range 3 {
		pr, pw := io.Pipe()
		open = append(open, pw)
		go func() {
			code, err := send(pr)
			if err != nil {
				code = -1
			}
			answers <- code
		}()
		if _, err := io.WriteString(pw, good[:10]); err != nil {
			t.Fatal(err)
		}
	}
	for b.streams.count() < 3 {
		runtime.Gosched()
	}
	if code, err := send(strings.NewReader(good)); err != nil || code != http.StatusServiceUnavailable {
		t.Errorf("a fourth stream was answered %d, %v", code, err)
	}
	for _, pw := range open {
		if _, err := io.WriteString(pw, good[10:]); err != nil {
			t.Fatal(err)
		}
		_ = pw.Close()
	}
	for range 3 {
		if code := <-answers; code != http.StatusOK {
			t.Errorf("a stream that was in time was answered %d", code)
		}
	}
	for b.streams.count() > 0 {
		runtime.Gosched()
	}
	if code, err := send(strings.NewReader(good)); err != nil || code != http.StatusOK {
		t.Errorf("afterwards %d, %v", code, err)
	}
}

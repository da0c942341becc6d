package ingestbench

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"foghorn/feeds/webhook"
	"foghorn/mist"
)

// magazine makes n different requests of k events each, signed as Mist signs
// them. They are client joins, which are what there is most of. seed keeps those of different rounds apart.
func magazine(addr string, k, seed, n int) [][]byte {
	src := Source()
	shots := make([][]byte, n)
	var body []byte
	for i := range shots {
		body = append(body[:0], `{"topic":"client-join","events":[`...)
		for e := range k {
			if e > 0 {
				body = append(body, ',')
			}
			id := (seed*n+i)*k + e
			body = fmt.Appendf(body, `{"ap":"5c5b35%06x","ap_name":"AP%04d lobby","band":"5","bssid":"5c5b35df18a1","connect":%d,`+
				`"mac":"70ef%08x","org_id":"2818e386-8dec-2562-9ede-5b8a0fbbdc71","rssi":-54,"site_id":"4ac1dcf4-9d8b-7211-65c4-057819f0862b",`+
				`"site_name":"Site 1","ssid":"Corp","timestamp":%d,"version":2,"wlan_id":"6c0c0b07-0d77-44d1-9ab2-610aee9ce711"}`,
				id%4096, id%4096, 1_772_000_000+id, id%30011, 1_772_000_000+id)
		}
		body = append(body, `]}`...)
		v1, v2 := mist.Sign(src.Secrets[0].Key, body)
		shots[i] = fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nAccept-Encoding: gzip, deflate\r\nAccept: */*\r\n"+
			"Content-Type: application/json\r\n%s: %s\r\n%s: %s\r\nContent-Length: %d\r\n\r\n%s",
			(&webhook.Source{Name: src.Name, Via: src.Via}).Path(), addr, mist.UserAgent, mist.HeaderV1, v1, mist.HeaderV2, v2, len(body), body)
	}
	return shots
}

// shooter is one connection that posts and waits for each answer.
type shooter struct {
	conn net.Conn
	buf  [1024]byte
}

// shoot posts one request and reads its answer, which is short and has a
// Content-Length in both servers.
func (s *shooter) shoot(request []byte) error {
	if _, err := s.conn.Write(request); err != nil {
		return err
	}
	n, want := 0, 0
	for want == 0 || n < want {
		if n == len(s.buf) {
			return fmt.Errorf("an answer of more than %d bytes", len(s.buf))
		}
		k, err := s.conn.Read(s.buf[n:])
		if err != nil {
			return err
		}
		n += k
		if want == 0 {
			if want, err = answerLength(s.buf[:n]); err != nil {
				return err
			}
		}
	}
	return nil
}

var (
	headEnd   = []byte("\r\n\r\n")
	lengthKey = []byte("Content-Length: ")
	status200 = []byte("HTTP/1.1 200")
)

// answerLength is the length of head and body, or 0 while the head is not whole.
func answerLength(b []byte) (int, error) {
	end := bytes.Index(b, headEnd)
	if end < 0 {
		return 0, nil
	}
	if !bytes.HasPrefix(b, status200) {
		return 0, fmt.Errorf("answered %q", b[:min(len(b), 200)])
	}
	at := bytes.Index(b[:end], lengthKey)
	if at < 0 {
		return 0, fmt.Errorf("an answer without Content-Length: %q", b[:end])
	}
	digits, _, _ := bytes.Cut(b[at+len(lengthKey):end], []byte("\r"))
	n, err := strconv.Atoi(string(digits))
	return end + len(headEnd) + n, err
}

// volley runs one goroutine for each of n connections and waits for them all.
func volley(ctx context.Context, addr string, n int, f func(*shooter) error) error {
	errs := make(chan error, n)
	var wg sync.WaitGroup
	defer wg.Wait()
	parent := ctx
	ctx, cancel := context.WithCancel(ctx)
	defer cancel() // an error of one connection ends the others
	for range n {
		wg.Go(func() {
			var d net.Dialer
			c, err := d.DialContext(ctx, "tcp", addr)
			if err != nil {
				errs <- err
				return
			}
			stop := context.AfterFunc(ctx, func() { _ = c.Close() })
			defer stop()
			defer c.Close()
			errs <- f(&shooter{conn: c})
		})
	}
	for range n {
		if err := <-errs; err != nil {
			return err
		}
	}
	return parent.Err()
}

// fire posts at full speed for a time and counts what was acknowledged in it.
func fire(ctx context.Context, addr string, shots [][]byte, conns int, d time.Duration) (int, error) {
	var next, hits atomic.Int64
	end := time.Now().Add(d)
	err := volley(ctx, addr, conns, func(s *shooter) error {
		for {
			if err := s.shoot(shots[int(next.Add(1)-1)%len(shots)]); err != nil {
				return err
			}
			if time.Now().After(end) {
				return nil
			}
			hits.Add(1)
		}
	})
	return int(hits.Load()), err
}

// pace posts at a fixed rate, whether or not the answers keep up, and returns
// how long each delivery waited from the time it was due.
func pace(ctx context.Context, addr string, shots [][]byte, conns, perSecond int, d time.Duration) ([]time.Duration, error) {
	n := int(d.Seconds() * float64(perSecond))
	waits := make([]time.Duration, n)
	var next atomic.Int64
	begin := time.Now().Add(50 * time.Millisecond)
	err := volley(ctx, addr, conns, func(s *shooter) error {
		for {
			i := int(next.Add(1) - 1)
			if i >= n {
				return nil
			}
			due := begin.Add(time.Duration(i) * time.Second / time.Duration(perSecond))
			time.Sleep(time.Until(due))
			if err := s.shoot(shots[i%len(shots)]); err != nil {
				return err
			}
			waits[i] = time.Since(due)
		}
	})
	return waits, err
}

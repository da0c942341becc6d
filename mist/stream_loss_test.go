package mist

import (
	"fmt"
	"math"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"foghorn/mist/streamtest"
)

// around reports whether d is want, but for the jitter of a delay.
func around(d, want time.Duration) bool {
	return math.Abs(float64(d-want)) <= 0.26*float64(want)
}

// delays are the times between the upgrades.
func delays(c *streamtest.Cloud) []time.Duration {
	var ds []time.Duration
	_, times := c.Upgrades()
	for i := 1; i < len(times); i++ {
		ds = append(ds, times[i].Sub(times[i-1]))
	}
	return ds
}

func TestAfterALossAllChannelsAreSubscribedAgainAndTheGapIsTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		l := listen(t, cloud, nil, devices)
		if err := l.Subscribe(clients); err != nil {
			t.Fatal(err)
		}
		pass(time.Hour)
		cut := time.Now()
		cloud.Set(func(c *streamtest.Cloud) { c.DialErr = syscall.ECONNREFUSED })
		cloud.Last().Cut(nil)
		synctest.Wait()
		if got := l.channel(t, devices).State; got != ChannelWaiting {
			t.Errorf("without a connection the channel is %s", got)
		}
		pass(5 * time.Minute)
		l.Unsubscribe(devices) // nobody needs to be told of that
		if err := l.Subscribe("/sites/s2/stats/devices"); err != nil {
			t.Fatal(err)
		}
		cloud.Set(func(c *streamtest.Cloud) { c.DialErr = nil })
		pass(3 * time.Minute)
		if got := cloud.Last().Subscribed(); !slices.Equal(got, []string{clients, "/sites/s2/stats/devices"}) {
			t.Errorf("subscribed again: %v", got)
		}
		ready := l.told(LinkReady)
		if len(ready) != 2 || !ready[0].Lost.IsZero() {
			t.Fatalf("told ready %+v", ready)
		}
		if k := ready[1]; !k.Lost.Equal(cut) || k.Why != "the connection was cut" || k.At.Sub(cut) < 5*time.Minute {
			t.Errorf("lost at %s, ready at %s because %q; cut at %s", k.Lost, k.At, k.Why, cut)
		}
		waits := l.told(LinkWaiting)
		if waits[0].Reason != "the connection was cut" || waits[1].Reason != "127.0.0.1:1 refuses connections" {
			t.Errorf("reasons %q, %q", waits[0].Reason, waits[1].Reason)
		}
		for i, want := range []time.Duration{2, 4, 8, 16, 32, 40} {
			if d := waits[i].Retry.Sub(waits[i].At); !around(d, want*time.Second) {
				t.Errorf("delay %d is %s", i, d)
			}
		}
		_ = l.finish()
	})
}

func TestDelaysGrowUntilAllAreAnsweredAndDoNotForgetAFlappingCloud(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		l := listen(t, cloud, nil, devices)
		for range 4 { // answered, and cut at once
			_ = cloud.Last().Conn.Close()
			n := len(cloud.Peers())
			for len(cloud.Peers()) == n {
				pass(time.Second)
			}
		}
		waits := l.told(LinkWaiting)
		for i, want := range []time.Duration{2, 4, 8, 16} {
			if d := waits[i].Retry.Sub(waits[i].At); !around(d, want*time.Second) {
				t.Errorf("delay %d is %s, want about %ds", i, d, want)
			}
		}
		pass(time.Minute) // now it stands
		_ = cloud.Last().Conn.Close()
		pass(3 * time.Second)
		if n := len(cloud.Peers()); n != 6 {
			t.Errorf("after a minute's peace the delay began again, but there are %d connections", n)
		}
		_ = l.finish()
	})
}

func TestACloudThatAcceptsAndStaysSilentIsAskedEverMoreRarely(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		cloud.Answer = func(string) string { return "" }
		l := listen(t, cloud, nil, devices, clients)
		pass(10 * time.Minute)
		for i, d := range delays(cloud) {
			want := ackWithin + min(firstDelay<<i, longestDelay)
			if d < want*3/4 || d > want*5/4 {
				t.Errorf("delay %d is %s, want about %s", i, d, want)
			}
		}
		waits := l.told(LinkWaiting)
		if k := waits[len(waits)-1]; k.Reason != "no answer to 2 of 2 subscriptions within 10s, such as "+devices &&
			k.Reason != "no answer to 2 of 2 subscriptions within 10s, such as "+clients {
			t.Errorf("told %+v", k)
		}
		if len(l.told(LinkReady)) > 0 {
			t.Error("it was ready once")
		}
		if c := l.channel(t, devices); c.State != ChannelWaiting {
			t.Errorf("nobody is answered, so it is not the channel's fault: %+v", c)
		}
		_ = l.finish()
	})
}

func TestOneChannelThatIsNeverAnsweredDoesNotTakeTheOthersAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		ack := cloud.Answer
		cloud.Answer = func(channel string) string {
			if channel == "/typo" {
				return ""
			}
			return ack(channel)
		}
		l := listen(t, cloud, nil, devices, "/typo")
		pass(time.Hour)
		if n := len(cloud.Peers()); n != 1+unansweredAfter {
			t.Errorf("%d connections", n)
		}
		if c := l.channel(t, "/typo"); c.State != ChannelUnanswered {
			t.Errorf("%+v", c)
		}
		if k := l.Links()[0]; k.State != LinkReady {
			t.Errorf("%+v", k)
		}
		// An answer is believed, however late.
		cloud.Last().Say(websocket.TextMessage, ack("/typo"))
		synctest.Wait()
		if c := l.channel(t, "/typo"); c.State != ChannelSubscribed {
			t.Errorf("%+v", c)
		}
		_ = l.finish()
	})
}

func TestAQuietStreamIsKeptAliveByPings(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		l := listen(t, cloud, nil, devices)
		pass(24 * time.Hour)
		if n := len(cloud.Peers()); n != 1 {
			t.Errorf("%d connections in a quiet day", n)
		}
		p := cloud.Last()
		p.Ping("there?")
		synctest.Wait()
		if got := p.Pongs(); !slices.Equal(got, []string{"there?"}) {
			t.Errorf("the cloud's ping was answered with %q", got)
		}
		_ = l.finish()
	})
}

func TestAStreamThatGoesSilentIsMissedSinceItsLastSignOfLife(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		cloud.Deaf = true
		l := listen(t, cloud, nil, devices)
		pass(90 * time.Second) // alive by its data alone
		heard := time.Now()
		cloud.Last().Data(devices, `{}`)
		pass(104 * time.Second)
		if got := l.told(LinkWaiting); len(got) > 0 {
			t.Fatalf("given up too early: %+v", got)
		}
		cloud.Set(func(c *streamtest.Cloud) { c.Deaf = false })
		pass(5 * time.Second)
		lost, ready := l.told(LinkWaiting), l.told(LinkReady)
		if len(lost) != 1 || lost[0].Reason != "the connection was silent for 1m45s and did not answer a ping" || !lost[0].At.Equal(heard.Add(105*time.Second)) {
			t.Fatalf("lost %+v", lost)
		}
		if len(ready) != 2 || !ready[1].Lost.Equal(heard) {
			t.Errorf("ready again %+v, last heard of at %s", ready, heard)
		}
		_ = l.finish()
	})
}

func TestBadMessagesCostAtMostTheConnection(t *testing.T) {
	big := dataFrame(devices, quote(strings.Repeat("x", 10<<20)))
	for name, c := range map[string]struct {
		do     func(p *streamtest.Peer)
		reason string // "" when the connection stays
	}{
		"10 MB":                 {func(p *streamtest.Peer) { p.Say(websocket.TextMessage, big) }, "the cloud sent a message larger than 4 MiB"},
		"10 MB in pieces":       {func(p *streamtest.Peer) { p.Pieces(big, 64<<10) }, "the cloud sent a message larger than 4 MiB"},
		"just below the bound":  {func(p *streamtest.Peer) { p.Say(websocket.TextMessage, big[:4<<20]) }, ""},
		"not JSON":              {func(p *streamtest.Peer) { p.Say(websocket.TextMessage, "hello") }, ""},
		"binary garbage":        {func(p *streamtest.Peer) { p.Say(websocket.BinaryMessage, "\xff\x00\x01\xfe") }, ""},
		"an empty message":      {func(p *streamtest.Peer) { p.Say(websocket.TextMessage, "") }, ""},
		"JSON cut off":          {func(p *streamtest.Peer) { p.Say(websocket.TextMessage, `{"event":"data","channel":"`) }, ""},
		"no event":              {func(p *streamtest.Peer) { p.Say(websocket.TextMessage, `{"channel":"/x","data":1}`) }, ""},
		"not text that says so": {func(p *streamtest.Peer) { p.Say(websocket.TextMessage, "{\"event\":\"\xff\"}") }, ""},
		"an ack of nothing": {func(p *streamtest.Peer) {
			p.Say(websocket.TextMessage, `{"event":"channel_subscribed","channel":"/never"}`)
		}, ""},
		"half a frame, then cut": {func(p *streamtest.Peer) { p.Cut([]byte{0x81, 0x7e, 0x10, 0x00, '{', '"'}) }, "the connection was cut"},
		"no WebSocket at all":    {func(p *streamtest.Peer) { p.Cut([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")) }, "websocket: "},
		"a close with words":     {leaving(1013, "try \x1b[2J later"), "the cloud closed the stream (1013): try [2J later"},
		"a close without":        {leaving(1001, ""), "the cloud closed the stream (1001)"},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cloud := streamtest.New(t)
				l := listen(t, cloud, nil, devices)
				c.do(cloud.Last())
				pass(4 * time.Second)
				lost := l.told(LinkWaiting)
				if c.reason == "" && len(lost) > 0 {
					t.Fatalf("it cost the connection: %+v", lost)
				}
				if c.reason != "" && (len(lost) != 1 || !strings.HasPrefix(lost[0].Reason, c.reason)) {
					t.Fatalf("lost %+v, want %q", lost, c.reason)
				}
				// Either way what comes next is heard.
				cloud.Last().Data(devices, `"after"`)
				synctest.Wait()
				if data := l.messages(StreamData); len(data) == 0 || string(data[len(data)-1].Data) != `"after"` {
					t.Errorf("then came %v", data)
				}
				_ = l.finish()
			})
		})
	}
}

func leaving(code int, text string) func(p *streamtest.Peer) {
	return func(p *streamtest.Peer) {
		_ = p.Conn.WriteControl(websocket.CloseMessage, websocket.FormatCloseMessage(code, text), time.Now().Add(time.Second))
	}
}

func TestEndingTakesASecondAtMostWhateverTheCloudDoes(t *testing.T) {
	for name, prepare := range map[string]func(c *streamtest.Cloud){
		"connected":    func(*streamtest.Cloud) {},
		"refused":      func(c *streamtest.Cloud) { c.DialErr = syscall.ECONNREFUSED },
		"no such host": func(c *streamtest.Cloud) { c.DialErr = &net.DNSError{Err: "no such host", Name: "x", IsNotFound: true} },
		"upgrade hangs": func(c *streamtest.Cloud) {
			c.Refuse = func(int, http.ResponseWriter, *http.Request) bool { <-c.Closed(); return true }
		},
		"does not answer": func(c *streamtest.Cloud) { c.Answer = func(string) string { return "" } },
		"does not read":   func(c *streamtest.Cloud) { c.Answer = func(string) string { <-c.Closed(); return "" } },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cloud := streamtest.New(t)
				prepare(cloud)
				l := listen(t, cloud, nil, devices, clients)
				began := time.Now()
				if err := l.finish(); err != nil {
					t.Errorf("ended with %v", err)
				}
				if d := time.Since(began); d > closeWithin {
					t.Errorf("it took %s", d)
				}
			})
		})
	}
}

func TestAPanicIsAnErrorOfRunWhereThatIsWanted(t *testing.T) {
	guard := func(run func() error) func() error {
		return func() (err error) {
			defer func() {
				if p := recover(); p != nil {
					err = fmt.Errorf("caught %v", p)
				}
			}()
			return run()
		}
	}
	for name, crash := range map[string]func(c *StreamConfig){
		"the receiver":  func(c *StreamConfig) { c.Deliver = func(StreamMessage) { panic("a bug") } },
		"a connection":  func(c *StreamConfig) { c.Changed = panicsWhen(LinkReady) },
		"making one":    func(c *StreamConfig) { c.Changed = panicsWhen(LinkConnecting) },
		"after a while": func(c *StreamConfig) { c.Changed = panicsWhen(LinkWaiting) },
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cloud := streamtest.New(t)
				l := listen(t, cloud, func(c *StreamConfig) { c.Guard = guard; crash(c) }, devices)
				if name == "after a while" {
					cloud.Last().Cut(nil)
				}
				if err := <-l.ended; err == nil || err.Error() != "caught a bug" {
					t.Errorf("ended with %v", err)
				}
				l.stop()
			})
		})
	}
}

func panicsWhen(state LinkState) func(Link) {
	return func(k Link) {
		if k.State == state {
			panic("a bug")
		}
	}
}

// Who hears of the cloud by another way has waiting connections tried at once;
// else they wait less than a minute, however long the cloud was gone.
func TestACloudThatComesBackIsNoticedWithinAMinute(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		l := listen(t, cloud, nil, devices)
		pass(time.Hour)
		away := func(err error) { cloud.Set(func(c *streamtest.Cloud) { c.DialErr = err }) }
		away(syscall.ECONNREFUSED)
		cloud.Last().Cut(nil)
		pass(3 * time.Hour)
		away(nil)
		l.ReconnectSoon()
		pass(time.Second)
		if n := len(l.told(LinkReady)); n != 2 {
			t.Errorf("ready %d times after the hurry", n)
		}
		away(syscall.ECONNREFUSED)
		cloud.Last().Cut(nil)
		pass(3 * time.Hour)
		away(nil)
		pass(55 * time.Second)
		if n := len(l.told(LinkReady)); n != 3 {
			t.Errorf("ready %d times after less than a minute", n)
		}
		_ = l.finish()
	})
}

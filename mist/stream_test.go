package mist

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"foghorn/mist/streamtest"
)

const (
	devices = "/sites/s1/stats/devices"
	clients = "/sites/s1/stats/clients"
)

func dataFrame(channel, data string) string {
	return `{"event":"data","channel":"` + channel + `","data":` + data + `}`
}

func TestAChannelIsSubscribedAndItsDataComesAsTextOrAsObject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		l := listen(t, cloud, func(c *StreamConfig) { c.UserAgent = "foghorn/1" }, devices, clients)
		if st := l.channel(t, devices).State; st != ChannelSubscribed {
			t.Fatalf("%s is %s", devices, st)
		}
		heads, _ := cloud.Upgrades()
		if h := heads[0]; h.Get("Authorization") != "Token sesame" || h.Get("User-Agent") != "foghorn/1" {
			t.Errorf("the upgrade had %v", h)
		}
		p := cloud.Last()
		p.Data(devices, quote(`{"mac":"5c5b35000001"}`))
		p.Data(clients, `{"mac":"aabbcc000001"}`)
		p.Say(websocket.BinaryMessage, "\x00"+dataFrame(clients, `"{\"mac\":\u0000\"x\"}"`)+"\x00\x00")
		synctest.Wait()
		data := l.messages(StreamData)
		if len(data) != 3 {
			t.Fatalf("got %d messages", len(data))
		}
		for i, want := range []string{`{"mac":"5c5b35000001"}`, `{"mac":"aabbcc000001"}`, `{"mac":"x"}`} {
			if string(data[i].Data) != want {
				t.Errorf("message %d carries %s, want %s", i, data[i].Data, want)
			}
		}
		if err := l.finish(); err != nil {
			t.Errorf("ended with %v", err)
		}
	})
}

func TestARefusedChannelSaysWhyAndLeavesTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		ack := cloud.Answer
		cloud.Answer = func(channel string) string {
			if channel == clients {
				return `{"event":"subscribe_failed","channel":"` + clients + `","detail":"no access to the site\u001b[31m"}`
			}
			return ack(channel)
		}
		l := listen(t, cloud, nil, devices, clients)
		c := l.channel(t, clients)
		if c.State != ChannelRefused || c.Detail != "no access to the site[31m" {
			t.Errorf("refused channel: %+v", c)
		}
		if got := l.channel(t, devices).State; got != ChannelSubscribed {
			t.Errorf("the other one is %s", got)
		}
		if links := l.Links(); len(links) != 1 || links[0].State != LinkReady {
			t.Errorf("a refusal is an answer, so the connection is whole: %+v", links)
		}
		pass(time.Hour)
		if n := len(cloud.Peers()); n != 1 {
			t.Errorf("%d connections", n)
		}
		// On the next connection it is asked for again: the rights may have changed.
		cloud.Set(func(c *streamtest.Cloud) { c.Answer = ack })
		_ = cloud.Last().Conn.Close()
		pass(3 * time.Second)
		if got := l.channel(t, clients).State; got != ChannelSubscribed {
			t.Errorf("after the next connection it is %s", got)
		}
		_ = l.finish()
	})
}

func TestARefusalThatNamesNoChannelIsOfTheOnlyOneThatWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		l := listen(t, cloud, nil, devices)
		cloud.Set(func(c *streamtest.Cloud) {
			c.Answer = func(string) string { return `{"event":"subscribe_failed","detail":{"code":7}}` }
		})
		if err := l.Subscribe("/test"); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if c := l.channel(t, "/test"); c.State != ChannelRefused || c.Detail != `{"code":7}` {
			t.Errorf("%+v", c)
		}
		_ = l.finish()
	})
}

func TestChannelsComeAndGoWhileItRuns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		l := listen(t, cloud, nil, devices)
		if err := l.Subscribe(clients, clients, devices); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		l.Unsubscribe(devices, "/never/there")
		synctest.Wait()
		p := cloud.Last()
		if got := p.Subscribed(); !slices.Equal(got, []string{devices, clients}) || !slices.Equal(p.Left(), []string{devices}) {
			t.Errorf("subscribed %v, left %v", got, p.Left())
		}
		// Without a channel there is no need of a connection, and with one again there is.
		l.Unsubscribe(clients)
		synctest.Wait()
		if links := l.Links(); links[0].State != LinkIdle || links[0].Channels != 0 {
			t.Errorf("with nothing to follow: %+v", links)
		}
		pass(time.Hour)
		if err := l.Subscribe(devices); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if got := l.channel(t, devices).State; got != ChannelSubscribed || len(cloud.Peers()) != 2 {
			t.Errorf("%s on %d connections", got, len(cloud.Peers()))
		}
		for _, k := range l.told(LinkReady) {
			if !k.Lost.IsZero() {
				t.Errorf("nothing was lost, and it says so since %s", k.Lost)
			}
		}
		_ = l.finish()
	})
}

func TestManyChannelsTakeFurtherConnections(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		var names []string
		for i := range 8 {
			names = append(names, fmt.Sprintf("/sites/%d/stats/devices", i))
		}
		l := listen(t, cloud, func(c *StreamConfig) { c.ChannelsPerLink = 3 }, names...)
		links := l.Links()
		if len(links) != 3 || links[0].Channels != 3 || links[2].Channels != 2 {
			t.Fatalf("8 channels by threes: %+v", links)
		}
		for _, name := range names {
			if got := l.channel(t, name).State; got != ChannelSubscribed {
				t.Errorf("%s is %s", name, got)
			}
		}
		for i := range 22 {
			if err := l.Subscribe(fmt.Sprintf("/sites/more%d", i)); err != nil {
				t.Fatal(err)
			}
		}
		if err := l.Subscribe("/one/too/many"); err == nil || !strings.Contains(err.Error(), "30") {
			t.Errorf("the 31st of 30: %v", err)
		}
		_ = l.finish()
	})
}

func TestTwoThousandChannelsAreOneConnectionThatIsCrowded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		names := make([]string, MaxChannelsPerLink)
		for i := range names {
			names[i] = fmt.Sprintf("/sites/%d/stats/devices", i)
		}
		cloud.Answer = func(string) string { return "" }
		l := listen(t, cloud, nil, names...)
		// Everything is asked for at once, and the last answer comes after 40 s:
		// slow, and not missing.
		for _, name := range cloud.Last().Subscribed() {
			pass(20 * time.Millisecond)
			cloud.Last().Say(websocket.TextMessage, streamtest.Ack(name))
		}
		pass(time.Minute)
		links := l.Links()
		if len(links) != 1 || links[0].State != LinkReady || !links[0].Crowded() || len(cloud.Peers()) != 1 {
			t.Errorf("%d connections were made: %+v", len(cloud.Peers()), links)
		}
		_ = l.finish()
	})
}

func TestASlowReceiverLosesTheOldestAndDelaysNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := streamtest.New(t)
		hold := make(chan struct{})
		var got []string
		l := listen(t, cloud, func(c *StreamConfig) {
			c.QueueLen = 10
			c.Deliver = func(m StreamMessage) {
				<-hold
				got = append(got, string(m.Data))
			}
		}, devices)
		p := cloud.Last()
		for i := range 50 {
			p.Data(devices, fmt.Sprint(i))
		}
		pass(10 * time.Minute) // pings are answered all the while
		if len(cloud.Peers()) != 1 {
			t.Error("the connection was lost")
		}
		// The answer to the subscription is with the receiver; of 50 the last ten wait.
		if s := l.Stats(); s.Dropped != 40 || s.Frames != 51 {
			t.Errorf("%+v", s)
		}
		close(hold)
		synctest.Wait()
		if want := "[ 40 41 42 43 44 45 46 47 48 49]"; fmt.Sprint(got) != want {
			t.Errorf("delivered %v, want %v", got, want)
		}
		_ = l.finish()
	})
}

func TestTheQueueIsBoundedInBytesToo(t *testing.T) {
	q := newStreamQueue(100)
	for range 20 {
		q.push(StreamMessage{Raw: make([]byte, 1<<20)})
	}
	if q.n != 16 || q.dropped() != 4 || q.bytes != 16<<20 {
		t.Errorf("%d messages of %d bytes wait, %d dropped", q.n, q.bytes, q.dropped())
	}
	for m, ok := q.pop(); ok; m, ok = q.pop() {
		if len(m.Raw) != 1<<20 {
			t.Fatal("a message changed")
		}
	}
	if q.bytes != 0 {
		t.Errorf("empty, with %d bytes", q.bytes)
	}
}

func TestAnAddressIsCompletedAndChecked(t *testing.T) {
	for base, want := range map[string]string{
		"wss://api-ws.eu.mist.com":       "wss://api-ws.eu.mist.com/api-ws/v1/stream",
		"wss://api-ws.eu.mist.com/":      "wss://api-ws.eu.mist.com/api-ws/v1/stream",
		"ws://localhost:8080":            "ws://localhost:8080/api-ws/v1/stream",
		"ws://127.0.0.1:1/else/where":    "ws://127.0.0.1:1/else/where",
		"ws://[::1]:9/#x":                "ws://[::1]:9/api-ws/v1/stream",
		"ws://192.0.2.1":                 "",
		"https://api.eu.mist.com":        "",
		"wss://me:pass@api-ws.mist.com":  "",
		"api-ws.mist.com":                "",
		"":                               "",
		"wss://[::1":                     "",
		"wss://user:pass@exa mple\x00/x": "",
	} {
		u, err := streamURL(base)
		switch {
		case want == "" && err == nil:
			t.Errorf("%q was taken", base)
		case err != nil && strings.Contains(err.Error(), "pass@"):
			t.Errorf("the error repeats the password: %v", err)
		case want != "" && err != nil:
			t.Errorf("%q: %v", base, err)
		case want != "" && u.String() != want:
			t.Errorf("%q became %q", base, u)
		}
	}
	for _, r := range Regions() {
		if _, err := streamURL(r.Stream); err != nil {
			t.Errorf("%s: %v", r.Name, err)
		}
	}
}

func TestWhatCannotBeAChannelIsRefusedHere(t *testing.T) {
	for _, bad := range []string{"", "sites/x", "/a b", "/a\n", "/ü", "/" + strings.Repeat("x", 600)} {
		if CheckChannel(bad) == nil {
			t.Errorf("%.20q was taken", bad)
		}
	}
	if err := CheckChannel("/sites/1/devices/00000000-0000-0000-1000-5c5b35000001/cmd"); err != nil {
		t.Error(err)
	}
}

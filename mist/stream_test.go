package mist

import (
	"testing"
	"testing/synctest"

	"github.com/gorilla/websocket"
)

const (
	devices = "/sites/s1/stats/devices"
	clients = "/sites/s1/stats/clients"
)

func TestAChannelIsSubscribedAndItsDataComesAsTextOrAsObject(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cloud := newStreamCloud(t)
		l := listen(t, cloud, nil, devices, clients)
		if st := l.channel(t, devices).State; st != ChannelSubscribed {
			t.Fatalf("%s is %s", devices, st)
		}
		if got := cloud.upgrades[0].Get("Authorization"); got != "Token sesame" {
			t.Errorf("authorised with %q", got)
		}
		p := cloud.last()
		p.say(websocket.TextMessage, `{"event":"data","channel":"`+devices+`","data":`+quote(`{"mac":"5c5b35000001"}`)+`}`)
		p.say(websocket.TextMessage, `{"event":"data","channel":"`+clients+`","data":{"mac":"aabbcc000001"}}`)
		p.say(websocket.BinaryMessage, "{\"event\":\"data\",\x00\"channel\":\""+clients+"\",\"data\":\"{\\\"mac\\\":\\u0000\\\"x\\\"}\"}\x00\x00")
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

package webhook

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foghorn/journal/decode"
	"foghorn/journal/event"
)

const (
	linkDown = `{"event": "SNMP_TRAP_LINK_DOWN", "message": "SNMP_TRAP_LINK_DOWN: ifOperStatus down(2), ifName ge-0/0/1", "hostname": "sw1", "detail": ""}`
	linkUp   = `{"event": "SNMP_TRAP_LINK_UP", "message": "SNMP_TRAP_LINK_UP: ifOperStatus up(1), ifName ge-0/0/1", "hostname": "sw1", "detail": ""}`
	othersUp = `{"event": "SNMP_TRAP_LINK_UP", "message": "SNMP_TRAP_LINK_UP: ifOperStatus up(1), ifName ge-0/0/1", "hostname": "sw2", "detail": ""}`
	numbered = `{"event": "SNMP_TRAP_LINK_DOWN", "message": "ifName ge-0/0/1", "hostname": "sw1", "id": "1760000000123-00ff"}`
)

// A story is what a host posts, and after how many seconds. The replays of each
// post are those that the journal has.
func TestWhichPostsAreRepeats(t *testing.T) {
	t.Parallel()
	type said struct {
		after int
		body  string
	}
	for _, c := range []struct {
		name  string
		posts []said
		want  string // what each is a replay of
	}{
		{"the same bytes twice at once", []said{{0, linkDown}, {0, linkDown}}, "0 1"},
		{"and once more, of the first", []said{{0, linkDown}, {4, linkDown}, {4, linkDown}}, "0 1 1"},
		{"a link that flaps", []said{{0, linkDown}, {1, linkUp}, {1, linkDown}, {1, linkUp}}, "0 0 0 0"},
		{"what another host says between makes no difference", []said{{0, linkDown}, {1, othersUp}, {1, linkDown}}, "0 0 1"},
		{"much later it is another", []said{{0, linkDown}, {11, linkDown}}, "0 0"},
		{"the window is that of the first", []said{{0, linkDown}, {6, linkDown}, {6, linkDown}}, "0 1 0"},
		{"a post with an id is told apart by that", []said{{0, numbered}, {0, numbered}}, "0 0"},
		{"and ends a row of repeats", []said{{0, linkDown}, {1, numbered}, {1, linkDown}}, "0 0 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBench(t, twoOrgs())
			for _, p := range c.posts {
				b.clock.Advance(time.Duration(p.after) * time.Second)
				if w := b.do(agent("/junos/core", "agent", p.body)); w.Code != 200 {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
			}
			var got []string
			for _, d := range b.log.deliveries(t) {
				got = append(got, fmt.Sprint(d.ReplayOf))
				if (d.ReplayOf != 0) != strings.Contains(d.Warning, "a copy of it") || d.Verdict != event.Verified {
					t.Errorf("%+v", d)
				}
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("replays of %v, want %s", got, c.want)
			}
		})
	}
}

// A repeat, and a replayed post with an id at any time, is one event with its original.
func TestRepeatsAreOneEvent(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	for _, body := range []string{linkDown, linkDown, linkUp, linkDown, numbered, numbered} {
		b.do(agent("/junos/core", "agent", body))
	}
	b.clock.Advance(20 * 24 * time.Hour)
	b.do(agent("/junos/core", "agent", numbered))
	seen := map[uint64]int{}
	for _, d := range b.log.deliveries(t) {
		for _, e := range decode.Delivery(&d).Events {
			seen[e.Fingerprint]++
		}
	}
	counts := map[int]int{}
	for _, n := range seen {
		counts[n]++
	}
	if counts[1] != 2 || counts[2] != 1 || counts[3] != 1 || len(seen) != 4 {
		t.Errorf("events by how often they were told: %v", counts)
	}
}

func TestAPostThatWasNotStoredIsNothingToRepeat(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	b.log.fail(errors.New("full"))
	if w := b.do(agent("/junos/core", "agent", linkDown)); w.Code != 503 {
		t.Fatalf("%d", w.Code)
	}
	b.log.fail(nil)
	b.do(agent("/junos/core", "agent", linkDown))
	all := b.log.deliveries(t)
	if last := all[len(all)-1]; last.ReplayOf != 0 || !last.Verdict.Accepted() {
		t.Errorf("%+v", last)
	}
}

func TestRepeatsAreBounded(t *testing.T) {
	t.Parallel()
	var r repeats
	at := start
	for i := range maxRepeats + 10 {
		r.stored(fmt.Sprint(i), [32]byte{}, int64(i+1), at)
	}
	if len(r.last) != maxRepeats || r.of(fmt.Sprint(maxRepeats+1), [32]byte{}, at) != 0 {
		t.Errorf("%d hosts are remembered", len(r.last))
	}
	r.stored("new", [32]byte{}, 7, at.Add(time.Minute))
	if len(r.last) != 1 || r.of("new", [32]byte{}, at.Add(time.Minute)) != 7 {
		t.Errorf("the old ones are not let go: %d", len(r.last))
	}
}

// A message of a megabyte, control characters and all, is taken and bounded.
func TestAVeryLongJunosMessage(t *testing.T) {
	t.Parallel()
	b := newBench(t, twoOrgs())
	body := `{"event": "SNMP_TRAP_LINK_DOWN", "hostname": "sw1", "message": "` + strings.Repeat(`\u001b[2J\ud83d`, 1<<20/12) + `"}`
	if w := b.do(agent("/junos/core", "agent", body)); w.Code != 200 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	d := b.log.only(t)
	events := decode.Delivery(&d).Events
	if len(events) != 1 || len(events[0].Text) > 1024 || len(events[0].Signal.Title) > 1024 || int(d.Size) != len(body) {
		t.Errorf("%d events of %d bytes", len(events), d.Size)
	}
}

// Devices come by IPv4 and by IPv6, straight or through a proxy.
func TestWhereJunosPostsComeFrom(t *testing.T) {
	t.Parallel()
	for peer, want := range map[string]string{
		"192.0.2.7:40000": "192.0.2.7", "[2001:db8::7]:40000": "2001:db8::7", "[::ffff:192.0.2.7]:40000": "192.0.2.7", "[fe80::1%eth0]:40000": "fe80::1",
	} {
		b := newBench(t, twoOrgs())
		r := agent("/junos/core", "agent", linkUp)
		r.RemoteAddr = peer
		if w := b.do(r); w.Code != 200 {
			t.Fatalf("%s: %d", peer, w.Code)
		}
		if got := b.log.only(t).Remote; !strings.HasPrefix(got, want) {
			t.Errorf("%s is told as %s, want %s", peer, got, want)
		}
	}
}

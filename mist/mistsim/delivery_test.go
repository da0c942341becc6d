package mistsim

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/mist"
)

func TestSignaturesVerifyExceptWhereTheStorySaysSo(t *testing.T) {
	t.Parallel()
	var bad []string
	for _, g := range listen(t, 89*time.Second, nil) {
		body := []byte(g.body)
		if g.path == "/junos/core" {
			if got := g.header.Get(junosHeader); got != signJunos(junosKey, body) {
				t.Errorf("Junos-Auth %q does not verify", got)
			}
			continue
		}
		v2, v1 := mist.CheckV2(mistKey, body, g.header.Get(mist.HeaderV2)), mist.CheckV1(mistKey, body, g.header.Get(mist.HeaderV1))
		if v1 != v2 {
			t.Errorf("one of two signatures of %s is wrong", g.body)
		}
		switch {
		case v2 && g.header.Get("User-Agent") != mist.UserAgent:
			t.Errorf("user agent %q", g.header.Get("User-Agent"))
		case !v2 && g.header.Get(mist.HeaderV2) == "":
			bad = append(bad, "unsigned")
		case !v2:
			bad = append(bad, "forged")
		}
	}
	if want := []string{"forged", "unsigned"}; !slices.Equal(bad, want) {
		t.Errorf("bad signatures %v, want %v", bad, want)
	}
}

func TestAnAlarmKeepsItsIDAndCountsUp(t *testing.T) {
	t.Parallel()
	var last map[string]any
	for _, g := range play(t, "rogue-ap") {
		topic, events, _ := g.events()
		if topic != "alarms" {
			continue
		}
		e := events[0]
		if last != nil {
			if e["id"] != last["id"] || e["timestamp"] != last["timestamp"] || e["update"] != true {
				t.Errorf("follow-up %v of %v", e, last)
			}
			if e["count"].(float64) <= last["count"].(float64) || e["last_seen"].(float64) <= last["last_seen"].(float64) {
				t.Errorf("count or last_seen stand still: %v after %v", e, last)
			}
		}
		last = e
	}
	if last == nil || last["count"].(float64) < 4 {
		t.Errorf("last alarm %v", last)
	}
}

func TestDuplicatesAreEqualElementsInDifferentBodies(t *testing.T) {
	t.Parallel()
	posts := play(t, "duplicate")
	topic, first, _ := posts[0].events()
	again, second, _ := posts[1].events()
	if topic != again || fmt.Sprint(first[0]) != fmt.Sprint(second[0]) || posts[0].body == posts[1].body {
		t.Errorf("not a duplicate in another batch:\n%s\n%s", posts[0].body, posts[1].body)
	}
}

func TestHeaderErrorsAndHostileNamesArrive(t *testing.T) {
	t.Parallel()
	if g := play(t, "header-error"); g[0].header.Get(mist.HeaderError) != "headers too big" {
		t.Errorf("headers %v", g[0].header)
	}
	var all strings.Builder
	for _, g := range play(t, "hostile-names") {
		_, events, ok := g.events()
		if !ok {
			t.Fatalf("hostile names broke the JSON: %q", g.body)
		}
		for _, e := range events {
			fmt.Fprint(&all, e["ssid"], e["hostname"], e["ssids"])
		}
	}
	for name, r := range map[string]string{"escape": "\x1b[2J", "clipboard": "\x1b]52;", "bidi override": "\u202e", "zero width": "\u200b", "C1": "\u009b"} {
		if !strings.Contains(all.String(), r) {
			t.Errorf("no %s in the hostile story", name)
		}
	}
}

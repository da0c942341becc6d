package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"foghorn/journal/event"
)

// An AP that was lost ten minutes ago, and came back 372 seconds later: a signed
// delivery that tells only of what is long past raises nothing.
var (
	lostAt = time.Now().Add(-10 * time.Minute).Unix()
	apDown = upOrDown("AP_DISCONNECTED", lostAt)
	apUp   = upOrDown("AP_CONNECTED", lostAt+372)
)

func upOrDown(kind string, at int64) string {
	return fmt.Sprintf(`{"topic":"device-updowns","events":[{"type":%q,"org_id":"2818e386-8dec-2562-9ede-5b8a0fbbdc71",`+
		`"site_id":"4ac1dcf4-9d8b-7211-65c4-057819f0862b","site_name":"hq-berlin","ap":"5c5b35000001","ap_name":"lobby-ap3","timestamp":%d}]}`, kind, at)
}

// The newcomer's first debugging session: listen, send, and ask afterwards,
// also after the process was killed.
func TestListenShowsWhatArrivesAndTheJournalKeepsIt(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, "listen", "--listen", "127.0.0.1:0", "--secret-env", "SECRET", "--data", dir)

	must(t, "send", "client-join", "--to", p.url+"/mist/mist", "--secret-env", "SECRET")
	if l := p.line(t); !strings.Contains(l, "200 verified") || !strings.Contains(l, "client-join") {
		t.Errorf("a signed delivery is shown as %q", l)
	}
	if code := post(t, p.url+"/mist", testSecret, apDown); code != http.StatusOK {
		t.Fatalf("the listener answered %d to a signed post", code)
	}
	if l := p.line(t); !strings.Contains(l, "device-updowns") {
		t.Errorf("the second delivery is shown as %q", l)
	}
	must(t, "send", "junos", "--to", p.url+"/junos", "--secret-env", "SECRET")
	if l := p.line(t); !strings.Contains(l, "verified") || !strings.Contains(l, "/junos") {
		t.Errorf("a Junos post is shown as %q", l)
	}
	bad := foghorn(t, "", "send", "alarms", "--to", p.url+"/mist", "--secret-env", "WRONG")
	if bad.code != exitRefused || !strings.Contains(bad.out, "401") {
		t.Errorf("a refused delivery ends with %d: %s", bad.code, bad.out)
	}
	if l := p.line(t); !strings.Contains(l, "401 failed") {
		t.Errorf("the refused delivery is shown as %q", l)
	}
	if why := p.line(t); !strings.Contains(why, "does not match") {
		t.Errorf("the cause is told as %q", why)
	}

	p.stop(t, syscall.SIGKILL)

	if n := len(list[event.Delivery](t, "deliveries", "--data", dir)); n != 4 {
		t.Errorf("%d deliveries are in the journal, want 4", n)
	}
	if n := len(list[event.Delivery](t, "deliveries", "-q", "verdict:failed", "--data", dir)); n != 1 {
		t.Errorf("%d refused deliveries are in the journal, want 1", n)
	}
	events := list[event.Event](t, "events", "--data", dir)
	if len(events) != 3 {
		t.Errorf("%d events are in the journal, want 3", len(events))
	}
	alerts := list[event.Alert](t, "alerts", "-q", "device:lobby-ap3", "--data", dir)
	if len(alerts) != 1 || alerts[0].State != event.Open || alerts[0].Site != "hq-berlin" {
		t.Fatalf("the alert is %+v", alerts)
	}
	shown := must(t, "alerts", "show", fmt.Sprint(alerts[0].ID), "--data", dir)
	if !strings.Contains(shown, `"happened"`) || !strings.Contains(shown, "AP_DISCONNECTED") {
		t.Errorf("alerts show prints\n%s", shown)
	}
	one := must(t, "events", "show", fmt.Sprint(alerts[0].ID), "--data", dir)
	if !strings.Contains(one, `"ap_name": "lobby-ap3"`) {
		t.Errorf("events show has no element as it came:\n%s", one)
	}
	body := must(t, "deliveries", "show", "2", "-o", "body", "--data", dir)
	if body != apDown {
		t.Errorf("the body kept is\n%s", body)
	}
}

// One person acknowledges from a second process; the outage ends; both show.
func TestAnAckFromAnotherProcessIsSeenByAll(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir, "--config", configFile(t, `[[mist]]
name = "acme"
webhook_secret_env = "SECRET"
`))
	if code := post(t, p.url+"/mist/acme", testSecret, apDown); code != http.StatusOK {
		t.Fatalf("answered %d", code)
	}
	var alerts []event.Alert
	eventually(t, "the alert is open", func() bool {
		alerts = list[event.Alert](t, "alerts", "--data", dir)
		return len(alerts) == 1
	})
	id := fmt.Sprint(alerts[0].ID)
	if out := must(t, "alerts", "ack", id, "--note", "on my way", "--data", dir); !strings.Contains(out, "acknowledged") {
		t.Errorf("ack says %q", out)
	}
	eventually(t, "the ack shows", func() bool {
		a := list[event.Alert](t, "alerts", "--data", dir)
		return len(a) == 1 && a[0].State == event.Acked && a[0].Owner == "ada" && a[0].Note == "on my way"
	})
	post(t, p.url+"/mist/acme", testSecret, apUp)
	eventually(t, "the alert is resolved", func() bool {
		a := list[event.Alert](t, "alerts", "--all", "--data", dir)
		return len(a) == 1 && a[0].State == event.Resolved && a[0].Duration(*a[0].Resolved).Seconds() == 372
	})
	if r := foghorn(t, "", "alerts", "ack", id, "--read-only", "--data", dir); r.code != exitProblem || !strings.Contains(r.errOut, "read-only") {
		t.Errorf("read-only acks: exit %d, %s", r.code, r.errOut)
	}
	if r := foghorn(t, "", "serve", "--listen", "127.0.0.1:0", "--data", dir); r.code == 0 || !strings.Contains(r.errOut, "another collector") {
		t.Errorf("a second collector: exit %d, %s", r.code, r.errOut)
	}
	if code := p.stop(t, syscall.SIGTERM); code != 0 {
		t.Errorf("SIGTERM ends it with %d:\n%s", code, p.errors())
	}
}

// A terminal that goes away tells it more than once: the kernel does, and then
// the shell. So does timeout(1). That is one wish to leave, not impatience.
func TestASignalToldTwiceStillLeavesInOrder(t *testing.T) {
	t.Parallel()
	for sig, command := range map[os.Signal]string{syscall.SIGHUP: "listen", syscall.SIGTERM: "serve", os.Interrupt: "serve"} {
		p := start(t, command, "--listen", "127.0.0.1:0", "--data", t.TempDir())
		for told := time.Now(); time.Since(told) < 200*time.Millisecond; {
			_ = p.cmd.Process.Signal(sig) // it may have left already
		}
		<-p.done
		if code := p.cmd.ProcessState.ExitCode(); code != 0 || command == "serve" && !strings.Contains(p.errors(), "stopped") {
			t.Errorf("%v again and again ends it with %d:\n%s", sig, code, p.errors())
		}
	}
}

// kill -9 while deliveries pour in: everything that was acknowledged is there,
// and nothing twice.
func TestKillUnderLoadLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir, "--config", configFile(t, `[[mist]]
name = "acme"
webhook_secret_env = "SECRET"
`))
	var acked sync.Map
	var n, ackedCount atomic.Int64
	var workers sync.WaitGroup
	for range 8 {
		workers.Go(func() {
			for {
				host := fmt.Sprintf("host-%d", n.Add(1))
				if !tryPost(p.url+"/mist/acme", clientInfo(host)) {
					return
				}
				acked.Store(host, true)
				if ackedCount.Add(1) == 500 {
					_ = p.cmd.Process.Signal(os.Kill)
				}
			}
		})
	}
	workers.Wait()
	<-p.done

	seen := map[string]int{}
	for _, ev := range list[event.Event](t, "events", "--limit", "0", "--data", dir) {
		seen[ev.Client]++
	}
	for host, times := range seen {
		if times != 1 {
			t.Errorf("%s is shown %d times", host, times)
		}
	}
	lost := 0
	acked.Range(func(host, _ any) bool {
		if seen[host.(string)] == 0 {
			lost++
		}
		return true
	})
	if lost > 0 {
		t.Errorf("%d of %d acknowledged deliveries are lost", lost, ackedCount.Load())
	}
	if ackedCount.Load() < 500 {
		t.Fatalf("only %d were acknowledged before the end", ackedCount.Load())
	}

	// The view is made of the log alone: made again, it is the same.
	before := must(t, "events", "--limit", "0", "-o", "ndjson", "--data", dir)
	must(t, "rebuild", "--data", dir)
	if after := must(t, "events", "--limit", "0", "-o", "ndjson", "--data", dir); after != before {
		t.Error("a rebuild tells another story")
	}
}

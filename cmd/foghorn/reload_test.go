package main

import (
	"fmt"
	"net/http"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"foghorn/journal/event"
)

const reloadable = "[[junos]]\nname = \"core\"\nsecret_env = \"SECRET\"\n"

// linkDownOn posts that an interface of a host went down.
func linkDownOn(t *testing.T, url, host, port string) {
	t.Helper()
	body := fmt.Appendf(nil, `{"event": "SNMP_TRAP_LINK_DOWN", "message": "ifAdminStatus up(1), ifOperStatus down(2), ifName %s", "hostname": %q, "id": "%d-%s"}`,
		port, host, time.Now().UnixMilli(), host+port)
	status, said, err := postAgent(t.Context(), http.DefaultClient, url, []byte(testSecret), body)
	if err != nil || status != 200 {
		t.Errorf("%s %s: %d %s %v", host, port, status, said, err)
	}
}

// living is a collector whose configuration changes while devices post to it.
type living struct {
	*process
	t          *testing.T
	file, data string
}

func newLiving(t *testing.T) *living {
	l := &living{t: t, file: configFile(t, reloadable), data: t.TempDir()}
	l.process = start(t, "serve", "--config", l.file, "--data", l.data, "--listen", "127.0.0.1:0")
	return l
}

func (l *living) down(host, port string) { linkDownOn(l.t, l.url+"/junos/core", host, port) }

// alerts is how many alerts a host ever had.
func (l *living) alerts(host string) int {
	return len(list[event.Alert](l.t, "alerts", "--data", l.data, "--all", "-q", "device:"+host))
}

// seen waits until the view has so many events of a host.
func (l *living) seen(host string, n int) {
	l.t.Helper()
	eventually(l.t, "events of "+host, func() bool {
		return len(list[event.Event](l.t, "events", "--data", l.data, "-q", "device:"+host, "--limit", "1000")) == n
	})
}

func (l *living) write(text string) {
	l.t.Helper()
	if err := os.WriteFile(l.file, []byte(text), 0o600); err != nil {
		l.t.Fatal(err)
	}
}

// says waits until standard error has all of the texts.
func (l *living) says(texts ...string) {
	l.t.Helper()
	for _, text := range texts {
		eventually(l.t, "it says "+text, func() bool { return strings.Contains(l.errors(), text) })
	}
}

// hangUp has it read the file again, and waits until it says so once more.
func (l *living) hangUp(says string) {
	l.t.Helper()
	before := strings.Count(l.errors(), says)
	if err := l.cmd.Process.Signal(syscall.SIGHUP); err != nil {
		l.t.Fatal(err)
	}
	eventually(l.t, "it says "+says, func() bool { return strings.Count(l.errors(), says) > before })
}

// pour posts until it is told to stop, and returns how much that was.
func (l *living) pour(host string) (stop func() int) {
	halt, posted := make(chan struct{}), make(chan int, 1)
	go func() {
		n := 0
		for ; n < 200; n++ {
			select {
			case <-halt:
				posted <- n
				return
			default:
				l.down(host, fmt.Sprint("ge-0/0/", n))
			}
		}
		posted <- n
	}()
	return func() int {
		close(halt)
		return <-posted
	}
}

// The rules change while devices post: on a signal and when the file changes. A
// file that is wrong changes nothing and says so. Nothing that was posted is lost.
func TestPrioritiesAreTakenOverWhileItListens(t *testing.T) {
	t.Parallel()
	l := newLiving(t)
	l.down("before", "ge-0/0/1")
	l.seen("before", 1)
	if l.alerts("before") != 1 {
		t.Error("by the catalogue a link that goes down is an alert")
	}
	stop := l.pour("meanwhile")

	l.write(reloadable + "[priority.junos.SNMP_TRAP_LINK_DOWN]\n\"ifName ge-\" = 3\ndefault = 1\n")
	l.hangUp("applied the priorities")
	l.down("lowered", "ge-0/0/1")
	l.down("uplink", "xe-0/0/1")
	l.seen("lowered", 1)
	l.seen("uplink", 1)
	if l.alerts("lowered") != 0 || l.alerts("uplink") != 1 {
		t.Errorf("lowered: %d alerts, uplink: %d", l.alerts("lowered"), l.alerts("uplink"))
	}

	l.write(reloadable + "[priority.junos]\nSNMP_TRAP_LINK_DOWN = 7\nUI_COMMIT = \"\"\n")
	l.hangUp("was not applied")
	l.says("5:1: priority.junos.SNMP_TRAP_LINK_DOWN: 7 is no level", "6:1: priority.junos.UI_COMMIT: is empty")
	l.down("held", "ge-0/0/1")
	l.seen("held", 1)
	if l.alerts("held") != 0 {
		t.Error("a bad file took the rules of before away")
	}

	// Without a signal too, and with a change that needs a start.
	l.write(reloadable + "allow_unsigned = false\n[retention]\nage = \"3d\"\n[priority.junos]\ndefault = 2\n")
	l.says("changes in [retention] take effect at the next start")
	l.seen("meanwhile", stop())

	// A rebuild applies today's rules to all of it.
	l.stop(t, os.Interrupt)
	must(t, "rebuild", "--config", l.file, "--data", l.data)
	if l.alerts("lowered") != 1 {
		t.Error("after a rebuild the rule of today should hold for history")
	}
}

// The screen, and everything else with a terminal, still leaves on SIGHUP.
func TestOthersLeaveOnAHangup(t *testing.T) {
	t.Parallel()
	p := start(t, "listen", "--config", configFile(t, reloadable), "--data", t.TempDir(), "--listen", "127.0.0.1:0")
	linkDownOn(t, p.url+"/junos/core", "sw1", "ge-0/0/1")
	p.line(t) // now it is well under way
	if code := p.stop(t, syscall.SIGHUP); code != 0 {
		t.Errorf("exit %d", code)
	}
}

func TestHangup(t *testing.T) {
	signals, done := make(chan os.Signal), make(chan struct{})
	var said []string
	h := &hangup{leave: func() { said = append(said, "leave") }}
	var wg sync.WaitGroup
	wg.Go(func() { h.run(signals, done) })
	signals <- syscall.SIGHUP
	h.handle(func() { said = append(said, "reload") })
	signals <- syscall.SIGHUP
	close(done)
	wg.Wait()
	if len(said) != 2 || said[1] != "reload" {
		t.Errorf("%v", said)
	}
	(*hangup)(nil).handle(func() {})
}

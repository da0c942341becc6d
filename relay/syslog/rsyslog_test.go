package syslog

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

// rsyslog is a real server of our own: its configuration, ports and files are in a
// directory of the test.
type rsyslog struct {
	address string
	ca      string
	dir     string
	output  *bufio.Reader // a line of JSON for each message, as the server has understood it
	partial []byte        // of a line that is not whole yet
	process *exec.Cmd
}

// received is a message as rsyslog has understood it.
type received struct {
	Priority, Time, Host, App, Process, ID, Data, Text string
	Site                                               string // a parameter that its own parser of structured data found
}

const template = `template(name="line" type="list" option.jsonf="on") {
	property(outname="priority" name="pri" format="jsonf")
	property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
	property(outname="host" name="hostname" format="jsonf")
	property(outname="app" name="app-name" format="jsonf")
	property(outname="process" name="procid" format="jsonf")
	property(outname="id" name="msgid" format="jsonf")
	property(outname="data" name="structured-data" format="jsonf")
	property(outname="site" name="$!rfc5424-sd!foghorn@32473!site" format="jsonf")
	property(outname="text" name="msg" format="jsonf")
}
`

// missing skips a test that needs what is not installed, so that nobody overlooks it.
func missing(t *testing.T, what, pkg string) {
	t.Helper()
	fmt.Fprintf(os.Stderr, "SKIPPED: %s: %s is not installed (apt-get install %s)\n", t.Name(), what, pkg)
	t.Skipf("SKIPPED: %s is not installed, so syslog is not tried against a real server: apt-get install %s", what, pkg)
}

// realServer starts rsyslogd for a scheme.
func realServer(t *testing.T, scheme string) *rsyslog {
	t.Helper()
	program, err := exec.LookPath("rsyslogd")
	if err != nil {
		if program, err = exec.LookPath("/usr/sbin/rsyslogd"); err != nil {
			missing(t, "rsyslogd", "rsyslog")
		}
	}
	if found, _ := filepath.Glob("/usr/lib/*/rsyslog/lmnsd_gtls.so"); scheme == "tls" && len(found) == 0 {
		missing(t, "the TLS driver of rsyslogd", "rsyslog-gnutls")
	}
	s := &rsyslog{dir: t.TempDir()}
	port := freePort(t)
	s.address = fmt.Sprintf("%s://127.0.0.1:%d", scheme, port)
	input := fmt.Sprintf(`module(load="im%s") input(type="im%[1]s" address="127.0.0.1" port="%d")`, scheme, port)
	if scheme == "tls" {
		input = s.tls(t, port)
	}
	output, err := os.Create(filepath.Join(s.dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	s.output = bufio.NewReader(output)
	configuration := fmt.Sprintf(`global(workDirectory="%s" processInternalMessages="off" maxMessageSize="8k")
module(load="mmpstrucdata")
%s
%s
if $inputname startswith "im" then {
	action(type="mmpstrucdata")
	action(type="omfile" file="%s" template="line")
}
`, s.dir, input, template, output.Name())
	file := filepath.Join(s.dir, "rsyslog.conf")
	if err := os.WriteFile(file, []byte(configuration), 0o600); err != nil {
		t.Fatal(err)
	}
	var said bytes.Buffer
	s.process = exec.Command(program, "-n", "-f", file, "-i", filepath.Join(s.dir, "pid"))
	s.process.Stdout, s.process.Stderr = &said, &said
	if err := s.process.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		s.stop()
		output.Close()
		if t.Failed() {
			t.Logf("rsyslogd said: %s", said.Bytes())
		}
	})
	return s
}

// tls gives the server a certificate.
func (s *rsyslog) tls(t *testing.T, port int) string {
	t.Helper()
	c, err := relaytest.NewCertificate("127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	s.ca = filepath.Join(s.dir, "ca.pem")
	key := filepath.Join(s.dir, "key.pem")
	for path, text := range map[string][]byte{s.ca: c.Certificate, key: c.Key} {
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return fmt.Sprintf(`global(defaultNetstreamDriver="gtls" defaultNetstreamDriverCAFile="%s" defaultNetstreamDriverCertFile="%[1]s" defaultNetstreamDriverKeyFile="%s")
module(load="imtcp" streamDriver.name="gtls" streamDriver.mode="1" streamDriver.authMode="anon") input(type="imtcp" address="127.0.0.1" port="%d")`, s.ca, key, port)
}

// stop ends the server as its service would.
func (s *rsyslog) stop() {
	if s.process.ProcessState == nil {
		_ = s.process.Process.Signal(syscall.SIGTERM)
		_ = s.process.Wait()
	}
}

// freePort is a port that is free for TCP and UDP: rsyslogd does not tell which one it
// chose itself.
func freePort(t *testing.T) int {
	t.Helper()
	_, port, err := net.SplitHostPort(unused(t))
	if err != nil {
		t.Fatal(err)
	}
	var n int
	if _, err := fmt.Sscan(port, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// read returns the next n messages.
func (s *rsyslog) read(t *testing.T, n int) []received {
	t.Helper()
	out := make([]received, n)
	deadline := time.Now().Add(20 * time.Second)
	for i := 0; i < n; {
		part, err := s.output.ReadBytes('\n')
		s.partial = append(s.partial, part...)
		switch {
		case err == nil:
			if err := json.Unmarshal(s.partial, &out[i]); err != nil {
				t.Fatalf("%v: %s", err, s.partial)
			}
			s.partial = nil
			i++
		case time.Now().After(deadline):
			t.Fatalf("message %d of %d does not come: %v", i+1, n, err)
		default:
			another(5 * time.Millisecond)
		}
	}
	return out
}

// another gives another process time, where it has no way to tell that it is ready.
func another(d time.Duration) { <-time.After(d) }

// started sends items until the server takes them: it needs some time to listen, and a relay
// that is told to try again does so.
func (s *rsyslog) started(t *testing.T, d *Destination, items ...relay.Item) {
	t.Helper()
	deadline := time.Now().Add(20 * time.Second)
	for {
		turn := send(t, d, items...)
		if turn.Verdict.Outcome == relay.Sent {
			return
		}
		if turn.Verdict.Outcome != relay.Retry || time.Now().After(deadline) {
			t.Fatalf("%+v", turn.Verdict)
		}
		another(10 * time.Millisecond)
	}
}

func TestRsyslogUnderstandsTheMessages(t *testing.T) {
	for _, scheme := range []string{"udp", "tcp", "tls"} {
		t.Run(scheme, func(t *testing.T) {
			s := realServer(t, scheme)
			d := made(t, config.Relay{Address: s.address, CAFile: s.ca, AppName: "mist", Facility: "local4"})
			s.started(t, d, relaytest.APDown())
			sent(t, d, relaytest.APUp(), relaytest.APDisconnected())
			got := s.read(t, 3)
			want := received{Priority: "162", Time: "2026-11-27T03:02:11.000000Z", Host: "noc1.example.net", App: "mist", Process: "logs",
				ID: "device_down", Site: "berlin", Text: bom + "AP lobby-ap3 is down", Data: got[0].Data}
			if got[0] != want {
				t.Errorf("got  %+v\nwant %+v", got[0], want)
			}
			if !strings.Contains(got[0].Data, `why="first"`) || !strings.Contains(got[1].Data, `why="resolved"`) || got[1].Priority != "165" {
				t.Errorf("%+v", got)
			}
			if got[2].ID != "AP_DISCONNECTED" || got[2].Text != bom+"AP lobby-ap3 went down" {
				t.Errorf("%+v", got[2])
			}
		})
	}
}

func TestRsyslogTakesHostileTexts(t *testing.T) {
	for _, scheme := range []string{"udp", "tcp"} {
		t.Run(scheme, func(t *testing.T) {
			s := realServer(t, scheme)
			d := made(t, config.Relay{Address: s.address})
			s.started(t, d, relaytest.APDown())
			s.read(t, 1)
			for i, item := range relaytest.Hostile() {
				sent(t, d, item)
				want, err := relaytest.ParseSyslog(string(d.format.message(&item, d.size)))
				if err != nil {
					t.Fatal(err)
				}
				got := s.read(t, 1)[0]
				if got.Text != bom+want.Text || strings.TrimPrefix(got.ID, "-") != want.ID || got.Process != "logs" {
					t.Errorf("item %d: rsyslog has %.300q, want %.300q", i, got.Text, want.Text)
				}
				if !strings.Contains(got.Data, `id="`+item.ID()+`"`) {
					t.Errorf("item %d: %.300q", i, got.Data)
				}
			}
		})
	}
}

// Nothing is lost and nothing comes twice when the server is restarted in good order.
func TestRsyslogIsRestarted(t *testing.T) {
	s := realServer(t, "tcp")
	d := made(t, config.Relay{Address: s.address})
	s.started(t, d, numbered(1, 100)...)
	first := s.read(t, 100)
	s.stop()
	if turn := send(t, d, numbered(101, 200)...); turn.Verdict.Outcome != relay.Retry || turn.Answer.Written {
		t.Fatalf("%+v, written: %v", turn.Verdict, turn.Answer.Written)
	}
	again := exec.Command(s.process.Path, s.process.Args[1:]...)
	if err := again.Start(); err != nil {
		t.Fatal(err)
	}
	s.process = again
	s.started(t, d, numbered(101, 2000)...)
	for i, m := range append(first, s.read(t, 1900)...) {
		if want := fmt.Sprintf(bom+"event %d", i+1); m.Text != want {
			t.Fatalf("message %d is %q", i+1, m.Text)
		}
	}
}

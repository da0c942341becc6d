package agent

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/junos"
)

const happened = 1760000000

// top is what the stand-in for ps says, the busiest first.
var top = []junos.Process{
	{PID: "2345", User: "root", CPU: 71.1, Command: "flowd_octeon_hm"}, {PID: "1871", User: "root", CPU: 12.5, Command: "rpd"},
	{PID: "1998", User: "root", CPU: 3, Command: "mib2d"}, {PID: "2011", User: "root", CPU: 1.1, Command: "sshd"},
}

// Every event of the catalogue goes from the XML of the device through the agent
// to the real listener, which finds the signature right; what arrives is, byte
// for byte, what this program says an agent sends.
func TestEveryEventOfTheCatalogueArrives(t *testing.T) {
	t.Parallel()
	python(t)
	for _, e := range append(junos.Examples(), junos.ExampleEnds()...) {
		t.Run(e.ID, func(t *testing.T) {
			t.Parallel()
			d, c := newDevice(t), newCollector(t)
			d.run("element", inputOf(e, "mx-edge-01", happened), "-url", c.url, "-secret", secret).quiet(t)
			got := c.deliveries()
			if len(got) != 1 || got[0].Verdict != event.Verified || got[0].Status != 200 {
				t.Fatalf("the listener got %+v", got)
			}
			p, err := junos.Parse(got[0].Body)
			if err != nil {
				t.Fatal(err)
			}
			want := string(e.Post(junos.Sender{Hostname: "mx-edge-01", PID: "17585", Facility: "daemon", Time: happened, ID: p.ID, Version: Version(), Top: top}))
			if string(got[0].Body) != want {
				t.Errorf("posted\n%s\nwant\n%s", got[0].Body, want)
			}
			if !regexp.MustCompile(`^\d{13}-[0-9a-f]{16}$`).MatchString(p.ID) {
				t.Errorf("id %q", p.ID)
			}
		})
	}
}

// Whoever reads the wire, the journal or the screen could sign as this device if
// the secret were among the busiest processes' arguments, or in a command that
// somebody typed and the device logged.
func TestTheAgentSendsNoArgumentsAndNeverItsSecret(t *testing.T) {
	t.Parallel()
	const odd = `c0rrect "h0rse\1`
	d := newDevice(t)
	cpu, _ := junos.ExampleOf("RTPERF_CPU_UTIL_MAX")
	cpu.Message += ` set event-options policy P then event-script junos-agent.py arguments secret "c0rrect \"h0rse\\1"; python3 junos-agent.py -secret c0rrect "h0rse\1`
	cpu.Attributes = [][2]string{{"command", odd}, {"c0rrect \"h0rse\\1", "x"}, {"plain", "c0rrect horse"}}
	url, bodies := answers(t, 200)
	d.run("element", inputOf(cpu, odd, happened), "-url", url, "-secret", odd).quiet(t)
	p, err := junos.Parse([]byte(bodies()[0]))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(bodies()[0], "h0rse") || strings.Contains(bodies()[0], "-N") {
		t.Errorf("the secret, or an argument, is in the post: %s", bodies()[0])
	}
	if p.Event != cpu.ID || p.Hostname != "..." || p.Attributes["plain"] != "c0rrect horse" || p.Attributes["..."] != "x" ||
		!strings.HasSuffix(p.Message, `arguments secret "..."; python3 junos-agent.py -secret ...`) {
		t.Errorf("more than the secret is masked: %+v", p)
	}
	for _, pr := range p.Processes {
		if pr.Command == "python3" || pr.Command == "ps" {
			t.Errorf("the agent tells of itself: %+v", pr)
		}
	}
	url, _ = answers(t, 400)
	spaced := "two  blanks" // must not be missed where blanks are drawn together
	d.run("element", inputOf(junos.Example{ID: "A " + spaced}, "h", happened), "-url", url, "-secret", spaced).failed(t, 1, "two blanks", "A ... not delivered")
}

func TestWhatTheXMLLacksIsNull(t *testing.T) {
	t.Parallel()
	d, c := newDevice(t), newCollector(t)
	own, err := os.Hostname()
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []string{
		`<event-script-input><trigger-event><id>A</id></trigger-event></event-script-input>`,
		`<event-script-input><trigger-event><id>A</id><generation-time/><process/><hostname/><message/><facility/><severity/><attribute-list/></trigger-event></event-script-input>`,
		`<event-script-input><trigger-event><id> A </id><process><name> </name></process><attribute-list><attribute/><attribute><value>x</value></attribute></attribute-list></trigger-event></event-script-input>`,
		`<x:event-script-input xmlns:x="u"><x:trigger-event><x:id>A</x:id></x:trigger-event></x:event-script-input>`,
	} {
		d.run("element", x, "-url", c.url, "-secret", secret).quiet(t)
		all := c.deliveries()
		body := string(all[len(all)-1].Body)
		want := fmt.Sprintf(`{"event": "A", "process": null, "message": "", "hostname": %q, "detail": "", "generation_time": null, "pid": null, "facility": null, "severity": null, "attributes": {}, "id": "`, own)
		if !strings.HasPrefix(body, want) {
			t.Errorf("%s\nposted %s\nwant   %s", x, body, want)
		}
	}
}

func TestHoweverJunosHandsTheEventOver(t *testing.T) {
	t.Parallel()
	d, c := newDevice(t), newCollector(t)
	e, _ := junos.ExampleOf("UI_COMMIT")
	for _, form := range []string{"element", "inner", "text"} {
		d.run(form, inputOf(e, "ex-sw-07", happened), "-url", c.url, "-secret", secret).quiet(t)
	}
	for _, got := range c.deliveries() {
		if p, err := junos.Parse(got.Body); err != nil || p.Message != e.Line() || p.Hostname != "ex-sw-07" || p.Attributes["username"] != "jörg" {
			t.Errorf("%+v, %v", p, err)
		}
	}
	d.run("none", "<x/>", "-url", c.url, "-secret", secret).failed(t, 2, secret, "without a trigger event")
	d.run("text", "<not XML", "-url", c.url, "-secret", secret).failed(t, 1, secret, "ParseError")
	odd := `<event-script-input><trigger-event><id>A</id><generation-time seconds="soon">2025-10-09 08:53:20 UTC</generation-time></trigger-event></event-script-input>`
	d.run("element", odd, "-url", c.url, "-secret", secret).quiet(t)
	all := c.deliveries()
	if p, err := junos.Parse(all[len(all)-1].Body); err != nil || string(p.GenerationTime) != `"2025-10-09 08:53:20 UTC"` {
		t.Errorf("a time that is only written: %s, %v", p.GenerationTime, err)
	}
}

func TestArgumentsInAnyOrder(t *testing.T) {
	t.Parallel()
	d, c := newDevice(t), newCollector(t)
	e, _ := junos.ExampleOf("UI_COMMIT")
	in := inputOf(e, "ex-sw-07", happened)
	for _, args := range [][]string{
		{"-secret", secret, "-url", c.url},
		{"-timeout", "3", "-url", c.url, "-ca", "", "-secret", secret},
		{"--url", c.url, "--secret", secret},
		{"-url", "'" + c.url + "'", "-secret", "'" + secret + "'"},
		{"-new-in-a-later-release", "x", "-url", c.url, "-secret", secret, "-timeout", "soon", "-secret"},
	} {
		d.run("element", in, args...).quiet(t)
	}
	if n := len(c.deliveries()); n != 5 {
		t.Errorf("%d posts arrived, want 5", n)
	}
	d.run("element", in, "-secret", secret).failed(t, 2, secret, "no -url")
	d.run("element", in, "-url", "ftp://x", "-secret", secret).failed(t, 2, secret, "no -url")
	d.run("element", in, "-url", c.url).failed(t, 2, secret, "no -secret")
	d.run("element", in).failed(t, 2, "", "no -url")
}

func TestASecretThatLooksLikeAnOptionIsNeitherLostNorPrinted(t *testing.T) {
	t.Parallel()
	d := newDevice(t)
	e, _ := junos.ExampleOf("UI_COMMIT")
	url, bodies := answers(t, 200)
	for _, odd := range []string{"-url", "-x -y", "--secret=1", "pässwörd \U0001F511"} {
		d.run("element", inputOf(e, "ex-sw-07", happened), "-secret", odd, "-url", url).quiet(t)
	}
	if n := len(bodies()); n != 4 {
		t.Errorf("%d posts arrived, want 4", n)
	}
}

func TestFailuresAreOneLineInTheDevicesLog(t *testing.T) {
	t.Parallel()
	d, c := newDevice(t), newCollector(t)
	e, _ := junos.ExampleOf("SNMP_TRAP_LINK_DOWN")
	in := inputOf(e, "ex-sw-07", happened)
	d.run("element", in, "-url", c.url, "-secret", "wr0ng-secret").failed(t, 1, "wr0ng-secret", "SNMP_TRAP_LINK_DOWN not delivered: HTTP 401")
	d.run("element", in, "-url", strings.Replace(c.url, "/core", "/nowhere", 1), "-secret", secret).failed(t, 1, secret, "HTTP 404")

	url, bodies := answers(t, 400)
	d.run("element", in, "-url", url, "-secret", secret).failed(t, 1, secret, "HTTP 400 said by the server")
	if n := len(bodies()); n != 1 {
		t.Errorf("a refusal was tried %d times", n)
	}
	url, bodies = answers(t, 302)
	d.run("element", in, "-url", url, "-secret", secret).failed(t, 1, secret, "HTTP 302")
	if n := len(bodies()); n != 1 {
		t.Errorf("a redirect was followed: %d requests", n)
	}
	d.run("element", in, "-url", "http://no-such-host.invalid/junos", "-secret", secret).failed(t, 1, secret, "SNMP_TRAP_LINK_DOWN not delivered: ")
	d.run("element", in, "-url", "http://[::1/junos", "-secret", secret).failed(t, 1, secret, "not delivered: ")
}

func TestOneRetryOfTheVerySamePost(t *testing.T) {
	t.Parallel()
	d := newDevice(t)
	e, _ := junos.ExampleOf("SNMP_TRAP_LINK_DOWN")
	in := inputOf(e, "ex-sw-07", happened)
	url, bodies := answers(t, 503, 200)
	d.run("element", in, "-url", url, "-secret", secret).quiet(t)
	if b := bodies(); len(b) != 2 || b[0] != b[1] {
		t.Errorf("posted %q", b)
	}
	url, bodies = answers(t, 503)
	d.run("element", in, "-url", url, "-secret", secret).failed(t, 1, secret, "HTTP 503")
	if n := len(bodies()); n != 2 {
		t.Errorf("tried %d times", n)
	}
	// Nothing listens at a port that was just given back.
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	dead := "http://" + l.Addr().String()
	l.Close()
	d.run("element", in, "-url", dead, "-secret", secret).failed(t, 1, secret, "refused")
}

// A receiver that takes the connection and says nothing more must not hold the
// agent, and with it one of the device's 15 event policies, for long.
func TestAReceiverThatHangs(t *testing.T) {
	d := newDevice(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	e, _ := junos.ExampleOf("SNMP_TRAP_LINK_DOWN")
	r := d.run("element", inputOf(e, "ex-sw-07", happened), "-url", "http://"+l.Addr().String(), "-secret", secret, "-timeout", "1")
	r.failed(t, 1, secret, "")
	if r.took > 10*time.Second {
		t.Errorf("it took %s", r.took)
	}
}

func TestTLSWithAPrivateAuthority(t *testing.T) {
	t.Parallel()
	d := newDevice(t)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {}))
	defer server.Close()
	server.Config.ErrorLog = nil
	ca := filepath.Join(t.TempDir(), "ca.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw})
	if err := os.WriteFile(ca, block, 0o600); err != nil {
		t.Fatal(err)
	}
	e, _ := junos.ExampleOf("UI_COMMIT")
	in := inputOf(e, "ex-sw-07", happened)
	d.run("element", in, "-url", server.URL, "-secret", secret, "-ca", ca).quiet(t)
	d.run("element", in, "-url", server.URL, "-secret", secret).failed(t, 1, secret, "certificate")
	d.run("element", in, "-url", server.URL, "-secret", secret, "-ca", ca+".gone").failed(t, 1, secret, "No such file")
}

func TestIDsDiffer(t *testing.T) {
	t.Parallel()
	d := newDevice(t)
	url, bodies := answers(t, 200)
	e, _ := junos.ExampleOf("SNMP_TRAP_LINK_DOWN")
	in := inputOf(e, "ex-sw-07", happened)
	for range 2 {
		d.run("element", in, "-url", url, "-secret", secret).quiet(t)
	}
	var ids [2]struct{ ID string }
	for i, b := range bodies() {
		if err := json.Unmarshal([]byte(b), &ids[i]); err != nil {
			t.Fatal(err)
		}
	}
	if ids[0].ID == "" || ids[0] == ids[1] {
		t.Errorf("a second DOWN in the same second has the id of the first: %v", ids)
	}
}

func TestTheScriptAndItsChecksum(t *testing.T) {
	t.Parallel()
	onDisk, err := os.ReadFile(File)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(onDisk)
	if string(Script()) != string(onDisk) || Checksum() != hex.EncodeToString(sum[:]) {
		t.Error("what is embedded is not the file")
	}
	if Version() == "" || !strings.HasPrefix(string(onDisk), "#!/usr/bin/env python3\n") {
		t.Errorf("version %q, or no first line", Version())
	}
	if strings.Contains(string(onDisk), "\r") || strings.Contains(string(onDisk), "\t") {
		t.Error("the script has tabs or carriage returns, which pasting can change")
	}
	for _, m := range regexp.MustCompile(`(?m)^\s*(?:import|from) ([\w.]+)`).FindAllStringSubmatch(string(onDisk), -1) {
		if !strings.Contains(" hashlib hmac http.client json os socket ssl subprocess sys threading time urllib.parse jcs junos xml.etree.ElementTree ", " "+m[1]+" ") {
			t.Errorf("it imports %s: only the standard library and Junos' own modules are on every device", m[1])
		}
	}
}

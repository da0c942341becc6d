package junos

import (
	"strings"
	"testing"
)

// The digests of the reference agent over its own bodies (docs/integrations.md,
// Junos-Auth).
func TestSignMatchesTheReferenceAgent(t *testing.T) {
	secret := []byte("junos-demo-secret")
	for name, want := range map[string]string{
		"license-expired": "152ef53e0abf4d87e9d65925d5f0dbdd6651ed0bb3fa90aa3fd7783848282327",
		"bgp-down":        "6e918f61a68015ed52136fbeb3a617edcef7139cb8c155757d939309b8b6ceb2",
		"cpu-high":        "3090b601b2fdb0737b724278186c597c11f17db43ef3fa8be2a8727e74e62eb5",
		"commit":          "abd3bb3e150ca627a282678badd483a9e5a9a5f2bbf93e2afaa656dfff2e6e3f",
	} {
		body, ok := Sample(name)
		if !ok {
			t.Fatalf("no sample %s", name)
		}
		if got := Sign(secret, body); got != want {
			t.Errorf("%s: Sign = %s, want %s", name, got, want)
		}
		if !Check(secret, body, want) || !Check(secret, body, strings.ToUpper(want)) {
			t.Errorf("%s: the right signature was not accepted", name)
		}
		for _, bad := range []string{"", want[:63], want + "0", "sha256=" + want, strings.Repeat("z", 64)} {
			if Check(secret, body, bad) {
				t.Errorf("%s: accepted %q", name, bad)
			}
		}
		if Check([]byte("other"), body, want) || Check(secret, append(body, '\n'), want) {
			t.Errorf("%s: accepted with another secret or body", name)
		}
		if Check(nil, body, Sign(nil, body)) {
			t.Errorf("%s: an empty secret was accepted", name)
		}
	}
}

func TestParseReadsEverySortOfDetail(t *testing.T) {
	for _, c := range []struct {
		name, body string
		want       Payload
	}{
		{"absent", `{"event":"A","hostname":"h"}`, Payload{Event: "A", Hostname: "h"}},
		{"empty text", `{"event":"A","detail":""}`, Payload{Event: "A"}},
		{"text", `{"event":"A","detail":"more"}`, Payload{Event: "A", Detail: "more"}},
		{"number", `{"event":"A","detail":5}`, Payload{Event: "A", Detail: "5"}},
		{"an object", `{"event":"A","detail":{"x":1}}`, Payload{Event: "A"}},
		{"array of the wrong sort", `{"event":"A","detail":[1,2]}`, Payload{Event: "A"}},
		{"blanks in the id", `{"event":"FPC 0 PIC 0","process":null}`, Payload{Event: "FPC 0 PIC 0"}},
		{"wrong types", `{"event":"A","hostname":7,"message":["x"],"process":true}`, Payload{Event: "A", Hostname: "7", Process: "true"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, err := Parse([]byte(c.body))
			if err != nil {
				t.Fatal(err)
			}
			if p.Event != c.want.Event || p.Hostname != c.want.Hostname || p.Detail != c.want.Detail ||
				p.Process != c.want.Process || p.Message != c.want.Message || len(p.Processes) != 0 {
				t.Errorf("Parse = %+v, want %+v", p, c.want)
			}
		})
	}
}

func TestParseKeepsWhatNewerAgentsSend(t *testing.T) {
	p, err := Parse([]byte(`{"event":"A","generation_time":1760000000,"pid":"17585","facility":"daemon","severity":"warning",
		"attributes":{"peer-name":"192.0.2.9"},"id":"boot7-42","agent_version":"1"}`))
	if err != nil {
		t.Fatal(err)
	}
	if string(p.GenerationTime) != "1760000000" || p.PID != "17585" || p.Facility != "daemon" || p.Severity != "warning" ||
		p.Attributes["peer-name"] != "192.0.2.9" || p.ID != "boot7-42" || p.AgentVersion != "1" {
		t.Errorf("Parse = %+v", p)
	}
	p, err = Parse([]byte(`{"event":"A","attributes":[{"name":"n","value":3},{"value":"x"},5]}`))
	if err != nil || p.Attributes != nil {
		t.Errorf("a list with a stranger in it: %+v, %v", p.Attributes, err)
	}
	p, err = Parse([]byte(`{"event":"A","attributes":[{"name":"n","value":3}]}`))
	if err != nil || p.Attributes["n"] != "3" {
		t.Errorf("a list: %+v, %v", p.Attributes, err)
	}
}

func TestParseReadsTheTopProcesses(t *testing.T) {
	body, _ := Sample("RTPERF_CPU_THRESHOLD_EXCEEDED")
	p, err := Parse(body)
	if err != nil || len(p.Processes) != 4 {
		t.Fatalf("Parse = %+v, %v", p, err)
	}
	if got, want := p.Processes[0], (Process{"2345", "root", 71.09, "flowd"}); got != want {
		t.Errorf("first process %+v, want %+v", got, want)
	}
}

func TestEnvelopeSaysWhatIsWrong(t *testing.T) {
	for _, c := range []struct{ name, body, want string }{
		{"empty", " ", "the body is empty"},
		{"not JSON", "event=A", "not JSON at byte 0"},
		{"cut off", `{"event":"A","mess`, "cut off: it ends at byte 18"},
		{"array", `[{"event":"A"}]`, "a JSON array"},
		{"text", `"A"`, "a bare JSON value"},
		{"null", `null`, "a bare JSON value"},
		{"no event", `{"topic":"ping"}`, "there is no event id"},
		{"event null", `{"event":null}`, "the event id is not a text"},
		{"event a number", `{"event":3}`, "the event id is not a text"},
		{"event empty", `{"event":" "}`, "the event id is an empty text"},
		{"event endless", `{"event":"` + strings.Repeat("A", 129) + `"}`, "longer than 128 bytes"},
		{"two objects", `{"event":"A"}{}`, "not JSON at byte 13"},
		{"nested 20,000 deep", `{"event":"A","x":` + strings.Repeat("[", 20_000), "not JSON at byte"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := Envelope([]byte(c.body)); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want one with %q", err, c.want)
			}
		})
	}
	if event, err := Envelope([]byte(`{"event": "UI_COMMIT"}`)); event != "UI_COMMIT" || err != nil {
		t.Errorf("a good one: %q, %v", event, err)
	}
}

// Agents of other makes post whole command lines, and their own is among them.
func TestOldAgentsSecretsStopHere(t *testing.T) {
	p, err := Parse([]byte(`{"event":"RTPERF_CPU_UTIL_MAX","message":"python3 junos-agent.py -url u -secret s3cr3t died","detail":[
		{"pid":"1","user":"root","cpu":9,"command":"python3 /var/db/scripts/event/junos-agent.py -url u -secret s3cr3t"},
		{"pid":"2","user":"root","cpu":8,"command":"/usr/sbin/rpd -N s3cr3t"},
		{"pid":"3","user":"root","cpu":7,"command":"sshd: s3cr3t@pts/0"},
		{"pid":"4","user":"root","cpu":6,"command":"[kworker/0:1]"},
		{"pid":"5","user":"root","cpu":5,"command":" "}],
		"attributes":{"command":"run -secret=s3cr3t","quoted":"-secret \"a s3cr3t\" x"}}`))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, pr := range p.Processes {
		names = append(names, pr.Command)
	}
	if got := strings.Join(names, ","); got != "python3,rpd,sshd,[kworker/0:1]," {
		t.Errorf("commands %q", got)
	}
	if p.Message != "python3 junos-agent.py -url u -secret ... died" || p.Attributes["command"] != "run -secret=..." || p.Attributes["quoted"] != "-secret ... x" {
		t.Errorf("%+v", p)
	}
	p, err = Parse([]byte(`{"event":"A","detail":"top: python3 a.py --secret 's3cr3t x' -url u","attributes":[{"name":"n","value":"-secret s3cr3t"}]}`))
	if err != nil || p.Detail != "top: python3 a.py --secret ... -url u" || p.Attributes["n"] != "-secret ..." {
		t.Errorf("%+v, %v", p, err)
	}
}

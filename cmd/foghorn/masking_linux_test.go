package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"foghorn/journal/event"
)

// A sender posts back a secret that the collector was given by a program. No
// process shows it, also those that know no secret; the journal keeps the bytes,
// and a program gets them, so that the signature can be checked.
func TestConfiguredSecretsAreMaskedEverywhere(t *testing.T) {
	t.Parallel()
	const other = `another/secret "of 1f0c9d7ab3e45628`
	dir, home := t.TempDir(), t.TempDir()
	config := filepath.Join(home, "config.toml")
	file := filepath.Join(home, "other")
	if err := os.WriteFile(file, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	text := "[[mist]]\nname = \"acme\"\nwebhook_secret_env = \"SECRET\"\n[[junos]]\nname = \"core\"\nsecret_command = [\"cat\", \"" + file + "\"]\n"
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	p := start(t, "serve", "--listen", "127.0.0.1:0", "--data", dir, "--config", config)
	escaped, err := json.Marshal(other)
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"topic":"device-updowns","events":[{"type":"AP_DISCONNECTED","ap":"5c5b35000001","ap_name":"ap-%s","site_name":%s,"org_id":"2818e386-8dec-2562-9ede-5b8a0fbbdc71","timestamp":%d}]}`,
		testSecret, escaped, time.Now().Unix())
	if status := post(t, p.url+"/mist/acme", testSecret, body); status != 200 {
		t.Fatalf("status %d", status)
	}
	post(t, p.url+"/mist/acme", "wrong", body)
	post(t, p.url+"/mist/none-"+testSecret, "wrong", body)
	eventually(t, "the event and the alert are there", func() bool {
		return len(list[event.Alert](t, "alerts", "--data", dir)) == 1 && len(list[event.Delivery](t, "deliveries", "--data", dir)) == 3
	})
	id := fmt.Sprint(list[event.Event](t, "events", "-q", "topic:device-updowns", "--data", dir)[0].ID)
	for _, args := range [][]string{
		{"events"}, {"events", "-o", "json", "--raw"}, {"events", "-o", "csv"}, {"events", "-o", "md"}, {"events", "show", id},
		{"alerts"}, {"alerts", "-o", "json"}, {"deliveries", "-o", "json"}, {"deliveries", "-o", "csv"},
		{"deliveries", "show", "1"}, {"deliveries", "show", "1", "-o", "http"}, {"deliveries", "show", "1", "-o", "curl"},
		{"deliveries", "show", "2"}, {"deliveries", "show", "3"}, {"rebuild"}, {"events"},
	} {
		if args[0] == "rebuild" {
			p.stop(t, os.Interrupt)
		}
		r := foghorn(t, "", append(args, "--data", dir)...)
		for _, secret := range []string{testSecret, "1f0c9d7ab3e45628"} {
			if r.code != 0 || strings.Contains(r.out+r.errOut, secret) {
				t.Errorf("foghorn %v: exit %d, holds %q:\n%s%s", args, r.code, secret, r.out, r.errOut)
			}
		}
		if args[0] == "events" && !strings.Contains(r.out, "<secret>") && !strings.Contains(r.out, `\u003csecret`) && !strings.Contains(r.out, "&lt;secret>") {
			t.Errorf("foghorn %v does not say that something is masked:\n%s", args, r.out)
		}
	}
	r := foghorn(t, "", "deliveries", "show", "1", "-o", "body", "--data", dir)
	if r.out != body || !strings.Contains(r.errOut, "this body contains a configured secret") {
		t.Errorf("a program gets %q, sent was %q; %s", r.out, body, r.errOut)
	}
	if out, _ := onTerminal(t, environment(t), "deliveries", "show", "1", "-o", "body", "--data", dir); strings.Contains(out, testSecret) || !strings.Contains(out, "<secret>") {
		t.Errorf("a person sees %q", out)
	}
	if strings.Contains(p.errors(), testSecret) {
		t.Errorf("the collector says %s", p.errors())
	}
}

// The cloud repeats the token, and a secret of another source, whole and cut.
func TestTheCloudsAnswersAreMasked(t *testing.T) {
	t.Parallel()
	const token = "a-token-of-forty-characters-0123456789ab" // that of cloudOf
	config := cloudOf(t, `{"token":"`+token+`","name":"x `+token+`","cut":"`+token[:30]+`"}`)
	for _, args := range [][]string{{"-i"}, {"--jq", ".name"}, {"--jq", ".name|error"}, {"--jq", ".cut"}} {
		r := foghorn(t, "", append([]string{"api", "GET", "/x", "--config", config, "--data", t.TempDir()}, args...)...)
		if strings.Contains(r.out+r.errOut, token[:20]) || !strings.Contains(r.out+r.errOut, "<secret>") {
			t.Errorf("%v: %s%s", args, r.out, r.errOut)
		}
	}
	r := foghorn(t, `{"secret":"<secret>"}`, "api", "PUT", "/x", "--config", config, "--data", t.TempDir(), "--input", "-")
	if r.code != exitUsage || !strings.Contains(r.errOut, "put in the real one") {
		t.Errorf("what was masked goes back: exit %d, %s", r.code, r.errOut)
	}
	long := strings.Repeat("x", 290) + token
	for _, answer := range []string{
		`{"detail":"` + long + `"}`, long, `{"detail":"no ` + token + `"}`, `{"detail":"cut ` + token[:20] + `"}`, `{"detail":"` + token[25:] + ` is cut"}`,
	} {
		config := errorOf(t, answer)
		r := foghorn(t, "", "api", "GET", "/x", "--config", config, "--data", t.TempDir())
		for n := 8; n <= len(token); n++ {
			if strings.Contains(r.errOut, token[:n]) || strings.Contains(r.errOut, token[len(token)-n:]) {
				t.Errorf("%s: %s", answer, r.errOut)
				break
			}
		}
	}
}

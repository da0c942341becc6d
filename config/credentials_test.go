package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// A command gets the secrets that it names; what is missing elsewhere, or would
// have to be fetched by a program, is left alone.
func TestFetchTakesOnlyWhatIsNamed(t *testing.T) {
	mark := filepath.Join(t.TempDir(), "ran")
	c, err := Load(write(t, `
[[mist]]
name = "acme"
region = "emea-01"
token_env = "NOT_SET"
org_id = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"
webhook_secret_env = "HOOK"
[[mist]]
name = "other"
region = "emea-01"
org_id = "2818e386-8dec-2562-9ede-5b8a0fbbdc72"
token_command = ["touch", "`+mark+`"]
[[junos]]
name = "core"
secret_env = "NOT_SET_EITHER"
`), Options{Getenv: func(k string) string { return map[string]string{"HOOK": "hunter2"}[k] }, SecretsLater: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Fetch(t.Context(), &c.Mist[0].WebhookSecret); err != nil || c.Mist[0].WebhookSecret.Reveal() != "hunter2" {
		t.Errorf("the one that is needed: %v", err)
	}
	if _, err := os.Stat(mark); err == nil {
		t.Error("ran a program for a secret that nobody asked for")
	}
	err = c.Fetch(t.Context(), c.Mist[0].Credentials()...)
	if err == nil || !strings.Contains(err.Error(), "NOT_SET is not set") || strings.Contains(err.Error(), "EITHER") {
		t.Errorf("credentials that are missing: %v", err)
	}
	if !c.HasAPI(0) || !c.HasAPI(1) {
		t.Error("an organization with a token can be asked, fetched or not")
	}
}

// Without a home there is no default file, and that is as fine as an absent one.
func TestNoHomeIsNoFile(t *testing.T) {
	c, err := Load("", Options{Getenv: noEnv})
	if err != nil || c.File != "" {
		t.Fatalf("%+v, %v", c, err)
	}
	if dir, err := c.DataDirectory("/data"); err != nil || dir != "/data" {
		t.Errorf("--data: %s, %v", dir, err)
	}
	if _, err := c.DataDirectory(""); err == nil || !strings.Contains(err.Error(), "--data") {
		t.Errorf("without --data: %v", err)
	}
	if _, err := Load("~/c.toml", Options{Getenv: noEnv}); err == nil {
		t.Error("a file in a home that is not there was asked for")
	}
}

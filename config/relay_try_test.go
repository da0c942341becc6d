package config

import (
	"errors"
	"testing"
)

// What a destination refuses has its place in the file, as other mistakes have.
func TestTryRelays(t *testing.T) {
	c := load(t, "[[relay]]\nname = \"a\"\n"+aSlack+"[[relay]]\nname = \"b\"\n"+aDatadog+"[[relay]]\nname = \"c\"\n"+aSlack,
		map[string]string{"S": "hunter2", "U": "https://hooks.example.net/x"})
	for want, answers := range map[string]map[string]string{
		"": {},
		":4:1: relay.url_env: is that of another service":           {"a": "relay a: url is that of another service"},
		":9:1: relay.api_key_env: it is too short":                  {"b": "relay b: api_key: it is too short"},
		":5:3: relay: no place on the disk":                         {"b": "no place on the disk"},
		":5:3: relay: tags are missing":                             {"b": "relay b: tags are missing"}, // the file has no such key
		":1:3: relay: one\n" + c.File + ":10:3: relay: and another": {"a": "one", "c": "relay c: and another"},
	} {
		err := c.TryRelays(func(r Relay) error {
			if text := answers[r.Name]; text != "" {
				return errors.New(text)
			}
			return nil
		})
		got := ""
		if err != nil {
			got = err.Error()[len(c.File):]
		}
		if got != want {
			t.Errorf("%v: %q, want %q", answers, got, want)
		}
	}
}

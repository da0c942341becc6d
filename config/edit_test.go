package config

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestThePlaceOfTheConfigurationSaysWhatNamedIt(t *testing.T) {
	for _, c := range []struct {
		flag string
		env  map[string]string
		want Place
	}{
		{"a.toml", map[string]string{"FOGHORN_CONFIG": "b.toml"}, Place{"a.toml", "--config"}},
		{"", map[string]string{"FOGHORN_CONFIG": "b.toml", "HOME": "/h"}, Place{"b.toml", "$FOGHORN_CONFIG"}},
		{"", map[string]string{"XDG_CONFIG_HOME": "/x", "HOME": "/h"}, Place{"/x/foghorn/config.toml", "the default, in $XDG_CONFIG_HOME"}},
		{"", map[string]string{"HOME": "/h"}, Place{"/h/.config/foghorn/config.toml", "the default"}},
	} {
		if got, err := Find(c.flag, func(name string) string { return c.env[name] }); err != nil || got != c.want {
			t.Errorf("%q, %v: %+v, %v", c.flag, c.env, got, err)
		}
	}
	if _, err := Find("", func(string) string { return "" }); err == nil {
		t.Error("without $HOME there is a place")
	}
}

// A text is checked as the file that it is to become: with the secrets that lie
// beside that.
func TestATextIsCheckedAsTheFileThatItIsToBecome(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "config.toml")
	o := Options{Getenv: func(string) string { return "" }}
	text := []byte("[[mist]]\nname = \"acme\"\nwebhook_secret_file = \"acme.secret\"\n")
	if err := Check(t.Context(), path, text, o); err == nil {
		t.Error("a secret that is not there is no mistake")
	}
	if err := os.WriteFile(filepath.Join(dir, "acme.secret"), []byte("fog-over-the-harbour"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Check(t.Context(), path, text, o); err != nil {
		t.Error(err)
	}
	problems, ok := errors.AsType[Problems](Check(t.Context(), path, []byte("[listen]\naddrez = \"x\"\n"), o))
	if !ok || len(problems) != 1 || problems[0].File != path || problems[0].Line != 2 {
		t.Errorf("%+v", problems)
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the check wrote a file: %v", err)
	}
}

package main

import (
	"io"
	"os"
	"testing"
)

// What the screen of a demo exports has to outlive the demo.
func TestExportsOfADemoOutliveIt(t *testing.T) {
	here, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for dir, want := range map[string]string{"": here, t.TempDir(): ""} {
		e := &env{stderr: io.Discard, getenv: os.Getenv, dataDir: dir}
		s, cleanup, err := e.demoSettings(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		cleanup()
		if s.exports != want {
			t.Errorf("--data %q: exports go to %q, want %q", dir, s.exports, want)
		}
	}
}

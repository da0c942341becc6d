package relaytest

import (
	"os"
	"path/filepath"
	"testing"
)

// Golden compares bytes with testdata/name.golden, or writes the file anew.
func Golden(t *testing.T, update bool, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name+".golden")
	if update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != string(want) {
		t.Errorf("%s is not as in %s; look at the difference, then write it anew with -update\ngot  %s\nwant %s", name, file, got, want)
	}
}

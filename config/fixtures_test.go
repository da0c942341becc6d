package config

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var regions = []string{"global-01", "global-02", "emea-01", "apac-01"}

// Every file in testdata makes the mistake it is named for, and says in its
// last lines what has to be reported, all of it: "# want LINE:COL: ...".
func TestEveryMistakeIsReported(t *testing.T) {
	files, err := filepath.Glob("testdata/*.toml")
	if err != nil || len(files) < 50 {
		t.Fatalf("%d fixtures, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".toml"), func(t *testing.T) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			var want []string
			for line := range strings.Lines(string(text)) {
				if w, ok := strings.CutPrefix(line, "# want "); ok {
					want = append(want, file+":"+strings.TrimSpace(w))
				}
			}
			_, err = Load(file, Options{Regions: regions, Getenv: noEnv})
			var problems Problems
			if !errors.As(err, &problems) {
				t.Fatalf("want Problems, got %v", err)
			}
			if got := strings.Split(problems.Error(), "\n"); !slices.Equal(got, want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
			}
		})
	}
}

func noEnv(string) string { return "" }

package config

import (
	"os"
	"strings"
	"testing"
)

// The topics of the location group are documented where people look for them.
func TestTheLocationGroupIsDocumented(t *testing.T) {
	topics := defaultRetention().Groups["location"].Topics
	row := "| `location` | `" + strings.Join(topics, "`, `") + "` |"
	for file, want := range map[string]string{
		"../docs/CONFIG.md":  row,
		"../docs/JOURNAL.md": row,
		"example.toml":       `# topics = ["` + strings.Join(topics, `", "`) + `"]`,
	} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), want) {
			t.Errorf("%s does not say %s", file, want)
		}
	}
}

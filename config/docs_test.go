package config

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// The tables of RELAYS.md have the keys that relays take.
func TestTheKeysOfRelaysAreDocumented(t *testing.T) {
	text, err := os.ReadFile("../docs/RELAYS.md")
	if err != nil {
		t.Fatal(err)
	}
	_, common, ok := strings.Cut(string(text), "| key | default | range |")
	common, own, both := strings.Cut(common, "| kind | needs |")
	if !ok || !both {
		t.Fatal("RELAYS.md has no table of keys, or none of kinds")
	}
	for _, key := range slices.Concat(commonRelayKeys, chatKeys, httpKeys) {
		if !strings.Contains(common, "\n| `"+key+"` | ") {
			t.Errorf("%s is not in the table of keys", key)
		}
	}
	for i := range relayKinds {
		kind := &relayKinds[i]
		row := regexp.MustCompile("(?m)^\\| `" + kind.name + "` .*$").FindString(own)
		for key := range strings.FieldsSeq(kind.keys) {
			form := "`" + key + "`"
			if relayKeys[key] {
				form = "**" + form + "**"
			}
			if key != "ca_file" && !strings.Contains(row, form) {
				t.Errorf("the row of %s has no %s: %s", kind.name, form, row)
			}
		}
	}
}

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

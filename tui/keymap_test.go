package tui

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"

	"foghorn/tui/view"
)

func TestNoKeyHasTwoMeaningsInOnePlace(t *testing.T) {
	k := newKeymap(view.Panes())
	for _, p := range places {
		seen := map[string]string{}
		names := map[string]bool{}
		for _, b := range k.in(setOf(p)) {
			if names[b.name] {
				t.Errorf("%s: two commands are named :%s", p.Name, b.name)
			}
			names[b.name] = true
			for _, key := range b.keys {
				if other, ok := seen[key]; ok {
					t.Errorf("%s: %q means :%s and :%s", p.Name, key, other, b.name)
				}
				seen[key] = b.name
			}
		}
		for key := range seen {
			if first, _, chord := strings.Cut(key, " "); chord && seen[first] != "" {
				t.Errorf("%s: %q begins a chord and means :%s", p.Name, first, seen[first])
			}
		}
	}
}

func TestEveryBindingIsWholeAndEveryPlaceHasTheWayOut(t *testing.T) {
	k := newKeymap(view.Panes())
	for _, b := range k.all {
		if b.name == "" || b.help == "" || b.run == nil || b.where == 0 {
			t.Errorf("binding %q %v lacks a name, help, a place or a handler", b.name, b.keys)
		}
		for _, key := range b.keys {
			// Taken by terminals and multiplexers: flow control, suspend, quit, prefixes.
			// Of these ctrl+z only does what the terminal would have done.
			if slices.Contains([]string{"ctrl+s", "ctrl+q", "ctrl+z", "ctrl+\\", "ctrl+a"}, key) && (key != "ctrl+z" || b.name != "suspend") {
				t.Errorf(":%s is on %s, which terminals or multiplexers take", b.name, key)
			}
		}
	}
	for _, p := range places {
		for _, key := range []string{"?", ":", "esc", "q", "Q", "0", "1", "9"} {
			if _, ok := k.find(setOf(p), key); !ok {
				t.Errorf("%s: %q means nothing", p.Name, key)
			}
		}
		foot := 0
		for _, b := range k.in(setOf(p)) {
			if b.foot != "" {
				foot++
			}
		}
		if foot < 3 || foot > 9 {
			t.Errorf("%s: the footer has %d keys", p.Name, foot)
		}
	}
}

func TestKeyReferenceHasEveryBinding(t *testing.T) {
	text := KeysMarkdown()
	for _, b := range newKeymap(view.Panes()).all {
		if !strings.Contains(text, "`:"+b.name) {
			t.Errorf("the key reference lacks :%s", b.name)
		}
	}
}

func TestTheKeyReferenceIsUpToDate(t *testing.T) {
	const file = "../docs/KEYS.md"
	want := KeysMarkdown()
	if update := flag.Lookup("update"); update != nil && update.Value.String() == "true" {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/KEYS.md is not what the keymap says; write it anew with: go test ./tui -run KeyReference -update")
	}
}

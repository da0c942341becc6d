package actions_test

import (
	"flag"
	"os"
	"slices"
	"testing"

	"foghorn/actions"
)

var update = flag.Bool("update", false, "write docs/ACTIONS.md anew")

func TestTheReferenceIsWhatTheDescriptorsSay(t *testing.T) {
	const file = "../docs/ACTIONS.md"
	want := actions.Markdown()
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Error("docs/ACTIONS.md is not what the descriptors say; write it anew with: go test ./actions -run Reference -update")
	}
}

// A descriptor that a surface cannot offer, or that takes another's name, is a
// mistake in its file.
func TestDescriptorsAreWhole(t *testing.T) {
	seen := map[string]string{}
	for _, d := range actions.Descriptors() {
		for _, name := range append([]string{d.Name}, d.Aliases...) {
			if other, twice := seen[name]; twice {
				t.Errorf("%s and %s are both called %q", other, d.Name, name)
			}
			seen[name] = d.Name
		}
		if d.Summary == "" || d.Target == "" || d.Done == "" {
			t.Errorf("%s: no summary, target or past participle", d.Name)
		}
		if (d.Command == nil) == (d.NoCommand == "") {
			t.Errorf("%s: it needs a command, or why it has none", d.Name)
		}
		for _, k := range d.Keys {
			if k.Name == "" || k.Help == "" || k.Ask != "" && d.Arg(k.Ask) == nil {
				t.Errorf("%s: a key needs a command, a help, and an argument to ask for: %+v", d.Name, k)
			}
		}
		for _, a := range d.Args {
			if a.Help == "" || a.Kind == actions.Duration && (a.Min <= 0 || a.Max < a.Min) {
				t.Errorf("%s: argument %+v", d.Name, a)
			}
			if a.Required && len(d.Keys) > 0 && !slices.ContainsFunc(d.Keys, func(k actions.Key) bool { return k.Ask == a.Name }) {
				t.Errorf("%s: no key asks for the required %s", d.Name, a.Name)
			}
		}
		for _, name := range d.Also {
			if _, err := actions.Find(name); err != nil {
				t.Errorf("%s: %v", d.Name, err)
			}
		}
	}
}

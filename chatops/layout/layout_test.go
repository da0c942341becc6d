package layout

import (
	"strings"
	"testing"

	"foghorn/chatops"
)

func TestTable(t *testing.T) {
	head, rows := Table([]string{"NAME", "STATE"}, [][]string{{"ap1", "up\nsince  noon"}, {"界界", "down"}, {strings.Repeat("x", 60), "up"}})
	want := []string{"NAME" + strings.Repeat(" ", 46) + "STATE", "ap1" + strings.Repeat(" ", 47) + "up since noon", "界界" + strings.Repeat(" ", 46) + "down", strings.Repeat("x", 60) + "  up", ""}
	if got := head + "\n" + rows; got != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", got, strings.Join(want, "\n"))
	}
	if head, rows := Table([]string{"NAME"}, nil); head != "" || rows != "" {
		t.Errorf("%q %q", head, rows)
	}
}

func TestWhole(t *testing.T) {
	got := Whole(&chatops.Message{Title: "Devices", Sections: []chatops.Section{
		{Title: "Berlin", Text: "Two are down.\x1b[2J", Fields: []chatops.Field{{Label: "State", Value: "bad"}}, Head: []string{"NAME"}, Rows: [][]string{{"ap1"}, {"ap2"}}, Code: "5 of 5\n"}}})
	if want := "Devices\n\nBerlin\n\nTwo are down.\\x1b[2J\n\nState: bad\n\nNAME\nap1\nap2\n\n5 of 5\n\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestFileName(t *testing.T) {
	for title, want := range map[string]string{"Alerts of Berlin": "alerts-of-berlin.txt", "../../etc/passwd": "etc-passwd.txt", "": "answer.txt", "🔴": "answer.txt"} {
		if got := FileName(title); got != want {
			t.Errorf("%q: %q, want %q", title, got, want)
		}
	}
}

func TestNothingEndsABlockOfCode(t *testing.T) {
	if got := Fenced("a ``` b"); strings.Count(got, "```") != 2 {
		t.Errorf("%q", got)
	}
}

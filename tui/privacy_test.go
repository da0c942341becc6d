package tui

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"foghorn/journal/event"
)

// identities are the names and addresses of a journal.
func (j *testJournal) identities() map[string]bool {
	out := map[string]bool{}
	add := func(texts ...string) {
		for _, t := range texts {
			if len(t) > 1 {
				out[strings.ToLower(t)] = true
			}
		}
	}
	mac := func(m event.MAC) {
		if m != "" {
			add(m.String(), string(m))
		}
	}
	for _, e := range j.events {
		add(e.Device, e.Site, e.Client, e.SSID)
		mac(e.DeviceMAC)
		mac(e.ClientMAC)
	}
	for _, a := range j.alerts {
		add(a.Device, a.Site)
		mac(a.DeviceMAC)
	}
	for _, d := range j.devices {
		add(d.Name, d.Site, d.IP)
		mac(d.MAC)
	}
	for _, c := range j.clients {
		add(c.Hostname, c.Username, c.IP, c.SSID, c.Site, c.APName)
		mac(c.MAC)
		mac(c.AP)
	}
	return out
}

var asWord = map[string]*regexp.Regexp{}

// shows reports an identity that stands in a text as a word.
func shows(text string, identities map[string]bool) string {
	text = strings.ToLower(text)
	for id := range identities {
		if !strings.Contains(text, id) {
			continue
		}
		if asWord[id] == nil {
			asWord[id] = regexp.MustCompile(`(^|[^\pL\pN])` + regexp.QuoteMeta(id) + `($|[^\pL\pN])`)
		}
		if asWord[id].MatchString(text) {
			return id
		}
	}
	return ""
}

// No name, MAC, IP or SSID of the journal is in any frame of a private screen.
func TestAPrivateScreenShowsNobody(t *testing.T) {
	visits := [][]string{
		{"0"}, {"1"}, {"2"}, {"3"}, {"3", "3"}, {"4"}, {"5"}, {"6"}, {"7"}, {"8"}, {"8", "8"}, {"9"}, {"?"}, {":"}, {"i"}, {"t"}, {"t"}, {"1", "*"},
		{"1", "a"}, {"1", "y"}, {"1", "x"}, {"1", "z"}, {"4", "R"}, {"5", "enter"}, {"1", "="}, {"1", "A"},
	}
	for _, size := range few([]struct{ w, h int }{{80, 24}, {200, 60}}...) {
		t.Run(fmt.Sprintf("%dx%d", size.w, size.h), func(t *testing.T) {
			withOptions(t, size.w, size.h, func(o *Options, j *testJournal) {
				withRelays(o, j)
				o.Privacy = true
			}, func(s *screen) {
				ids := s.j.identities()
				look := func(after ...string) {
					t.Helper()
					if id := shows(s.frame(), ids); id != "" {
						t.Fatalf("after %q the screen shows %q:\n%s", after, id, s.frame())
					}
					s.fits()
				}
				look("the start")
				s.sees("PRIVATE")
				for _, keys := range visits {
					s.press(keys...)
					look(keys...)
					s.press("esc", "esc")
				}
				for _, pane := range []string{"1", "2", "3", "4", "6", "7", "8", "9"} {
					for row := range 4 {
						s.press(pane, "g")
						for range row {
							s.press("j")
						}
						s.press("enter")
						look(pane, "enter")
						for range 4 {
							s.press("tab")
							look(pane, "enter", "tab")
						}
						s.press("esc", "esc", "esc")
					}
				}
				for _, typed := range []string{"site:", "device:", "client:", "ssid:", "site:l"} {
					s.press("9", "/")
					s.write(typed)
					s.press("tab", "tab")
					look("/", typed)
					s.press("enter")
					look("/", typed, "enter")
					s.press("esc", "esc")
				}
			})
		})
	}
}

// What leaves a private screen is masked too, and says so.
func TestCopiesAndExportsOfAPrivateScreenAreMasked(t *testing.T) {
	dir := t.TempDir()
	withOptions(t, 200, 40, func(o *Options, _ *testJournal) { o.Dir = dir }, func(s *screen) {
		ids := s.j.identities()
		s.press("1")
		if shows(s.frame(), ids) == "" {
			t.Fatal("the screen is private without being asked")
		}
		s.press("ctrl+x", "p")
		s.sees("PRIVATE", "Private: names, MACs, IPs and SSIDs are masked, in copies and exports too.")
		if id := shows(s.frame(), ids); id != "" {
			t.Fatalf("the screen shows %q:\n%s", id, s.frame())
		}
		for _, format := range []string{"j", "c", "m", "n"} {
			s.press("x", format)
			s.sees("masked, as on the screen")
		}
		s.press("y", "j")
		s.sees("masked, as on the screen")
		files, err := filepath.Glob(filepath.Join(dir, "exports", "*"))
		if err != nil || len(files) != 4 {
			t.Fatalf("exports: %v, %v", files, err)
		}
		for _, file := range append(files, filepath.Join(dir, "clipboard.txt")) {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if id := shows(string(text), ids); id != "" {
				t.Errorf("%s holds %q", file, id)
			}
		}
		s.press("ctrl+x", "p")
		s.sees("No longer private")
		if shows(s.frame(), ids) == "" {
			t.Fatal("nothing is shown again")
		}
	})
}

package rooms

import (
	"os/exec"
	"strings"
	"testing"
)

// allowed says what each room may import of ours. A room that is not listed
// fails the test, so that a new one is a decision and not an accident.
var allowed = map[string]string{
	"event":                     "internal/mask",
	"query":                     "event internal/human",
	"mist":                      "",
	"mist/mistsim":              "mist internal/clock",
	"mist/openapitest":          "",
	"junos":                     "",
	"junos/agent":               "junos",
	"priority":                  "event",
	"actions":                   "event query mist internal",
	"config":                    "query event priority",
	"condition":                 "event mist junos",
	"decode":                    "event condition mist junos internal",
	"store":                     "event query internal",
	"triage":                    "event",
	"feeds":                     "event mist internal feeds",
	"feeds/observe":             "event",
	"feeds/health":              "event internal feeds/observe",
	"feeds/mirror":              "event mist internal feeds/observe",
	"feeds/poll":                "event mist internal feeds/observe feeds/mirror",
	"projector":                 "event decode triage store priority internal",
	"feeds/junoswatch":          "event junos internal feeds/observe",
	"feeds/webhook":             "event mist junos internal",
	"feeds/webhook/ingestbench": "feeds/webhook event mist internal",
	"feeds/stream":              "event mist internal",
	"tui":                       "event query junos internal tui",
	"cmd/foghorn":               "*",
	"internal/caught":           "",
	"internal/clock":            "",
	"internal/safetext":         "",
	"internal/safetext/hostile": "",
	"internal/human":            "",
	"internal/mask":             "",
	"internal/export":           "event internal",
	"internal/rooms":            "",
}

// banned names modules that must not come back, and why.
var banned = map[string]string{
	"github.com/charmbracelet/bubbletea": "the v1 path; the v2 stack is at charm.land",
	"github.com/charmbracelet/bubbles":   "the v1 path; the v2 stack is at charm.land",
	"github.com/charmbracelet/lipgloss":  "the v1 path; the v2 stack is at charm.land",
	"github.com/mattn/go-sqlite3":        "needs cgo; the binary must build without",
	"database/sql":                       "slower than the SQLite package in use, over the same engine",
}

func TestEachRoomImportsOnlyWhatItMay(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "foghorn/...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		room := strings.TrimPrefix(fields[0], "foghorn/")
		for _, imp := range fields[1:] {
			if why, bad := banned[imp]; bad {
				t.Errorf("%s imports %s: %s", room, imp, why)
			}
			if of, ours := strings.CutPrefix(imp, "foghorn/"); ours {
				checkRoom(t, room, of)
			}
		}
	}
}

// checkRoom reports an import of ours that the table does not allow. A folder
// below a room may import what its room may, and the room itself.
func checkRoom(t *testing.T, room, imp string) {
	t.Helper()
	may, known := allowed[room]
	if !known {
		if top, _, nested := strings.Cut(room, "/"); nested {
			may, known = allowed[top]
		}
	}
	if !known {
		t.Errorf("%s is not in the table of rooms: decide what it may import", room)
		return
	}
	for _, ok := range strings.Fields(may) {
		if ok == "*" || imp == ok || strings.HasPrefix(imp, ok+"/") {
			return
		}
	}
	t.Errorf("%s imports %s, which its room may not (allowed: %q)", room, imp, may)
}

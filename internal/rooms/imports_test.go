package rooms

import (
	"os/exec"
	"strings"
	"testing"
)

// room is one row of the house: its floor, and what of ours it may import. A
// room imports from floors below its own; within a floor only what its row
// names, and never in a circle.
type room struct {
	floor int
	may   string
}

// house lists every room. A room that is not listed fails the test, so that a
// new one is a decision and not an accident.
var house = map[string]room{
	"cmd/foghorn": {6, "*"},

	"tui":          {5, "actions journal journal/event journal/query journal/export junos internal tui"},
	"tui/port":     {5, "actions journal journal/event journal/query"},
	"tui/draw":     {5, "journal/event internal tui/jsonview"},
	"tui/pane":     {5, "actions journal journal/event journal/query journal/export internal tui/port tui/draw tui/list tui/jsonview"},
	"tui/view":     {5, "actions journal journal/event journal/query journal/export junos internal tui/port tui/draw tui/pane tui/list tui/jsonview"},
	"tui/list":     {5, ""},
	"tui/privacy":  {5, "journal journal/event journal/query internal tui/port"},
	"tui/line":     {5, "internal"},
	"tui/clip":     {5, "internal"},
	"tui/browser":  {5, ""},
	"tui/jsonview": {5, "internal"},

	"collector": {5, "config chatops jobs jobs/configs jobs/configs/compliance jobs/configs/drift relay relay/kinds actions feeds journal journal/event journal/query journal/priority journal/decode journal/projector journal/store mist junos internal collector"},

	"collector/lifecycle": {5, "internal"},

	"feeds":                     {4, "journal/event mist internal feeds"},
	"feeds/observation":         {4, "journal/event"},
	"feeds/health":              {4, "journal/event internal feeds/observation"},
	"feeds/netstate":            {4, "journal/event mist internal feeds/observation"},
	"feeds/poll":                {4, "journal/event mist internal feeds/observation feeds/netstate"},
	"feeds/junoswatch":          {4, "journal/event junos internal feeds/observation"},
	"feeds/webhook":             {4, "journal/event mist junos internal"},
	"feeds/webhook/ingestbench": {4, "feeds/webhook journal/event mist internal"},
	"feeds/stream":              {4, "journal/event mist internal"},

	"relay":                   {4, "config journal journal/event journal/query journal/store internal"},
	"relay/kinds":             {4, "config relay"},
	"relay/relaytest":         {4, "relay journal/event internal"},
	"relay/chattext":          {4, "relay journal/event internal"},
	"relay/chattext/markdown": {4, "relay/chattext"},
	"relay/command":           {4, "relay config journal/event journal/export internal"},
	"relay/datadog":           {4, "relay config journal/event internal"},
	"relay/file":              {4, "relay config journal/event journal/export internal"},
	"relay/mattermost":        {4, "relay config journal/event internal"},
	"relay/servicenow":        {4, "relay config journal/event mist internal"},
	"relay/slack":             {4, "relay config journal/event internal"},
	"relay/splunk":            {4, "relay config journal/event internal"},
	"relay/sql":               {4, "relay config journal/event internal"},
	"relay/syslog":            {4, "relay config journal/event internal"},
	"relay/teams":             {4, "relay config journal/event internal"},
	"relay/webhook":           {4, "relay config journal/event internal"},

	"chatops":            {4, "config actions jobs journal journal/event journal/query journal/store mist internal"},
	"chatops/slack":      {4, "chatops chatops/platform chatops/layout chatops/recall config journal/event internal"},
	"chatops/mattermost": {4, "chatops chatops/platform chatops/layout chatops/recall config relay/chattext/markdown journal/event internal"},
	"chatops/platform":   {4, "chatops chatops/recall config journal/event internal"},
	"chatops/layout":     {4, "chatops internal"},
	"chatops/recall":     {4, ""},
	"chatops/chattest":   {4, "chatops chatops/platform relay/relaytest internal"},
	"jobs":               {4, "config journal/event journal/store internal"},
	"jobs/configs":       {4, "jobs config journal journal/event journal/query journal/store mist internal"},

	"jobs/configs/drift":      {4, "jobs/configs feeds/observation journal/event journal/query mist internal"},
	"jobs/configs/compliance": {4, "jobs/configs config journal/event mist internal"},

	"actions": {3, "journal journal/triage journal/event journal/query journal/export mist internal"},

	"config":            {2, "journal/query journal/event journal/priority"},
	"journal":           {2, "journal/event journal/query journal/decode journal/store junos internal"},
	"journal/event":     {2, "internal/mask internal/safetext"},
	"journal/query":     {2, "journal/event internal"},
	"journal/priority":  {2, "journal/event internal"},
	"journal/condition": {2, "journal/event mist junos internal"},
	"journal/decode":    {2, "journal/event journal/condition mist junos internal"},
	"journal/store":     {2, "journal/event journal/query internal"},
	"journal/triage":    {2, "journal/event journal/condition internal"},
	"journal/projector": {2, "journal/event journal/decode journal/triage journal/store journal/priority internal"},
	"journal/export":    {2, "journal/event internal"},

	"mist":             {1, "internal"},
	"mist/mistsim":     {1, "mist internal"},
	"mist/openapitest": {1, ""},
	"mist/streamtest":  {1, ""},
	"junos":            {1, "internal"},
	"junos/agent":      {1, "junos"},

	"internal": {0, "internal"},
}

// banned names modules that must not come back, and why.
var banned = map[string]string{
	"github.com/charmbracelet/bubbletea": "the v1 path; the v2 stack is at charm.land",
	"github.com/charmbracelet/bubbles":   "the v1 path; the v2 stack is at charm.land",
	"github.com/charmbracelet/lipgloss":  "the v1 path; the v2 stack is at charm.land",
	"github.com/mattn/go-sqlite3":        "needs cgo; the binary must build without",
	"database/sql":                       "slower than the SQLite package in use, over the same engine",
}

// excepted names the one room that may import a banned module all the same.
var excepted = map[string]string{
	"database/sql": "relay/sql", // the drivers of PostgreSQL and MySQL are made for it, and SQLite is not involved
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
			if why, bad := banned[imp]; bad && excepted[imp] != room {
				t.Errorf("%s imports %s: %s", room, imp, why)
			}
			if of, ours := strings.CutPrefix(imp, "foghorn/"); ours {
				checkRoom(t, room, of)
			}
		}
	}
}

// checkRoom reports an import of ours that the table does not allow: one from a
// floor above or beside that the room's row does not name, or a circle of rows.
func checkRoom(t *testing.T, name, imp string) {
	t.Helper()
	from, to := roomOf(t, name), roomOf(t, imp)
	if from == nil || to == nil {
		return
	}
	if to.floor > from.floor {
		t.Errorf("%s on floor %d imports %s on floor %d: a floor imports only from floors below it", name, from.floor, imp, to.floor)
	}
	for ok := range strings.FieldsSeq(from.may) {
		if ok == "*" || imp == ok || !exact[ok] && strings.HasPrefix(imp, ok+"/") {
			return
		}
	}
	t.Errorf("%s imports %s, which its room may not (allowed: %q)", name, imp, from.may)
}

// exact are the rooms whose name in a row means the room alone and not the
// folders below it: the read side is open to those that may not reach into the
// engine under it.
var exact = map[string]bool{"journal": true}

// roomOf finds the row of a package: its own, or that of the nearest folder
// above it.
func roomOf(t *testing.T, name string) *room {
	t.Helper()
	for at := name; ; {
		if r, ok := house[at]; ok {
			return &r
		}
		i := strings.LastIndex(at, "/")
		if i < 0 {
			t.Errorf("%s is not in the house: decide its floor and what it may import", name)
			return nil
		}
		at = at[:i]
	}
}

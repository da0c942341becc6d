package actions_test

import (
	"errors"
	"strings"
	"testing"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/mist/mistsim"
)

// plan checks rows against what the simulated cloud has now.
func (d *desk) plan(acts *actions.Actions, duplicates bool, rows ...actions.Row) *actions.RenamePlan {
	d.t.Helper()
	devices, err := acts.Inventory(d.ctx, "acme")
	d.must(err)
	p, err := acts.PlanRenames("acme", devices, rows, duplicates)
	d.must(err)
	return p
}

func planError(acts *actions.Actions, device event.Device) error {
	_, err := acts.PlanRenames("acme", []event.Device{device}, []actions.Row{{Name: "new", MAC: device.MAC}}, false)
	return err
}

// run carries a plan out and returns the states of its rows.
func (d *desk) run(p *actions.RenamePlan) (states string, rows []actions.RowResult) {
	var words []string
	p.Run(d.ctx, ada, func(r actions.RowResult) {
		words, rows = append(words, r.State), append(rows, r)
	})
	return strings.Join(words, " "), rows
}

func states(rows []actions.RowResult) string {
	var words []string
	for _, r := range rows {
		words = append(words, r.State)
	}
	return strings.Join(words, " ")
}

func TestABulkRenameChecksEveryRowFirstAndCanBeTakenBack(t *testing.T) {
	d := open(t)
	acts := d.process(nil)
	a, b, c := d.device(0), d.device(1), d.device(2)
	p := d.plan(acts, false, actions.Row{Name: "new-a", MAC: a.MAC}, actions.Row{Name: b.Name, MAC: b.MAC}, actions.Row{Name: "new-c", MAC: c.MAC},
		actions.Row{Name: "ghost", MAC: "ffffffffffff"}, actions.Row{Name: "again", MAC: a.MAC, Line: 6}, actions.Row{Name: "nobody", Serial: "none"})
	if got := states(p.Rows); got != "planned same planned failed failed failed" || p.Failed != 3 {
		t.Fatalf("the plan is %s, %d failed", got, p.Failed)
	}
	if name := d.nameInCloud(a); name != a.Name {
		t.Fatalf("planning named it %q", name)
	}
	got, done := d.run(p)
	if got != "renamed same renamed failed failed failed" {
		t.Fatalf("the rows are %s", got)
	}
	if got, _ := d.run(d.plan(acts, true, actions.Undo(done)...)); got != "renamed renamed" {
		t.Errorf("taking it back: %s", got)
	}
	for _, of := range []event.Device{a, b, c} {
		if name := d.nameInCloud(of); name != of.Name {
			t.Errorf("after the undo %s is called %q, and was %q", of.MAC, name, of.Name)
		}
	}
}

func TestABulkRenameFindsADeviceByItsSerialNumber(t *testing.T) {
	d := open(t)
	acts, of := d.process(nil), d.device(0)
	devices, err := acts.Inventory(d.ctx, "acme")
	d.must(err)
	serial := ""
	for _, o := range devices {
		if o.MAC == of.MAC {
			serial = o.Serial
		}
	}
	if got, _ := d.run(d.plan(acts, false, actions.Row{Name: "by-serial", Serial: strings.ToLower(serial)})); got != "renamed" || d.nameInCloud(of) != "by-serial" {
		t.Errorf("%s: %s is called %s", got, serial, d.nameInCloud(of))
	}
}

// Two devices may not end up with one name, whoever had it before; a swap is no clash.
func TestABulkRenameMindsNamesAsTheyAreInTheEnd(t *testing.T) {
	d := open(t)
	acts := d.process(nil)
	a, b, c := d.device(0), d.device(1), d.device(2)
	for _, tt := range []struct {
		name       string
		duplicates bool
		rows       []actions.Row
		want       string
	}{
		{"swap", false, []actions.Row{{Name: b.Name, MAC: a.MAC}, {Name: a.Name, MAC: b.MAC}}, "planned planned"},
		{"taken by a device that is not in the list", false, []actions.Row{{Name: strings.ToUpper(c.Name), MAC: a.MAC}}, "failed"},
		{"the same, wanted so", true, []actions.Row{{Name: c.Name, MAC: a.MAC}}, "planned"},
		{"twice in the list", false, []actions.Row{{Name: "x", MAC: a.MAC, Line: 2}, {Name: "X", MAC: b.MAC, Line: 3}}, "failed failed"},
		{"taken by a device that keeps its name", false, []actions.Row{{Name: b.Name, MAC: a.MAC}, {Name: b.Name, MAC: b.MAC}}, "failed same"},
		{"a name that becomes free", false, []actions.Row{{Name: b.Name, MAC: a.MAC}, {Name: "new", MAC: b.MAC}}, "planned planned"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := d.plan(acts, tt.duplicates, tt.rows...)
			if got := states(p.Rows); got != tt.want {
				t.Errorf("%s, want %s: %+v", got, tt.want, p.Rows)
			}
			if first := p.Rows[0]; (first.State == actions.RowFailed || tt.duplicates) && first.Text == "" {
				t.Error("no reason is given")
			}
		})
	}
}

func TestABulkRenameStopsAfterThreeErrorsInARow(t *testing.T) {
	d := open(t)
	acts := d.process(nil)
	d.cloud.Faults().Order(mistsim.Order{Kind: mistsim.ServerError, Status: 400, Times: 3, Path: "/devices/"})
	var rows []actions.Row
	for i := range 5 {
		rows = append(rows, actions.Row{Name: "new-" + string(rune('a'+i)), MAC: d.device(i).MAC})
	}
	if got, _ := d.run(d.plan(acts, false, rows...)); got != "failed failed failed skipped skipped" {
		t.Errorf("the rows are %s", got)
	}
}

func TestNothingIsPlannedWhereWritesAreOff(t *testing.T) {
	d := open(t)
	acts := d.process(func(o *actions.Options) { o.ReadOnly = true })
	if err := planError(acts, d.device(0)); !errors.Is(err, actions.ErrReadOnly) {
		t.Errorf("got %v", err)
	}
}

package actions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"foghorn/journal/event"
)

// Row says which device gets which name. The device is named by its MAC, or by its
// serial number where MAC is empty. Line and Column say where a file has the name;
// they are 0 for a row that comes from no file.
type Row struct {
	Name         string
	MAC          event.MAC
	Serial       string
	Line, Column int
}

// device names the device of a row as its file does.
func (r Row) device() string {
	if r.MAC == "" {
		return "serial number " + r.Serial
	}
	return r.MAC.String()
}

// The states of a row of a bulk rename.
const (
	RowRenamed = "renamed"
	RowPlanned = "planned" // it passed every check
	RowSame    = "same"    // it has that name already
	RowFailed  = "failed"
	RowSkipped = "skipped" // not tried after too many errors in a row
)

// RowResult is what became of a row. Old is what to rename back to.
type RowResult struct {
	Row
	Old    string
	State  string
	Text   string // why it failed, or what to mind
	Device event.Device
}

// maxFailures is how many errors in a row end a bulk rename: the fourth would
// fail for the same reason.
const maxFailures = 3

// RenamePlan is a bulk rename whose rows have all been checked, and of which
// nothing has been changed yet. Rows are in the order they came in.
type RenamePlan struct {
	Rows   []RowResult
	Failed int // how many rows did not pass

	actions *Actions
	source  string
}

// PlanRenames checks rows against the devices of a source, as Inventory gives
// them: whether the devices are there, the names are possible, and no two end up
// with one name. It compares the names as they are after the whole rename, so that devices
// can swap theirs. With duplicates allowed, a name that another device has is
// only worth a word in Text. The error is ErrReadOnly or nil.
func (a *Actions) PlanRenames(source string, devices []event.Device, rows []Row, allowDuplicates bool) (*RenamePlan, error) {
	if a.opt.ReadOnly {
		return nil, ErrReadOnly
	}
	p := &RenamePlan{actions: a, source: source}
	b := newBulk(devices)
	for _, r := range rows {
		p.Rows = append(p.Rows, b.check(r))
	}
	b.names(p.Rows, allowDuplicates)
	for _, r := range p.Rows {
		if r.State == RowFailed {
			p.Failed++
		}
	}
	return p, nil
}

// Run renames the devices whose rows passed, one after the other, and calls each
// with every row as its outcome is known. It stops trying after three errors in
// a row, and when ctx ends.
func (p *RenamePlan) Run(ctx context.Context, by Operator, each func(RowResult)) {
	failures := 0
	for _, r := range p.Rows {
		switch {
		case r.State != RowPlanned:
		case ctx.Err() != nil:
			r.State, r.Text = RowSkipped, "not tried: "+ctx.Err().Error()
		case failures >= maxFailures:
			r.State, r.Text = RowSkipped, fmt.Sprintf("not tried: %d errors in a row before it", maxFailures)
		default:
			r.State = RowRenamed
			if err := p.actions.Rename(ctx, by, p.source, r.Device, r.Name); err != nil {
				r.State, r.Text = RowFailed, err.Error()
			}
		}
		switch r.State {
		case RowFailed:
			failures++
		case RowRenamed, RowSame:
			failures = 0
		}
		each(r)
	}
}

// bulk checks the rows of a bulk rename against the devices there are.
type bulk struct {
	devices   []event.Device
	byMAC     map[event.MAC]int
	bySerial  map[string]int
	requested map[event.MAC]Row
}

func newBulk(devices []event.Device) *bulk {
	b := &bulk{devices: devices, byMAC: map[event.MAC]int{}, bySerial: map[string]int{}, requested: map[event.MAC]Row{}}
	for i, d := range devices {
		b.byMAC[d.MAC] = i
		if d.Serial != "" {
			b.bySerial[strings.ToLower(d.Serial)] = i
		}
	}
	return b
}

// check looks at one row by itself.
func (b *bulk) check(r Row) RowResult {
	res := RowResult{Row: r, State: RowFailed}
	i, ok := b.byMAC[r.MAC]
	if r.MAC == "" {
		i, ok = b.bySerial[strings.ToLower(r.Serial)]
	}
	if !ok {
		res.Text = fmt.Sprintf("no device with %s in the organization", r.device())
		return res
	}
	d := b.devices[i]
	res.MAC, res.Device, res.Old = d.MAC, d, d.Name
	if first, twice := b.requested[d.MAC]; twice {
		res.Text = "the device is in the list twice" + inLine(" (line %d)", first.Line)
		return res
	}
	b.requested[d.MAC] = r
	switch err := cmp.Or(checkName(r.Name), checkDevice(d, r.Name)); {
	case errors.Is(err, ErrSameName):
		res.State, res.Text = RowSame, err.Error()
	case err != nil:
		res.Text = err.Error()
	default:
		res.State = RowPlanned
	}
	return res
}

// names finds rows that would give a device a name that another one has, once
// all are renamed.
func (b *bulk) names(rows []RowResult, allowed bool) {
	owners := map[string][]int{} // places in devices, by folded name
	for i, d := range b.devices {
		name := d.Name
		if r, ok := b.requested[d.MAC]; ok {
			name = r.Name
		}
		owners[strings.ToLower(name)] = append(owners[strings.ToLower(name)], i)
	}
	for i := range rows {
		r := &rows[i]
		if r.State != RowPlanned {
			continue
		}
		for _, at := range owners[strings.ToLower(r.Name)] {
			o := b.devices[at]
			if o.MAC == r.MAC {
				continue
			}
			r.Text = b.taken(r.Name, o)
			if !allowed {
				r.State = RowFailed
			}
			break
		}
	}
}

// taken says who has the name.
func (b *bulk) taken(name string, o event.Device) string {
	if other, ok := b.requested[o.MAC]; ok {
		return fmt.Sprintf("%s gets the name %s too", o.MAC, name) + inLine(" (line %d)", other.Line)
	}
	o.Name = name
	return collision([]event.Device{o}, event.Device{}, name)
}

func inLine(format string, line int) string {
	if line == 0 {
		return ""
	}
	return fmt.Sprintf(format, line)
}

// Undo is the list that takes a bulk rename back, the last row first. A device
// that had no name is not in it: Mist takes no empty one.
func Undo(results []RowResult) []Row {
	var out []Row
	for _, r := range slices.Backward(results) {
		if r.State == RowRenamed && r.Old != "" {
			out = append(out, Row{Name: r.Old, MAC: r.MAC})
		}
	}
	return out
}

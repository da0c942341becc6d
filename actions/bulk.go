package actions

import (
	"context"
	"errors"
	"fmt"

	"foghorn/event"
)

// Row is one wish of a bulk rename, as a file of name and MAC has it.
type Row struct {
	Name string
	MAC  event.MAC
}

// The states of a row of a bulk rename.
const (
	RowRenamed = "renamed"
	RowPlanned = "planned" // a dry run would have done it
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

// RenameAll renames devices one after the other and calls each with every
// result as it is known. The old names are the cloud's as it begins, so that
// what takes it back is right also just after another rename. A dry run changes nothing and checks everything. It
// stops trying after three errors in a row. The error is of the whole: nothing
// was tried at all.
func (a *Actions) RenameAll(ctx context.Context, source string, rows []Row, dry bool, each func(RowResult)) error {
	if a.opt.ReadOnly {
		return ErrReadOnly
	}
	devices, err := a.Inventory(ctx, source)
	if err != nil {
		return err
	}
	b := &bulk{Actions: a, source: source, dry: dry, devices: devices, byMAC: map[event.MAC]int{}, wished: map[event.MAC]bool{}}
	for i, d := range devices {
		b.byMAC[d.MAC] = i
	}
	failures := 0
	for _, r := range rows {
		res := RowResult{Row: r, State: RowSkipped, Text: fmt.Sprintf("not tried: %d errors in a row before it", maxFailures)}
		if ctx.Err() != nil {
			res.Text = "not tried: " + ctx.Err().Error()
		} else if failures < maxFailures {
			res = b.one(ctx, r)
		}
		switch res.State {
		case RowFailed:
			failures++
		case RowRenamed, RowPlanned, RowSame:
			failures = 0
		}
		each(res)
	}
	return nil
}

// bulk is a bulk rename under way. Names given so far count for collisions.
type bulk struct {
	*Actions
	source  string
	dry     bool
	devices []event.Device
	byMAC   map[event.MAC]int
	wished  map[event.MAC]bool
}

func (b *bulk) one(ctx context.Context, r Row) RowResult {
	res := RowResult{Row: r, State: RowFailed}
	i, ok := b.byMAC[r.MAC]
	switch {
	case !ok:
		res.Text = "no such device in the organisation"
		return res
	case b.wished[r.MAC]:
		res.Text = "the MAC is in the list twice"
		return res
	}
	b.wished[r.MAC] = true
	d := b.devices[i]
	res.Device, res.Old = d, d.Name
	if err := errors.Join(checkName(r.Name), checkDevice(d, r.Name)); err != nil {
		if res.Text = err.Error(); errors.Is(err, ErrSameName) {
			res.State = RowSame
		}
		return res
	}
	res.Text = collision(b.devices, d, r.Name)
	if b.dry {
		res.State = RowPlanned
	} else if err := b.Rename(ctx, b.source, d, r.Name); err != nil {
		res.Text = err.Error()
		return res
	} else {
		res.State = RowRenamed
	}
	b.devices[i].Name = r.Name
	return res
}

// Undo is the list that takes a bulk rename back, the last row first. A device
// that had no name is not in it: Mist takes no empty one.
func Undo(results []RowResult) []Row {
	var out []Row
	for i := len(results) - 1; i >= 0; i-- {
		if r := results[i]; r.State == RowRenamed && r.Old != "" {
			out = append(out, Row{Name: r.Old, MAC: r.MAC})
		}
	}
	return out
}

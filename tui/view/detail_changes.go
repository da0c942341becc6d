package view

import (
	"fmt"

	"foghorn/journal"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
)

// changeLines stand under the sentence of an audit's page and say what was changed: by
// whom and from where, and each setting from its old to its new value. There are none
// for other events, nor when the element is gone.
func changeLines(e pane.Context, f *DetailData, w int) []string {
	if f.bodyNote != "" {
		return nil
	}
	a := journal.AuditOf(f.Event, f.Body)
	if a == nil {
		return nil
	}
	out := draw.Fields(e.Context, w, []draw.Field{
		{Name: "admin", Value: e.Text(a.Admin), Role: draw.Plain},
		{Name: "from", Value: e.Text(a.Address), Role: draw.Plain},
		{Name: "action", Value: e.Text(a.Action), Role: draw.Plain},
		{Name: "object", Value: e.Text(a.Object), Role: draw.Strong},
	})
	if len(a.Changes) == 0 {
		return append(out, "")
	}
	out = append(out, "", e.Theme.On(draw.Title, "Changes"))
	for _, c := range a.Changes {
		for _, l := range draw.Wrap(e.Text(c.String()), max(10, w)) {
			out = append(out, e.Theme.On(draw.Plain, l))
		}
	}
	if a.More > 0 {
		out = append(out, e.Theme.On(draw.Dim, fmt.Sprintf("and %d more in the tab JSON", a.More)))
	}
	return append(out, "")
}

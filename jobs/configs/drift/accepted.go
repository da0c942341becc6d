package drift

import (
	"context"
	"slices"

	"foghorn/journal/event"
	"foghorn/journal/query"
)

var openAlerts = query.MustParse("kind:config_drift !state:resolved")

// accepted forgets the alerts that a person has closed: what is there now is as it should
// be. at is the record up to which alerts are known.
func (w *Watcher) accepted(ctx context.Context, at int64) error {
	if !w.anyOpen() {
		return nil
	}
	const most = 2 * maxOpen
	alerts, err := w.o.Journal.Alerts(ctx, query.Page{Where: openAlerts, Now: w.o.Clock.Now(), Limit: most})
	if err != nil || len(alerts) == most { // then it is not known which are missing
		return err
	}
	open := map[string]bool{}
	for i := range alerts {
		open[alerts[i].Key] = true
	}
	for _, o := range w.o.Orgs() {
		st := w.state.Orgs[o.OrgID]
		if st == nil {
			continue
		}
		st.Open = slices.DeleteFunc(st.Open, func(a alert) bool {
			return a.Record != 0 && a.Record <= at && !open[event.HealthKey(event.CheckDrift, o.Source, a.About)]
		})
	}
	return nil // nobody needs to remember it: after a restart it is found again
}

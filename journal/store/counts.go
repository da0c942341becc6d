package store

import (
	"time"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
)

// counter gathers what one transaction changes in the totals, so that the table
// is touched once per total and not once per event.
type counter struct {
	events, deliveries, refused, duplicates, unknown, undecoded, damaged int64
	resolved                                                             int64 // alerts that retention removed

	alerts map[event.State]int64
	bySev  map[stateSeverity]int64
}

// stateSeverity is a state and a severity that unresolved alerts are counted by.
type stateSeverity struct {
	state    event.State
	severity event.Severity
}

// alert counts an alert in or out, by what its columns say (see standing).
func (k *counter) alert(a *event.Alert, n int64) {
	if k.alerts == nil {
		k.alerts, k.bySev = map[event.State]int64{}, map[stateSeverity]int64{}
	}
	state := storedState(a)
	k.alerts[state] += n
	if state != event.Resolved {
		k.bySev[stateSeverity{state, a.Severity}] += n
	}
}

// The keys of the counts table. Those of alerts carry state and severity.
const (
	countEvents     = "events"
	countDeliveries = "deliveries"
	countRefused    = "refused"
	countDuplicates = "duplicates"
	countUnknown    = "unknown"
	countUndecoded  = "undecoded"
	countDamaged    = "damaged"
	countAlerts     = "alerts "
	countBySev      = "unresolved "
)

func (k *counter) flush(st *sqlite.Stmt) error {
	put := func(key string, n int64) error {
		if n == 0 {
			return nil
		}
		st.BindText(1, key)
		st.BindInt64(2, n)
		return run(st)
	}
	for key, n := range map[string]int64{
		countEvents: k.events, countDeliveries: k.deliveries, countRefused: k.refused,
		countDuplicates: k.duplicates, countUnknown: k.unknown, countUndecoded: k.undecoded, countDamaged: k.damaged,
		countAlerts + string(event.Resolved): k.resolved,
	} {
		if err := put(key, n); err != nil {
			return err
		}
	}
	for state, n := range k.alerts {
		if err := put(countAlerts+string(state), n); err != nil {
			return err
		}
	}
	for s, n := range k.bySev {
		if err := put(countBySev+string(s.state)+" "+s.severity.String(), n); err != nil {
			return err
		}
	}
	*k = counter{}
	return nil
}

// readCounts reads the totals as they are at now: snoozes that ended by then
// count as what the alert is without them.
func readCounts(c *sqlite.Conn, now time.Time) (event.Counts, error) {
	n := map[string]int64{}
	err := sqlitex.Execute(c, "SELECT key, n FROM counts", &sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
		n[st.ColumnText(0)] = st.ColumnInt64(1)
		return nil
	}})
	if err != nil {
		return event.Counts{}, err
	}
	k := event.Counts{
		Events: n[countEvents], Deliveries: n[countDeliveries], Refused: n[countRefused],
		Duplicates: n[countDuplicates], Unknown: n[countUnknown], Undecoded: n[countUndecoded], Damaged: n[countDamaged],
		Alerts:     map[event.State]int64{},
		Unresolved: map[event.Severity]int64{},
		OpenBySev:  map[event.Severity]int64{},
	}
	for _, s := range event.AlertStates() {
		k.Alerts[s] = n[countAlerts+string(s)]
		for _, sev := range event.Severities() {
			count := n[countBySev+string(s)+" "+sev.String()]
			k.Unresolved[sev] += count
			if s == event.Open {
				k.OpenBySev[sev] += count
			}
		}
	}
	err = sqlitex.Execute(c, "SELECT severity, acked_at <> 0, count(*) FROM alerts WHERE resolved = 0 AND snoozed_until <> 0 AND snoozed_until <= ? GROUP BY 1, 2",
		&sqlitex.ExecOptions{Args: []any{millis(now)}, ResultFunc: func(st *sqlite.Stmt) error {
			awake := st.ColumnInt64(2)
			k.Alerts[event.Snoozed] -= awake
			if st.ColumnInt64(1) != 0 {
				k.Alerts[event.Acked] += awake
				return nil
			}
			k.Alerts[event.Open] += awake
			k.OpenBySev[event.Severity(st.ColumnInt64(0))] += awake
			return nil
		}})
	return k, err
}

// Package sql writes events and alerts as rows of a database: PostgreSQL, MySQL or
// MariaDB.
//
// Callers may rely on this: a row has its event's or alert's id as its key, so that an
// item that is sent again changes its row and adds none. The items of a request are
// written in one transaction: all or none. Values are bound and never part of a
// statement; what a database cannot hold (NUL, invalid UTF-8, JSON that it does not
// take) is spelled in a way that it can, so that no text from outside is refused. No
// password is in an error. Tables are made by nobody but the person who runs Schema.
package sql

import (
	"cmp"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/internal/mask"
	"foghorn/internal/safetext"
	"foghorn/relay"
)

// sendAlerts is what send says for a relay of alerts.
const sendAlerts = "alerts"

// What columns may be.
const (
	ownColumns       = "foghorn"
	referenceColumns = "network-assistant"
)

// Limits of a request.
const (
	maxItems = 500
	// maxBytes of values stay below the packets that databases take by default: 4 MiB for
	// MySQL 5.7, 16 MiB for MariaDB.
	maxBytes = 1 << 20
	wait     = time.Second
	// timeout is what timeout is when it is not given.
	timeout = 15 * time.Second
)

// Destination is the tables of one relay.
type Destination struct {
	name    string
	journal int64
	timeout time.Duration // of a request
	dialect *dialect
	shape   shape
	dsn     *dsn
	secrets *mask.Set
	pool    pool
}

var (
	_ relay.Destination = (*Destination)(nil)
	_ relay.Transport   = (*Destination)(nil)
	_ relay.Checker     = (*Destination)(nil)
)

// New makes the destination of a relay. It opens no connection.
func New(c config.Relay, e relay.Env) (relay.Destination, error) {
	s, err := shapeOf(c)
	if err != nil {
		return nil, err
	}
	d, err := parseDSN(c.DSN.Reveal())
	if err != nil {
		return nil, err
	}
	return &Destination{name: c.Name, journal: e.Journal, timeout: cmp.Or(time.Duration(c.Timeout), timeout), dialect: d.dialect, shape: s, dsn: d,
		secrets: mask.New(d.password, c.DSN.Reveal()), pool: newPool(d)}, nil
}

// Limits are those that a database of default settings bears.
func (d *Destination) Limits() relay.Limits {
	return relay.Limits{Items: maxItems, Wait: wait, Idempotent: true}
}

// shape is which tables a relay writes.
type shape struct {
	events func(of string) *table // by the topic of an event; nil for a relay of alerts
	alerts *table
	tables []*table
}

var tableName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?$`)

// maxIdent is how long a name in a database may be: 63 bytes in PostgreSQL, which cuts
// longer ones silently, and 64 in MySQL.
const maxIdent = 63

func shapeOf(c config.Relay) (shape, error) {
	columns := cmp.Or(c.Columns, ownColumns)
	if columns != ownColumns && columns != referenceColumns {
		return shape{}, fmt.Errorf("columns: %q is neither %q nor %q", safetext.Line(columns), ownColumns, referenceColumns)
	}
	if c.Table != "" && !tableName.MatchString(c.Table) {
		return shape{}, fmt.Errorf("table: %q cannot name a table; use letters, digits and _, with a schema and a dot in front if need be", safetext.Line(c.Table))
	}
	var s shape
	switch {
	case c.Send == sendAlerts && columns == referenceColumns:
		return shape{}, errors.New(`columns = "network-assistant" needs send = "events": Network Assistant has no table of alerts`)
	case c.Send == sendAlerts && c.Table != "":
		s.alerts = alertTable(c.Table + "_alerts")
	case c.Send == sendAlerts:
		s.alerts = alertTable("foghorn_alerts")
	case columns == ownColumns:
		s.tables = []*table{eventTable(cmp.Or(c.Table, "foghorn_events"))}
	case c.Table != "":
		s.tables = []*table{mistTable(c.Table)}
	default:
		s.tables = []*table{junosTable("junos_events"), mistTable("mist_events")}
	}
	if s.alerts != nil {
		s.tables = []*table{s.alerts}
	} else {
		s.events = eventsIn(s.tables)
	}
	for _, t := range s.tables {
		for part := range strings.SplitSeq(t.name, ".") {
			if len(part) > maxIdent {
				return shape{}, fmt.Errorf("table: the name %q is longer than %d characters", part, maxIdent)
			}
		}
	}
	return s, nil
}

// eventsIn chooses the table of an event: that of its sender where there are two.
func eventsIn(tables []*table) func(string) *table {
	return func(topic string) *table {
		if topic == junosTopic {
			return tables[0]
		}
		return tables[len(tables)-1]
	}
}

// junosTopic is the topic of the events of the Junos agent.
const junosTopic = "junos"

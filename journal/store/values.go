package store

import (
	"context"
	"hash/maphash"
	"slices"
	"strings"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/journal/event"
)

// The fields whose values are remembered for completion.
const (
	fieldSource = iota
	fieldTopic
	fieldType
	fieldSite
	fieldDevice
	fieldDeviceType
	fieldClient
	fieldSSID
	fieldDeviceMAC
	fieldClientMAC
	fieldOrgID
	fieldSiteID
	fieldKind
	fieldOwner
	valueFieldCount
)

var valueFields = [valueFieldCount]string{
	"source", "topic", "type", "site", "device", "device_type", "client", "ssid", "device_mac", "client_mac", "org_id", "site_id", "kind", "owner",
}

// maxKnownValues bounds the values remembered per field: nobody completes the
// ten thousand and first client.
const maxKnownValues = 10_000

// knownValues knows which values are in the table already, so that most events
// cost no statement.
type knownValues struct {
	insert *sqlite.Stmt
	seed   maphash.Seed
	known  map[uint64]struct{}
	counts [valueFieldCount]int64
	loaded bool
	conn   *sqlite.Conn
}

func (s *knownValues) prepare(c *sqlite.Conn) (err error) {
	s.conn, s.seed = c, maphash.MakeSeed()
	s.reset()
	s.insert, err = c.Prepare("INSERT OR IGNORE INTO known_values(field, value) VALUES(?, ?)")
	return err
}

// reset forgets what a transaction that was rolled back may have added.
func (s *knownValues) reset() { s.known, s.loaded = map[uint64]struct{}{}, false }

func (s *knownValues) load() (err error) {
	for i, f := range valueFields {
		if s.counts[i], err = queryInt(s.conn, "SELECT count(*) FROM known_values WHERE field = ?", f); err != nil {
			return err
		}
	}
	s.loaded = true
	return nil
}

func (s *knownValues) event(e *event.Event) error {
	for i, v := range [...]string{e.Source, e.Topic, e.Type, e.Site, e.Device, e.DeviceType, e.Client, e.SSID,
		string(e.DeviceMAC), string(e.ClientMAC), e.OrgID, e.SiteID} {
		if err := s.note(i, v); err != nil {
			return err
		}
	}
	return nil
}

func (s *knownValues) alert(a *event.Alert) error {
	if err := s.note(fieldKind, a.Kind); err != nil {
		return err
	}
	return s.note(fieldOwner, a.Owner)
}

// activity notes who acknowledges, whether or not the alert is still theirs when
// it is written.
func (s *knownValues) activity(a *event.Activity) error {
	if a.Action != event.ActionAck {
		return nil
	}
	return s.note(fieldOwner, a.Actor)
}

func (s *knownValues) note(field int, value string) error {
	if value == "" {
		return nil
	}
	h := maphash.String(s.seed, value) + uint64(field)*0x9E3779B97F4A7C15
	if _, ok := s.known[h]; ok {
		return nil
	}
	if !s.loaded {
		if err := s.load(); err != nil {
			return err
		}
	}
	if s.counts[field] >= maxKnownValues {
		return nil
	}
	s.insert.BindText(1, valueFields[field])
	s.insert.BindText(2, value)
	if err := run(s.insert); err != nil {
		return err
	}
	s.counts[field] += int64(s.conn.Changes())
	s.known[h] = struct{}{}
	return nil
}

// stateValues are the columns of state that a field's values are found in too.
var stateValues = map[string][]string{
	"source":      {"source FROM devices"},
	"site":        {"site FROM devices"},
	"site_id":     {"site_id FROM devices"},
	"org_id":      {"org_id FROM devices"},
	"device":      {"name FROM devices"},
	"device_mac":  {"mac FROM devices"},
	"device_type": {"type FROM devices"},
	"model":       {"model FROM devices"},
	"version":     {"version FROM devices"},
	"serial":      {"serial FROM devices"},
	"status":      {"status FROM devices"},
	"uplink":      {"uplink FROM devices"},
	"ip":          {"ip FROM devices", "ip FROM clients"},
	"client":      {"hostname FROM clients"},
	"client_mac":  {"mac FROM clients"},
	"username":    {"username FROM clients"},
	"ssid":        {"ssid FROM clients"},
	"band":        {"band FROM clients"},
}

// Values returns values of a field that were really seen and begin with prefix
// (ASCII case ignored), in order, at most limit. Of events it knows the first ten
// thousand values of each field; of devices and connected clients what they have
// now.
func (v *View) Values(ctx context.Context, field, prefix string, limit int) (values []string, err error) {
	err = v.read(ctx, "list values", func(c *sqlite.Conn) error {
		add := func(sql string, args ...any) error {
			return sqlitex.Execute(c, sql, &sqlitex.ExecOptions{Args: args, ResultFunc: func(st *sqlite.Stmt) error {
				if s := st.ColumnText(0); s != "" && hasPrefixFold(s, prefix) {
					values = append(values, s)
				}
				return nil
			}})
		}
		if err := add("SELECT value FROM known_values WHERE field = ? AND value >= ? ORDER BY value"+limited, field, prefix, limit); err != nil {
			return err
		}
		for _, column := range stateValues[field] {
			name, _, _ := strings.Cut(column, " ")
			err := add("SELECT DISTINCT "+column+" WHERE "+name+" >= ? COLLATE NOCASE ORDER BY 1 COLLATE NOCASE"+limited, prefix, limit)
			if err != nil {
				return err
			}
		}
		return nil
	})
	slices.SortFunc(values, compareFold)
	values = slices.CompactFunc(values, func(a, b string) bool { return compareFold(a, b) == 0 })
	return values[:min(len(values), max(limit, 0))], err
}

// compareFold orders as NOCASE does.
func compareFold(a, b string) int {
	for i := range min(len(a), len(b)) {
		if x, y := lower(a[i]), lower(b[i]); x != y {
			return int(x) - int(y)
		}
	}
	return len(a) - len(b)
}

func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(s[i]) != lower(prefix[i]) {
			return false
		}
	}
	return true
}

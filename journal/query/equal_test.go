package query

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // the dates of queries are read in a zone with summer time
	"unicode/utf8"

	"foghorn/journal/event"

	"zombiezen.com/go/sqlite"
)

// base is the now of the tests: in a zone, and not on a whole millisecond.
var base = func() time.Time {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 11, 23, 12, 0, 0, 123456789, berlin)
}()

// hostile are texts as strangers choose them, and near misses of each other.
var hostile = []string{
	"", "Berlin HQ", "berlin hq", "BERLIN", "ber", "Bern", "100%", "a_b", "a%b", "axb", `back\slash`, `\`, `quo"te`, `"`, "it's", "';--",
	"straße", "STRASSE", "Ünïcode", "ünïcode", "日本語サイト", "サイト", "\x00start", "mid\x00dle", "mid", "bad\xffutf", "\xc3", "\x80",
	"over\xe0\x80\xaflong", "o\xe0\x83\xa9o", "oéo", "\xff\xfe", "\xf8\x88\x80\x80\x80", "sur\xed\xa0\x80rogate", "non\ufffechar", "repl\ufffdchar", "non\uffffchar",
	"line\nbreak", "(paren)", "a,b", "-minus", "!bang", "or", "and", "open", "acked", "AP_DISCONNECTED", "ap-07", "AP-07", "*star*", "*", "~tilde",
	"rogue", "Rogue AP seen", "5c:5b:35:00:00:01", "5C-5B-35", "5c5b35000001", "5c5b.3500.0001", "👩‍👩‍👧", "\u202egnorw", "\x1b[31mred", "[\\]^_`", "{|}~", "@[`{",
	"connected", "Disconnected", "200", "10.1.2.3",
}

var macPool = []event.MAC{"", "5c5b35000001", "5c5b35000002", "5c5b36000001", "aabbccddeeff", "001122334455"}

// sayable reports whether a query may hold s.
func sayable(s string) bool { return (&scanner{in: s}).checkText() == nil }

type dice struct{ *rand.Rand }

func pick[T any](d dice, list []T) T { return list[d.IntN(len(list))] }

// words mixes hostile texts.
func (d dice) words() string {
	switch d.IntN(4) {
	case 0:
		return pick(d, hostile) + pick(d, hostile)
	case 1:
		var b strings.Builder
		for range d.IntN(6) {
			b.WriteString(pick(d, []string{"a", "A", "b", "%", "_", `\`, "*", `"`, " ", "é", "\xff", "\x00", "-"}))
		}
		return b.String()
	}
	return pick(d, hostile)
}

func (d dice) time() time.Time {
	switch d.IntN(6) {
	case 0:
		return time.Time{}
	case 1:
		return time.UnixMilli(d.Int64N(3))
	}
	unit := pick(d, []time.Duration{time.Nanosecond, time.Millisecond, time.Second, time.Minute, time.Hour, day})
	return base.Add(time.Duration(d.IntN(200)-150) * unit)
}

// fill gives every field of the struct v a random value, by its type.
func (d dice) fill(v reflect.Value) {
	for _, f := range v.Fields() {
		switch f.Interface().(type) {
		case time.Time:
			f.Set(reflect.ValueOf(d.time()))
		case *time.Time:
			if t := d.time(); d.IntN(2) == 0 {
				f.Set(reflect.ValueOf(&t))
			}
		case event.MAC:
			f.Set(reflect.ValueOf(pick(d, macPool)))
		case event.Severity:
			f.SetUint(uint64(d.IntN(4)))
		default:
			switch f.Kind() {
			case reflect.String:
				f.SetString(d.words())
			case reflect.Int, reflect.Int64:
				f.SetInt(pick(d, []int64{0, 1, 2, 3, 200, 503, 8192, 1 << 53, -1, -70}))
			case reflect.Bool:
				f.SetBool(d.IntN(2) == 0)
			case reflect.Float64:
				f.SetFloat(pick(d, []float64{0, 0.5, 1, 1.25, 1000, 60000}))
			}
		}
	}
}

// columnsOf takes a row apart into columns named by its JSON tags, as those of the
// view are but for one, without the package's own list of them.
func columnsOf(row any) (names []string, values []any) {
	v := reflect.ValueOf(row).Elem()
	for i := range v.NumField() {
		name, _, _ := strings.Cut(v.Type().Field(i).Tag.Get("json"), ",")
		switch name {
		case "-":
			continue
		case "leaves":
			name = "expires"
		}
		switch x := v.Field(i).Interface().(type) {
		case time.Time:
			values = append(values, millis(x))
		case *time.Time:
			values = append(values, millisOf(x))
		default:
			switch f := v.Field(i); f.Kind() {
			case reflect.String:
				values = append(values, f.String())
			case reflect.Int, reflect.Int64:
				values = append(values, f.Int())
			case reflect.Uint8:
				values = append(values, int64(f.Uint()))
			case reflect.Float64:
				values = append(values, f.Float())
			case reflect.Bool:
				values = append(values, map[bool]int64{true: 1}[f.Bool()])
			default:
				continue
			}
		}
		names = append(names, name)
	}
	return names, values
}

// world is a database with random rows, and the same rows in memory.
type world struct {
	conn       *sqlite.Conn
	events     []*event.Event
	alerts     []*event.Alert
	deliveries []*event.Delivery
	devices    []*event.Device
	clients    []*event.LiveClient
}

func newWorld(t testing.TB, d dice, rows int) *world {
	t.Helper()
	conn, err := sqlite.OpenConn(":memory:", sqlite.OpenReadWrite, sqlite.OpenCreate)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	err = conn.CreateFunction("regexp", &sqlite.FunctionImpl{
		NArgs: 2,
		Scalar: func(_ sqlite.Context, args []sqlite.Value) (sqlite.Value, error) {
			re, err := Regexp(args[0].Text())
			if err != nil {
				return sqlite.Value{}, err
			}
			if re.MatchString(args[1].Text()) {
				return sqlite.IntegerValue(1), nil
			}
			return sqlite.IntegerValue(0), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	w := &world{conn: conn}
	for i := range rows {
		e, a, v := &event.Event{}, &event.Alert{}, &event.Delivery{}
		dev, cl := &event.Device{}, &event.LiveClient{}
		d.fill(reflect.ValueOf(dev).Elem())
		d.fill(reflect.ValueOf(cl).Elem())
		d.fill(reflect.ValueOf(e).Elem())
		d.fill(reflect.ValueOf(a).Elem())
		d.fill(reflect.ValueOf(v).Elem())
		e.ID, a.ID, v.ID = int64(i+1), int64(i+1), int64(i+1)
		w.events, w.alerts, w.deliveries = append(w.events, e), append(w.alerts, a), append(w.deliveries, v)
		w.insert(t, Events, e)
		w.insert(t, Alerts, a)
		w.insert(t, Deliveries, v)
		w.devices, w.clients = append(w.devices, dev), append(w.clients, cl)
		w.insert(t, Devices, dev)
		w.insert(t, Clients, cl)
	}
	return w
}

func (w *world) insert(t testing.TB, table Table, row any) {
	t.Helper()
	names, values := columnsOf(row)
	var decl, marks []string
	for i, n := range names {
		kind := "TEXT NOT NULL DEFAULT '' COLLATE NOCASE"
		switch values[i].(type) {
		case int64:
			kind = "INTEGER NOT NULL DEFAULT 0"
		case float64:
			kind = "REAL NOT NULL DEFAULT 0"
		}
		if strings.HasSuffix(n, "_mac") || n == "mac" || n == "ap" {
			kind = "TEXT NOT NULL DEFAULT ''"
		}
		decl = append(decl, n+" "+kind)
		marks = append(marks, "?")
	}
	w.run(t, fmt.Sprintf("CREATE TABLE IF NOT EXISTS %s (%s)", table, strings.Join(decl, ", ")), nil)
	w.run(t, fmt.Sprintf("INSERT INTO %s (%s) VALUES (%s)", table, strings.Join(names, ", "), strings.Join(marks, ", ")), values)
}

// run executes a statement and returns its first column.
func (w *world) run(t testing.TB, text string, args []any) (ids []int64) {
	t.Helper()
	stmt, _, err := w.conn.PrepareTransient(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	defer func() { _ = stmt.Finalize() }()
	for i, a := range args {
		switch a := a.(type) {
		case string:
			stmt.BindText(i+1, a)
		case int64:
			stmt.BindInt64(i+1, a)
		case float64:
			stmt.BindFloat(i+1, a)
		default:
			t.Fatalf("argument %d is a %T", i, a)
		}
	}
	for {
		more, err := stmt.Step()
		if err != nil {
			t.Fatalf("%v\n%s", err, text)
		}
		if !more {
			return ids
		}
		ids = append(ids, stmt.ColumnInt64(0))
	}
}

// inMemory returns the ids of the rows that match.
func (w *world) inMemory(q *Query, t Table) (ids []int64) {
	for i := range w.events {
		ok := false
		switch t {
		case Events:
			ok = q.Event(w.events[i], base)
		case Alerts:
			ok = q.Alert(w.alerts[i], base)
		case Deliveries:
			ok = q.Delivery(w.deliveries[i], base)
		case Devices:
			ok = q.Device(w.devices[i], base)
		case Clients:
			ok = q.LiveClient(w.clients[i], base)
		}
		if ok {
			ids = append(ids, int64(i+1))
		}
	}
	return ids
}

// A query selects the same rows in memory and in SQLite, whatever it says and
// whatever they hold; and what SQL.Need promises is true.
func TestMemoryAndSQLAgree(t *testing.T) {
	const worlds, queries, rows = 8, 150, 25
	hits := 0
	for seed := range uint64(worlds) {
		d := dice{rand.New(rand.NewPCG(seed, 7))}
		w := newWorld(t, d, rows)
		for range queries {
			text := d.query(3)
			q, err := Parse(text)
			if err != nil {
				t.Fatalf("seed %d: the generator made a bad query %q: %v", seed, text, err)
			}
			for table := range Table(tables) {
				s := q.SQL(table, base)
				got := w.run(t, fmt.Sprintf("SELECT rowid FROM %s WHERE %s ORDER BY rowid", table, s.Where), s.Args)
				want := w.inMemory(q, table)
				if !slices.Equal(got, want) {
					t.Fatalf("seed %d, %s: query %q\nmemory %v\nSQL    %v\nwhere %s\nargs %q", seed, table, text, want, got, s.Where, s.Args)
				}
				hits += len(got)
				if table == Events {
					w.checkNeed(t, text, s.Need, got)
				}
			}
		}
	}
	if all := worlds * queries * rows * tables; hits < all/20 || hits > all*19/20 {
		t.Errorf("%d of %d pairs matched: the test says little", hits, all)
	}
}

// Queries made from what a row holds find the row, and need only what it holds.
func TestNeedIsHeldByEveryMatch(t *testing.T) {
	d := dice{rand.New(rand.NewPCG(1, 2))}
	w := newWorld(t, d, 200)
	needed := 0
	for _, e := range w.events {
		if !utf8.ValidString(strings.Join([]string{e.Text, e.Site, e.SSID}, " ")) || !sayable(e.Text+e.Site+e.SSID) {
			continue
		}
		text := fmt.Sprintf("%s (site:%s ssid:%s*) id>0 mac:%s", quote(e.Text), quote(e.Site), quote(e.SSID), quote(string(e.ClientMAC)))
		q, err := Parse(text)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if e.SSID != "" && !q.Event(e, base) {
			t.Errorf("%q does not find the event it was made from: %+v", text, e)
		}
		need := q.SQL(Events, base).Need
		needed += len(need)
		w.checkNeed(t, text, need, w.inMemory(q, Events))
	}
	if needed < 200 {
		t.Errorf("only %d literals were needed: the test says little", needed)
	}
}

func (w *world) checkNeed(t *testing.T, text string, need []string, ids []int64) {
	t.Helper()
	for _, id := range ids {
		e := w.events[id-1]
		all := strings.Join([]string{e.Type, e.Topic, e.Site, e.Device, e.Client, e.SSID, e.Text,
			string(e.DeviceMAC), string(e.ClientMAC), e.Source}, "\n")
		if !utf8.ValidString(all) {
			continue
		}
		for _, n := range need {
			if len(n) < 3 || !strings.Contains(fold(all), n) {
				t.Fatalf("query %q needs %q, but event %q matches", text, n, all)
			}
		}
	}
}

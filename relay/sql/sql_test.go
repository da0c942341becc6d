package sql

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"foghorn/config"
	"foghorn/relay"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file of testdata.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s differs (-update writes it anew):\n%s", path, got)
	}
}

var urls = map[string]string{"postgres": "postgres://foghorn:secret-password@db.example.net/ops", "mysql": "mysql://foghorn:secret-password@db.example.net/ops"}

var relays = map[string]config.Relay{
	"events":    {Name: "archive", Send: "events"},
	"alerts":    {Name: "noc", Send: "alerts", Table: "ops.noc"},
	"reference": {Name: "assistant", Send: "events", Columns: "network-assistant"},
}

// The files are what `foghorn relay schema` prints, and what a preview shows.
func TestGolden(t *testing.T) {
	for scheme, dsn := range urls {
		for name, c := range relays {
			c.DSN = config.NewSecret(dsn)
			ddl, err := Schema(c)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, scheme+"-"+name+".schema.sql", ddl)
			d, err := New(c, relay.Env{Journal: 7})
			if err != nil {
				t.Fatal(err)
			}
			quoted := outage(3450012)
			quoted.Text = `it's "down" \ '; DROP TABLE x`
			work := &relay.Work{Items: items(outage(3450000), commit(3460000), quoted)}
			if c.Send == "alerts" {
				work.Items = []relay.Item{notice(2, relay.Resolved, "resolved", after(4*60e9))}
			}
			r, err := d.Encode(work)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, scheme+"-"+name+".preview.sql", string(r.Body))
			if shown := string(r.Body) + r.URL; strings.Contains(shown, "secret-password") {
				t.Errorf("the preview shows the password:\n%s", shown)
			}
			if r.Items != len(work.Items) {
				t.Errorf("%d items of %d", r.Items, len(work.Items))
			}
			for _, s := range r.Args.(*batch).statements {
				for _, v := range s.values {
					if s, ok := v.(string); ok && len(s) > 12 && strings.Contains(r.Args.(*batch).statements[0].text, s) {
						t.Errorf("the value %q is part of the statement", s)
					}
				}
			}
		}
	}
}

func TestSettings(t *testing.T) {
	const dsn = "postgres://foghorn:secret-password@db.example.net/ops"
	for _, c := range []struct {
		what string
		c    config.Relay
		dsn  string
		says string
	}{
		{"no dsn", config.Relay{}, "", "dsn is missing"},
		{"no URL", config.Relay{}, "postgres://u:secret-pass%zzword@host/db", "dsn: it is not a URL"},
		{"a bare password", config.Relay{}, "postgres://u:secret-pass#word@host/db", "dsn: it is not a URL"},
		{"another database", config.Relay{}, "oracle://u:secret-password@host/db", "dsn: it must begin with"},
		{"a file", config.Relay{}, "/var/lib/db", "dsn: it must begin with"},
		{"no database in mysql", config.Relay{}, "mysql://u:secret-password@host", "dsn: it names no database"},
		{"no database in postgres", config.Relay{}, "postgres://u:secret-password@host", "dsn: it names no database"},
		{"no host in mysql", config.Relay{}, "mysql:///db", "dsn: it names no host"},
		{"an unknown mode", config.Relay{}, dsn + "?sslmode=secret-password", "dsn: "},
		{"an unknown tls", config.Relay{}, "mysql://u:secret-password@host/db?tls=secret-password", "dsn: "},
		{"a certificate without tls", config.Relay{}, "mysql://u:secret-password@host/db?tls=preferred&sslrootcert=/x", "sslrootcert needs tls=true"},
		{"columns", config.Relay{Columns: "splunk"}, dsn, `columns: "splunk" is neither`},
		{"a table that is a statement", config.Relay{Table: "x; drop table y"}, dsn, "table: "},
		{"a quoted table", config.Relay{Table: `x"y`}, dsn, "table: "},
		{"three parts", config.Relay{Table: "a.b.c"}, dsn, "table: "},
		{"a long table", config.Relay{Table: strings.Repeat("t", 64)}, dsn, "longer than 63"},
		{"a long table of alerts", config.Relay{Table: strings.Repeat("t", 57), Send: "alerts"}, dsn, "longer than 63"},
		{"alerts for Network Assistant", config.Relay{Columns: "network-assistant", Send: "alerts"}, dsn, `needs send = "events"`},
	} {
		c.c.DSN = config.NewSecret(c.dsn)
		_, err := New(c.c, relay.Env{})
		if err == nil || !strings.Contains(err.Error(), c.says) || strings.Contains(err.Error(), "secret-pass") {
			t.Errorf("%s: %v, want %q", c.what, err, c.says)
		}
		if _, other := Schema(c.c); other == nil || other.Error() != err.Error() {
			t.Errorf("%s: the schema says %v, the relay %v", c.what, other, err)
		}
	}
	for _, dsn := range []string{"postgres://u@/db?host=/run/postgresql", "postgresql://h:5433/db?sslmode=verify-full", "mysql://u:p@h/db", "mariadb://u@[::1]:3307/db?tls=skip-verify",
		"mysql://u@/db?socket=/run/mysqld/mysqld.sock", "postgres://u:p%40%2F%23@h/db"} {
		if _, err := New(config.Relay{DSN: config.NewSecret(dsn), Table: "Ops_1.T"}, relay.Env{}); err != nil {
			t.Errorf("%s: %v", dsn, err)
		}
	}
}

// A relay gets only what send says.
func TestAnItemOfTheOtherKind(t *testing.T) {
	for send, item := range map[string]relay.Item{"events": notice(1, relay.First, "opened", nil), "alerts": {Event: outage(1)}} {
		d, err := New(config.Relay{Send: send, DSN: config.NewSecret(urls["mysql"])}, relay.Env{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := d.Encode(&relay.Work{Items: []relay.Item{item}}); err == nil || !strings.Contains(err.Error(), send) {
			t.Errorf("%s: %v", send, err)
		}
	}
}

// A request stays below the packets that databases take, and one item always fits.
func TestRequestsAreBounded(t *testing.T) {
	d, err := New(config.Relay{DSN: config.NewSecret(urls["mysql"])}, relay.Env{})
	if err != nil {
		t.Fatal(err)
	}
	big := func(id int64) relay.Item {
		e := outage(id)
		e.Raw = []byte(`{"a":"` + strings.Repeat("x", 300_000) + `"}`)
		return relay.Item{Event: e}
	}
	count := func(of ...relay.Item) int {
		r, err := d.Encode(&relay.Work{Items: of})
		if err != nil {
			t.Fatal(err)
		}
		return r.Items
	}
	if n := count(big(1), big(2), big(3), big(4), big(5)); n != 3 {
		t.Errorf("%d items of 300 kB in a request, want 3", n)
	}
	huge := outage(9)
	huge.Raw = []byte(`"` + strings.Repeat("x", maxRaw-2) + `"`)
	if n := count(relay.Item{Event: huge}, big(1)); n != 1 {
		t.Errorf("%d items, want 1", n)
	}
	var many []relay.Item
	for i := range 600 {
		many = append(many, relay.Item{Event: outage(int64(i))})
	}
	if n := count(many...); n != maxItems {
		t.Errorf("%d items, want %d", n, maxItems)
	}
	if n := len(d.(*Destination).shape.tables[0].written()) * maxItems; n > 65535 {
		t.Errorf("%d values: no database binds so many", n)
	}
}

// The columns are where each field of an event and of an alert ends up.
func TestLimits(t *testing.T) {
	d, err := New(config.Relay{DSN: config.NewSecret(urls["postgres"])}, relay.Env{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.Limits(), (relay.Limits{Items: maxItems, Wait: wait, Idempotent: true}); !reflect.DeepEqual(got, want) {
		t.Errorf("%+v, want %+v", got, want)
	}
}

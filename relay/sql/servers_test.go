package sql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

// server is a database that the tests of this package share. It starts when the first
// test asks for it.
type server struct {
	scheme string
	get    func() (*relaytest.Database, error)
}

var servers = []server{
	{"postgres", sync.OnceValues(relaytest.StartPostgres)},
	{"mysql", sync.OnceValues(relaytest.StartMariaDB)},
}

var started []*relaytest.Database

func TestMain(m *testing.M) {
	code := m.Run()
	for _, db := range started {
		db.Stop()
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}

// installed is a database server with a client of its own in it.
type installed struct {
	*relaytest.Database
	*sql.DB
	scheme string
}

// onEach runs a test against every database that is installed. It says loudly which is not.
func onEach(t *testing.T, test func(t *testing.T, db *installed)) {
	t.Helper()
	for _, s := range servers {
		t.Run(s.scheme, func(t *testing.T) {
			db, err := s.get()
			if errors.Is(err, relaytest.ErrMissing) {
				t.Skipf("SKIPPED: THIS RELAY WAS NOT TRIED AGAINST THE REAL DATABASE. %v", err)
			}
			if err != nil {
				t.Fatal(err)
			}
			keep(db)
			r := &installed{Database: db, scheme: s.scheme}
			test(t, r.again(t))
		})
	}
}

// keep notes a server that has started, to stop it in the end.
func keep(db *relaytest.Database) {
	if !slices.Contains(started, db) {
		started = append(started, db)
	}
}

// again is the same server with another client.
func (r *installed) again(t testing.TB) *installed {
	t.Helper()
	return &installed{r.Database, r.client(t), r.scheme}
}

func (r *installed) client(t testing.TB) *sql.DB {
	t.Helper()
	d, err := parseDSN(r.dsn())
	if err != nil {
		t.Fatal(err)
	}
	c, err := d.connector((&lines{open: map[*line]struct{}{}}).dial)
	if err != nil {
		t.Fatal(err)
	}
	db := sql.OpenDB(c)
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// dsn is the URL of the server, with more parameters.
func (r *installed) dsn(more ...string) string {
	return r.dsnOf(r.User, r.Database.Password, r.Name, more...)
}

func (r *installed) dsnOf(user, password, database string, more ...string) string {
	if r.scheme == "postgres" && !strings.Contains(strings.Join(more, "&"), "sslmode") {
		more = append(more, "sslmode=disable")
	}
	u := url.URL{Scheme: r.scheme, User: url.UserPassword(user, password), Host: r.Address, Path: "/" + database, RawQuery: strings.Join(more, "&")}
	return u.String()
}

// exec runs statements, one after another.
func (r *installed) exec(t testing.TB, script string) {
	t.Helper()
	for statement := range strings.SplitSeq(script, ";\n") {
		if strings.TrimSpace(statement) == "" {
			continue
		}
		if _, err := r.ExecContext(t.Context(), statement); err != nil {
			t.Fatalf("%v\n%s", err, statement)
		}
	}
}

// one is the first column of the only row of a query, as text.
func (r *installed) one(t *testing.T, query string, args ...any) string {
	t.Helper()
	var out sql.NullString
	if err := r.QueryRowContext(t.Context(), query, args...).Scan(&out); err != nil {
		t.Fatalf("%v\n%s", err, query)
	}
	return out.String
}

// relayOf is a relay into tables that were just made by its own schema.
func (r *installed) relayOf(t testing.TB, c config.Relay) *Destination {
	t.Helper()
	d := r.relayWithout(t, c)
	ddl, err := Schema(r.config(c))
	if err != nil {
		t.Fatal(err)
	}
	r.exec(t, ddl)
	t.Cleanup(func() {
		for _, table := range d.shape.tables {
			_, _ = r.ExecContext(context.Background(), "DROP TABLE IF EXISTS "+d.dialect.ident(table.name))
		}
	})
	return d
}

// relayWithout is a relay whose tables are not there.
func (r *installed) relayWithout(t testing.TB, c config.Relay) *Destination {
	t.Helper()
	d, err := New(r.config(c), relay.Env{Host: "test", Journal: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.(*Destination).Close() })
	return d.(*Destination)
}

func (r *installed) config(c config.Relay) config.Relay {
	if c.DSN.IsZero() {
		c.DSN = config.NewSecret(r.dsn())
	}
	if c.Name == "" {
		c.Name = "archive"
	}
	return c
}

// send drives items into the database and returns the last verdict.
func send(t testing.TB, d *Destination, items ...relay.Item) relay.Verdict {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	turns, err := relaytest.Drive(ctx, d, &relay.Work{Items: items, Now: noon}, d.Do)
	if err != nil {
		t.Fatal(err)
	}
	return turns[len(turns)-1].Verdict
}

// sent sends items that must be taken.
func sent(t testing.TB, d *Destination, items ...relay.Item) {
	t.Helper()
	if v := send(t, d, items...); v.Outcome != relay.Sent {
		t.Fatalf("not sent: %+v", v)
	}
}

package sql

import (
	"context"
	"errors"
	"net"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

// attempt sends one event and returns the verdict, which must not show the password.
func attempt(t *testing.T, db *installed, dsn string) relay.Verdict {
	t.Helper()
	d := db.relayWithout(t, config.Relay{DSN: config.NewSecret(dsn)})
	v := send(t, d, items(outage(1))...)
	if strings.Contains(v.Reason, db.Database.Password) || strings.Contains(v.Reason, "wr0ng") {
		t.Errorf("the reason shows a password: %s", v.Reason)
	}
	return v
}

func wants(t *testing.T, v relay.Verdict, outcome relay.Outcome, says string) {
	t.Helper()
	if v.Outcome != outcome || !strings.Contains(v.Reason, says) {
		t.Errorf("outcome %d %q, want %d with %q", v.Outcome, v.Reason, outcome, says)
	}
}

// What the databases themselves answer to a relay that is set up wrongly, and what the
// relay then says to do.
func TestWrongSettings(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		wants(t, attempt(t, db, db.dsn()), relay.Misconfigured, "run the statements that `foghorn relay schema archive` prints")
		wants(t, attempt(t, db, db.dsnOf(db.User, "wr0ng-password", db.Name)), relay.Misconfigured, "check user and password in dsn")
		wants(t, attempt(t, db, db.dsnOf("nobody", "wr0ng-password", db.Name)), relay.Misconfigured, "check user and password in dsn")
		wants(t, attempt(t, db, db.dsnOf(db.User, db.Database.Password, "missing")), relay.Misconfigured, "check the database's name in dsn")
		elsewhere := strings.Replace(db.dsn(), db.Address, "no-such-host.invalid:1", 1)
		if v := attempt(t, db, elsewhere); v.Outcome != relay.Misconfigured && v.Outcome != relay.Retry {
			t.Errorf("unknown host: %+v", v)
		}
		nobody, release, err := relaytest.Nobody()
		if err != nil {
			t.Fatal(err)
		}
		defer release()
		wants(t, attempt(t, db, strings.Replace(db.dsn(), db.Address, nobody, 1)), relay.Retry, "refused")
	})
}

func TestTablesThatAreNotOurs(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{})
		quote := d.dialect.ident
		db.exec(t, "ALTER TABLE foghorn_events DROP COLUMN ssid")
		wants(t, send(t, d, items(outage(1))...), relay.Misconfigured, "the table has other columns")
		db.exec(t, "ALTER TABLE foghorn_events ADD COLUMN ssid "+d.dialect.types[nameText])
		sent(t, d, items(outage(1))...)

		db.exec(t, "ALTER TABLE foghorn_events ADD COLUMN theirs varchar(9) NOT NULL DEFAULT ''")
		sent(t, d, items(outage(2))...)
		db.exec(t, "ALTER TABLE foghorn_events ALTER COLUMN theirs DROP DEFAULT")
		wants(t, send(t, d, items(outage(3))...), relay.Misconfigured, "give it a default")
		db.exec(t, "ALTER TABLE foghorn_events DROP COLUMN theirs")

		// A constraint of theirs refuses one event: the others of the batch wait for the
		// relay to find it, and none was taken.
		db.exec(t, "ALTER TABLE foghorn_events ADD CONSTRAINT theirs CHECK ("+quote("device")+" <> 'cursed')")
		cursed := outage(5)
		cursed.Device = "cursed"
		v := send(t, d, items(outage(4), cursed, outage(6))...)
		wants(t, v, relay.Refused, "theirs")
		if v.Items != -1 {
			t.Errorf("refused item %d, want -1", v.Items)
		}
		if n := db.one(t, "SELECT count(*) FROM foghorn_events WHERE id >= 4"); n != "0" {
			t.Errorf("%s rows of a refused batch", n)
		}
		if v := send(t, d, items(cursed)...); v.Outcome != relay.Refused || v.Items != 0 {
			t.Errorf("alone: %+v", v)
		}
		sent(t, d, items(outage(4), outage(6))...)
	})
}

// Too long for a column that somebody made shorter: refused, and not cut silently.
func TestDataErrorsAreRefused(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{})
		if db.scheme == "postgres" {
			db.exec(t, "ALTER TABLE foghorn_events ALTER COLUMN device TYPE varchar(5)")
		} else {
			db.exec(t, "ALTER TABLE foghorn_events MODIFY device VARCHAR(5);\nSET GLOBAL sql_mode = ''") // a server that cuts
			t.Cleanup(func() { _, _ = db.ExecContext(context.Background(), "SET GLOBAL sql_mode = DEFAULT") })
		}
		wants(t, send(t, d, items(outage(1))...), relay.Refused, "too long")
	})
}

// A user with the three rights that the schema names can do all; without one of them the
// relay says which it needs.
func TestRights(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		db.exec(t, map[string]string{"postgres": "CREATE ROLE limited LOGIN PASSWORD 'little'", "mysql": "CREATE USER limited IDENTIFIED BY 'little'"}[db.scheme])
		for _, c := range []config.Relay{{}, {Columns: "network-assistant"}} {
			grant := func(rights string) {
				for _, table := range db.relayOf(t, c).shape.tables {
					db.exec(t, "GRANT "+rights+" ON "+table.name+" TO limited")
				}
			}
			c.DSN = config.NewSecret(db.dsnOf("limited", "little", db.Name))
			d := db.relayWithout(t, c)
			c.DSN = config.Secret{}
			grant("SELECT, INSERT")
			wants(t, send(t, d, items(outage(1))...), relay.Misconfigured, "grant the user SELECT, INSERT and UPDATE")
			grant("UPDATE")
			sent(t, d, items(outage(1), commit(2))...)
			sent(t, d, items(outage(1), commit(2))...)
		}
	})
}

// A lock that somebody holds delays the relay and costs it nothing: it gives up at its
// time limit, leaves nothing behind, and gets through once the lock is gone.
func TestALockEndsWithTheTimeLimit(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{})
		sent(t, d, items(outage(1))...)
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.ExecContext(t.Context(), "UPDATE foghorn_events SET device = 'theirs' WHERE id = 1"); err != nil {
			t.Fatal(err)
		}
		request, err := d.Encode(&relay.Work{Items: items(outage(1), outage(2))})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		begun := time.Now()
		a := d.Do(ctx, request)
		if took := time.Since(begun); took > 5*time.Second {
			t.Errorf("it ended after %s", took)
		}
		if !errors.Is(a.Err, context.DeadlineExceeded) || a.Written {
			t.Errorf("answer %+v", a)
		}
		wants(t, d.Judge(nil, request, a), relay.Retry, "no answer")
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
		sent(t, d, items(outage(1), outage(2))...)
		if n := db.one(t, "SELECT count(*) FROM foghorn_events"); n != "2" {
			t.Errorf("%s rows, want 2", n)
		}
	})
}

// Two relays that write the same rows in opposite order: one of them is told to try
// again, and does.
func TestADeadlockIsTriedAgain(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{})
		sent(t, d, items(outage(1), outage(2))...)
		tx, err := db.BeginTx(t.Context(), nil)
		if err != nil {
			t.Fatal(err)
		}
		lock := func(id string) error {
			_, err := tx.ExecContext(t.Context(), "UPDATE foghorn_events SET site = 'theirs' WHERE journal = 7 AND id = "+id)
			return err
		}
		if err := lock("2"); err != nil {
			t.Fatal(err)
		}
		verdict := make(chan relay.Verdict)
		go func() { verdict <- send(t, d, items(outage(1), outage(2))...) }()
		pause, waits := "SELECT 1", "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
		if db.scheme == "mysql" { // it answers anew only when it was not asked for 0.1 s
			pause, waits = "DO SLEEP(0.11)", "SELECT count(*) FROM information_schema.innodb_trx WHERE trx_state = 'LOCK WAIT'"
		}
		for watch := db.again(t); watch.one(t, waits) == "0"; {
			watch.exec(t, pause)
		}
		theirs := lock("1")
		v := <-verdict
		_ = tx.Rollback()
		if theirs == nil {
			wants(t, v, relay.Retry, "eadlock")
		} else if v.Outcome != relay.Sent {
			t.Errorf("neither got through: %v, %+v", theirs, v)
		}
		sent(t, d, items(outage(1), outage(2))...)
	})
}

// The server goes away between two batches, and comes back: the next attempt connects
// anew.
func TestAConnectionThatTheServerEnded(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{})
		sent(t, d, items(outage(1))...)
		if db.scheme == "postgres" {
			db.exec(t, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND application_name = 'foghorn' AND state = 'idle'")
		} else {
			id := db.one(t, "SELECT max(id) FROM information_schema.processlist WHERE id <> connection_id() AND user = '"+db.User+"'")
			db.exec(t, "KILL "+id)
		}
		if v := send(t, d, items(outage(2))...); v.Outcome != relay.Sent && v.Outcome != relay.Retry {
			t.Errorf("verdict %+v", v)
		}
		sent(t, d, items(outage(2))...)
	})
}

// A server that takes the connection and never says a word.
func TestASilentServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, dsn := range []string{"postgres://u:secret-password@" + l.Addr().String() + "/d?sslmode=disable", "postgres://u:secret-password@" + l.Addr().String() + "/d",
		"mysql://u:secret-password@" + l.Addr().String() + "/d"} {
		d, err := New(config.Relay{DSN: config.NewSecret(dsn), Timeout: config.Duration(50 * time.Millisecond)}, relay.Env{})
		if err != nil {
			t.Fatal(err)
		}
		request, err := d.Encode(&relay.Work{Items: items(outage(1))})
		if err != nil {
			t.Fatal(err)
		}
		d.(*Destination).pool.grace = 10 * time.Millisecond
		begun := time.Now()
		a := d.(*Destination).Do(t.Context(), request)
		if took := time.Since(begun); took > 5*time.Second || !errors.Is(a.Err, errSlow) || a.Written {
			t.Errorf("%s: after %s: %v", dsn, took, a.Err)
		}
		if err := d.(*Destination).Close(); err != nil {
			t.Error(err)
		}
	}
}

// Something else listens there.
func TestNoDatabaseAtAll(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Write([]byte("HTTP/1.1 400 Bad Request\r\n\r\n" + strings.Repeat("x", 100)))
			_ = c.Close()
		}
	}()
	for _, scheme := range []string{"postgres", "mysql"} {
		d, err := New(config.Relay{DSN: config.NewSecret(scheme + "://u:secret-password@" + l.Addr().String() + "/d")}, relay.Env{})
		if err != nil {
			t.Fatal(err)
		}
		v := send(t, d.(*Destination), items(outage(1))...)
		if v.Outcome != relay.Misconfigured && v.Outcome != relay.Retry || v.Reason == "" {
			t.Errorf("%s: %+v", scheme, v)
		}
		_ = d.(*Destination).Close()
	}
}

func TestTLS(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		db.relayOf(t, config.Relay{})
		verify, encrypt, plain := []string{"sslmode=verify-full"}, "sslmode=require", "sslmode=disable"
		if db.scheme == "mysql" {
			verify, encrypt, plain = []string{"tls=true"}, "tls=skip-verify", "tls=false"
		}
		wants(t, attempt(t, db, db.dsn(verify...)), relay.Misconfigured, "see TLS in docs/relays/sql.md")
		wants(t, attempt(t, db, db.dsn(append(verify, "sslrootcert="+db.CAFile)...)), relay.Sent, "")
		wants(t, attempt(t, db, db.dsn(append(verify, "sslrootcert=/no/such/file")...)), relay.Misconfigured, "no such file")
		wants(t, attempt(t, db, db.dsn(encrypt)), relay.Sent, "")
		wants(t, attempt(t, db, db.dsn(plain)), relay.Sent, "")
	})
}

// The checks find out what sending would, and write nothing.
func TestChecks(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayWithout(t, config.Relay{})
		checks := d.Checks()
		v := d.JudgeCheck(checks[0], d.Do(t.Context(), checks[0]))
		wants(t, v, relay.Sent, "answers")
		wants(t, d.JudgeCheck(checks[1], d.Do(t.Context(), checks[1])), relay.Misconfigured, "relay schema archive")
		for _, c := range []config.Relay{{}, {Send: "alerts"}, {Columns: "network-assistant"}} {
			d := db.relayOf(t, c)
			for _, check := range d.Checks() {
				if v := d.JudgeCheck(check, d.Do(t.Context(), check)); v.Outcome != relay.Sent {
					t.Errorf("%s: %+v", check.Step, v)
				}
			}
			if n := db.one(t, "SELECT count(*) FROM "+d.dialect.ident(d.shape.tables[0].name)); n != "0" {
				t.Errorf("%s rows after a check", n)
			}
		}
	})
}

// The connection does not stay open after Close, and a request after it opens another.
func TestCloseEndsTheConnection(t *testing.T) {
	onEach(t, func(t *testing.T, db *installed) {
		d := db.relayOf(t, config.Relay{})
		sent(t, d, items(outage(1))...)
		if n := len(d.pool.lines.open); n != 1 {
			t.Errorf("%d connections, want 1", n)
		}
		if err := d.Close(); err != nil {
			t.Fatal(err)
		}
		if n := len(d.pool.lines.open); n != 0 {
			t.Errorf("%d connections after Close", n)
		}
		sent(t, d, items(outage(2))...)
	})
}

package sql

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/go-sql-driver/mysql"
	"github.com/lib/pq"

	"foghorn/config"
	"foghorn/relay"
)

// What the codes mean. Those that a server gives easily are tried against it
// (failure_test.go); these are the rest.
func TestCodes(t *testing.T) {
	const retry, refused, misconfigured = relay.Retry, relay.Refused, relay.Misconfigured
	state := func(s string) (out [5]byte) { copy(out[:], s); return out }
	for _, c := range []struct {
		err     error
		outcome relay.Outcome
		says    string
	}{
		{&pq.Error{Code: "22001", Message: "value too long"}, refused, "PostgreSQL 22001: value too long"},
		{&pq.Error{Code: "22P02"}, refused, ""}, {&pq.Error{Code: "22021"}, refused, ""}, {&pq.Error{Code: "23505"}, refused, ""}, {&pq.Error{Code: "23514"}, refused, ""},
		{&pq.Error{Code: "54000"}, refused, ""}, {&pq.Error{Code: "P0001"}, refused, ""},
		{&pq.Error{Code: "23502"}, misconfigured, "give it a default"},
		{&pq.Error{Code: "40001"}, retry, ""}, {&pq.Error{Code: "40P01"}, retry, ""}, {&pq.Error{Code: "53100"}, retry, ""}, {&pq.Error{Code: "53300"}, retry, ""},
		{&pq.Error{Code: "55P03"}, retry, ""}, {&pq.Error{Code: "57P01"}, retry, ""}, {&pq.Error{Code: "57P03"}, retry, ""}, {&pq.Error{Code: "57014"}, retry, ""},
		{&pq.Error{Code: "08006"}, retry, ""}, {&pq.Error{Code: "XX000"}, retry, ""}, {&pq.Error{Code: "58030"}, retry, ""}, {&pq.Error{Code: ""}, retry, ""},
		{&pq.Error{Code: "28P01"}, misconfigured, "user and password"}, {&pq.Error{Code: "28000"}, misconfigured, "user and password"},
		{&pq.Error{Code: "3D000"}, misconfigured, "database's name"}, {&pq.Error{Code: "42501"}, misconfigured, "grant"},
		{&pq.Error{Code: "42P01"}, misconfigured, "relay schema archive"}, {&pq.Error{Code: "3F000"}, misconfigured, "relay schema archive"},
		{&pq.Error{Code: "42703"}, misconfigured, "other columns"}, {&pq.Error{Code: "42P10"}, misconfigured, "no unique key"},
		{&pq.Error{Code: "25006"}, misconfigured, "primary"}, {&pq.Error{Code: "0A000"}, misconfigured, ""}, {&pq.Error{Code: "42601"}, misconfigured, ""},

		{&mysql.MySQLError{Number: 1406, Message: "Data too long"}, refused, "MySQL 1406: Data too long"},
		{&mysql.MySQLError{Number: 1366}, refused, ""}, {&mysql.MySQLError{Number: 3140}, refused, ""}, {&mysql.MySQLError{Number: 4025}, refused, ""},
		{&mysql.MySQLError{Number: 1062}, refused, ""}, {&mysql.MySQLError{Number: 1153}, refused, "max_allowed_packet"}, {mysql.ErrPktTooLarge, refused, "max_allowed_packet"},
		{&mysql.MySQLError{Number: 1213}, retry, ""}, {&mysql.MySQLError{Number: 1205}, retry, ""}, {&mysql.MySQLError{Number: 1040}, retry, ""},
		{&mysql.MySQLError{Number: 1114}, retry, ""}, {&mysql.MySQLError{Number: 1053}, retry, ""}, {&mysql.MySQLError{Number: 9999, SQLState: state("HY000")}, retry, ""},
		{&mysql.MySQLError{Number: 9999, SQLState: state("22003")}, refused, ""}, {&mysql.MySQLError{Number: 9999, SQLState: state("28000")}, misconfigured, "user and password"},
		{&mysql.MySQLError{Number: 9999, SQLState: state("42000")}, misconfigured, ""},
		{&mysql.MySQLError{Number: 1045}, misconfigured, "user and password"}, {&mysql.MySQLError{Number: 1049}, misconfigured, "database's name"},
		{&mysql.MySQLError{Number: 1146}, misconfigured, "relay schema archive"}, {&mysql.MySQLError{Number: 1054}, misconfigured, "other columns"},
		{&mysql.MySQLError{Number: 1142}, misconfigured, "grant"}, {&mysql.MySQLError{Number: 1364}, misconfigured, "default"}, {&mysql.MySQLError{Number: 1290}, misconfigured, "primary"},

		{errors.New("dial tcp: connection refused by secret-password"), retry, "connection refused by <secret>"},
	} {
		scheme := "postgres"
		var of *mysql.MySQLError
		if errors.As(c.err, &of) || errors.Is(c.err, mysql.ErrPktTooLarge) {
			scheme = "mysql"
		}
		d, err := New(config.Relay{Name: "archive", DSN: config.NewSecret(urls[scheme])}, relay.Env{})
		if err != nil {
			t.Fatal(err)
		}
		a := d.(*Destination).failure(context.Background(), c.err, false)
		for n, place := range map[int]int{1: 0, 7: -1} {
			v := d.Judge(nil, &relay.Request{Items: n}, a)
			if v.Outcome != c.outcome || !strings.Contains(v.Reason, c.says) || strings.Contains(v.Reason, "secret-password") {
				t.Errorf("%v: %+v, want %d with %q", c.err, v, c.outcome, c.says)
			}
			if v.Outcome == refused && v.Items != place {
				t.Errorf("%v: of %d items %d is refused, want %d", c.err, n, v.Items, place)
			}
		}
	}
}

// An answer to a commit that never came: the rows may be there.
func TestALostAnswerIsTriedAgain(t *testing.T) {
	d, err := New(config.Relay{DSN: config.NewSecret(urls["postgres"])}, relay.Env{})
	if err != nil {
		t.Fatal(err)
	}
	v := d.Judge(nil, &relay.Request{Items: 1}, &relay.Answer{Err: errors.New("connection reset"), Written: true})
	if v.Outcome != relay.Retry {
		t.Errorf("%+v", v)
	}
	if v := d.Judge(nil, &relay.Request{Items: 1}, &relay.Answer{Status: http.StatusOK}); v.Outcome != relay.Sent || v.Items != 0 {
		t.Errorf("%+v", v)
	}
}

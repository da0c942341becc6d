package sql

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/relay"
)

// class is what an error code means to a relay, and what to do about it.
type class struct {
	outcome relay.Outcome
	advice  string // may hold NAME, which is that of the relay
}

const runSchema = "run the statements that `foghorn relay schema NAME` prints"

// Errors that mean the same in all databases.
var (
	retry         = class{outcome: relay.Retry}
	refused       = class{outcome: relay.Refused}
	misconfigured = class{outcome: relay.Misconfigured}
	noTable       = class{relay.Misconfigured, "there is no such table; " + runSchema}
	otherTable    = class{relay.Misconfigured, "the table has other columns or no unique key; give it another name and " + runSchema}
	wrongUser     = class{relay.Misconfigured, "check user and password in dsn"}
	noDatabase    = class{relay.Misconfigured, "check the database's name in dsn"}
	noRight       = class{relay.Misconfigured, "grant the user SELECT, INSERT and UPDATE on the table"}
	readOnly      = class{relay.Misconfigured, "the server takes no writes now; dsn must lead to the primary"}
	foreign       = class{relay.Misconfigured, "the table has a column of its own that must be filled; give it a default"}
	noTLS         = class{relay.Misconfigured, "see TLS in docs/relays/sql.md"}
	tooLarge      = class{relay.Refused, "raise max_allowed_packet in the server"}
)

// ownCodes are those of failures before the database was asked.
var ownCodes = map[string]class{
	codeDNS:     {relay.Misconfigured, "check the host's name in dsn"},
	codeTLS:     noTLS,
	codeConnect: {relay.Misconfigured, "check dsn: does it lead to a database of that kind?"},
}

// postgresCodes are the codes whose class does not say enough
// (PostgreSQL, Appendix A, Error Codes).
var postgresCodes = map[string]class{
	"42P01": noTable, "3F000": noTable,
	"42703": otherTable, "42P10": otherTable, "42804": otherTable,
	"42501": noRight,
	"3D000": noDatabase,
	"23502": foreign,
	"25006": readOnly,
	"22023": misconfigured, // a parameter of the connection
}

var postgresClasses = map[string]class{
	"22": refused, "23": refused, "54": refused, // data, constraints, limits of a row
	"28": wrongUser,
	"0A": misconfigured, "42": misconfigured, "44": refused, "P0": refused,
}

// postgresClass judges by SQLSTATE. Whatever is not about the item or the configuration
// passes: 08 connection, 40 deadlock and serialization, 53 resources, 55 locks, 57
// shutdown, 58 and XX the server itself.
func postgresClass(code, _ string) class {
	if c, ok := postgresCodes[code]; ok {
		return c
	}
	if c, ok := postgresClasses[code[:min(2, len(code))]]; ok {
		return c
	}
	return retry
}

// mysqlNumbers are the numbers of errors of MySQL and MariaDB that their state does not
// say enough about (MySQL, Server Error Message Reference; MariaDB, Error Codes).
var mysqlNumbers = []struct {
	class   class
	numbers []int
}{
	{noTable, []int{1146, 1051}},
	{otherTable, []int{1054, 1136, 1265}},
	{noRight, []int{1142, 1143, 1227, 1370}},
	{wrongUser, []int{1045, 1130, 1524, 1698, 1820, 1862, 4151}},
	{noDatabase, []int{1044, 1049, 1046}},
	{foreign, []int{1364, 1048}},
	{readOnly, []int{1290, 1792, 1836, 3100}},
	{misconfigured, []int{1129, 1115, 1193, 1231, 1251, 1273, 1064, 1235, 3159}},
	{tooLarge, []int{1153, 1301}},
	// too long, out of range, not a date or a number, not JSON, a constraint
	{refused, []int{1062, 1118, 1216, 1264, 1292, 1366, 1406, 1452, 1644, 3140, 3141, 3143, 3144, 3146, 3149, 3150, 3151, 3157, 3158, 3819, 4025, 4076}},
	// locks, limits, disk, memory, shutdown, time limits
	{retry, []int{1021, 1037, 1038, 1040, 1041, 1053, 1114, 1203, 1205, 1213, 1226, 1317, 1927, 1969, 3024, 3572}},
}

// mysqlClass judges by number, and by SQLSTATE where the number is not known.
func mysqlClass(code, state string) class {
	n, _ := strconv.Atoi(code)
	for _, known := range mysqlNumbers {
		if slices.Contains(known.numbers, n) {
			return known.class
		}
	}
	switch state[:min(2, len(state))] {
	case "22", "23":
		return refused
	case "28":
		return wrongUser
	case "42":
		return misconfigured
	}
	return retry
}

// Judge says what became of an upsert. An error undoes all of it.
func (d *Destination) Judge(_ *relay.Work, request *relay.Request, a *relay.Answer) relay.Verdict {
	if a.Err == nil && a.Status == http.StatusOK {
		return relay.Verdict{Outcome: relay.Sent}
	}
	v := d.verdict(a)
	if v.Outcome == relay.Refused && request.Items > 1 {
		v.Items = -1 // no database says which, and none of the others was taken
	}
	return v
}

func (d *Destination) verdict(a *relay.Answer) relay.Verdict {
	if a.Err != nil {
		return relay.Verdict{Outcome: relay.Retry, Reason: relay.Explain(a)}
	}
	code := a.Header.Get(codeHeader)
	c, own := ownCodes[code]
	if !own {
		c = d.dialect.judge(code, a.Header.Get(stateHeader))
	}
	return relay.Verdict{Outcome: c.outcome, Reason: d.reason(code, string(a.Body), c.advice, own)}
}

// reason is an error in one line: what the database said, and what to do about it.
func (d *Destination) reason(code, said, advice string, own bool) string {
	out := relay.Cut(safetext.Line(said), 300)
	if !own {
		out = d.dialect.name + " " + safetext.Line(code) + ": " + out
	}
	if advice != "" {
		out += "; " + strings.ReplaceAll(advice, "NAME", d.name)
	}
	return out
}

package query

import (
	"errors"
	"strings"
	"testing"
)

var normalForms = map[string]string{
	"":                        "",
	"  \t\n ":                 "",
	"rogue":                   "rogue",
	"ROGUE and  seen":         "ROGUE seen",
	"a or b c":                "a or b c",
	"a (b c)":                 "a b c",
	"a (b or c)":              "a (b or c)",
	"(a or b) or c":           "a or b or c",
	"a OR(b)":                 "a or b",
	"-acked":                  "!acked",
	"!(a b)":                  "!(a b)",
	"!!a":                     "!!a",
	"sev=warn":                "severity:warn",
	"SEV>=W":                  "severity>=warn",
	"site!=berlin":            "!site:berlin",
	"ap:ap-07,ap-08":          "device:ap-07,ap-08",
	"status:503,connected":    "status:503,connected",
	"cpu>80.5%":               "cpu>80.5",
	"hostname:lap* rssi<-70":  "client:lap* rssi<-70",
	`site:"Berlin HQ"`:        `site:"Berlin HQ"`,
	`site:"Berlin "*`:         `site:"Berlin "*`,
	`site:ber**lin`:           "site:ber*lin",
	`owner:""`:                `owner:""`,
	"owner:*":                 "owner:*",
	`"open"`:                  `"open"`,
	"open":                    "open",
	`"or"`:                    `"or"`,
	"or*":                     "or*",
	`text:foo(bar)`:           `text:"foo(bar)"`,
	"(text:foo(bar))":         `text:"foo(bar)"`,
	"type:~ap_":               `type:~"ap_"`,
	"(type:~(up|down))":       `type:~"(up|down)"`,
	`type:~[)] x`:             `type:~"[)]" x`,
	`type:~a\ b`:              `type:~"a\\ b"`,
	"mac:5C-5B-35-00-00-01":   "mac:5c5b35000001",
	"mac:5c5b.35":             "mac:5c5b35*",
	"5C:5B:35":                "5C:5B:35",
	"ab:cd:ef:00:11:22":       "ab:cd:ef:00:11:22",
	"10:00":                   "10:00",
	"size>8KiB":               "size>8192",
	"took>=1.5s":              "duration_ms>=1500",
	"age<1h30m":               "age<1h30m",
	"time>-2h":                "time>-2h",
	"time>2026-11-23T10:00":   "time>2026-11-23T10:00",
	`time>"2026-11-23 10:00"`: `time>"2026-11-23 10:00"`,
	"time<13:03":              "time<13:03",
	"time>Yesterday":          "time>Yesterday",
	"time>yesterday 18:00":    `time>"yesterday 18:00"`,
	"time>=today  9:05 x":     `time>="today 9:05" x`,
	`time>"yesterday" 18:00`:  "time>yesterday and 18:00",
	"time>yesterday (18:00)":  "time>yesterday and 18:00",
	"time>yesterday x":        "time>yesterday and x",
	"!time:today and 18:00":   "!time:today and 18:00",
	"time:today,yesterday 10": "time:today,yesterday and 10",
	"time>2026-11-23 10:00":   `time>"2026-11-23 10:00"`,
	"(time<today 18:00)":      `time<"today 18:00"`,
	"foo-bar:x":               `"foo-bar:x"`,
	`site:ber* sev>=warn type:~ap_ !acked age<1h "rogue"`: `site:ber* severity>=warn type:~"ap_" !acked age<1h rogue`,
}

// What is written in many ways has one normal form.
func TestNormalForm(t *testing.T) {
	for in, want := range normalForms {
		q, err := Parse(in)
		if err != nil {
			t.Errorf("%q: %v", in, err)
			continue
		}
		if got := q.String(); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}

var mistakes = map[string]string{
	`sit:berlin`:                        `column 1: no field "sit"; did you mean "site"?`,
	`日本 sit:x`:                          `column 4: no field "sit"; did you mean "site"?`,
	`xyzzy:1`:                           `column 1: no field "xyzzy"`,
	`http://x`:                          `column 1: no field "http"`,
	`site:a severty>=warn`:              `column 8: no field "severty"; did you mean "severity"?`,
	`sev>=wran`:                         `column 6: "wran" is not a severity; it is one of debug, info, warn, critical; did you mean "warn"?`,
	`state:opne`:                        `column 7: "opne" is not a state; it is one of open, acked, snoozed, resolved; did you mean "open"?`,
	`state>open`:                        `column 7: state has no order; use state:`,
	`verdict:verifed`:                   `column 9: "verifed" is not a verdict; it is one of verified, verified-v1, unsigned, failed, malformed, refused; did you mean "verified"?`,
	`copies:teapot`:                     `column 8: "teapot" is not a number; duplicates takes a number`,
	`cpu>80V`:                           `column 5: "80V" is not a number; cpu takes a percent`,
	`status:~x`:                         `column 9: status takes a status, not a regular expression`,
	`status>5*`:                         `column 8: status> takes a plain value, without *`,
	`size>8XB`:                          `column 6: "8XB" is not a number; size takes a size`,
	`time>2h`:                           `column 6: "2h" is not a time; write 13:03, yesterday 18:00, 2026-11-23, 2026-11-23T10:00 or -2h; did you mean "-2h"?`,
	`time>2026-13-01`:                   `column 6: "2026-13-01" is not a time; write 13:03, yesterday 18:00, 2026-11-23, 2026-11-23T10:00 or -2h`,
	`time>25:00`:                        `column 6: "25:00" is not a time; write 13:03, yesterday 18:00, 2026-11-23, 2026-11-23T10:00 or -2h`,
	`time>"yesterday noon"`:             `column 6: "yesterday noon" is not a time; write 13:03, yesterday 18:00, 2026-11-23, 2026-11-23T10:00 or -2h`,
	`time:-2h`:                          `column 6: time is never exactly -2h; use < or >`,
	`age:1h`:                            `column 5: age is compared with < or >: age<1h`,
	`age<1y`:                            `column 5: "1y" is not a duration; write 30s, 15m, 2h, 7d or 1h30m`,
	`age<99999999999s`:                  `column 5: "99999999999s" is not a duration; write 30s, 15m, 2h, 7d or 1h30m`,
	`mac:hello`:                         `column 5: "hello" is not a MAC, nor the beginning of one`,
	`mac:5c5b35000001ff`:                `column 5: "5c5b35000001ff" is not a MAC, which has 12 hex digits`,
	`mac>5c`:                            `column 5: mac has no order; use mac:`,
	`severity:~warn`:                    `column 11: severity takes a severity, not a regular expression`,
	`type:~(up|down`:                    "column 7: missing closing ): `(up|down`",
	`type:~a{1001}`:                     "column 7: invalid repeat count: `{1001}`",
	`type:~`:                            `column 7: type:~ needs a regular expression`,
	`site:`:                             `column 6: site: needs a value right behind it; "" is the empty text`,
	`site:a,`:                           `column 8: site: needs a value right behind it; "" is the empty text`,
	`site>a,b`:                          `column 6: site> takes one value`,
	`site>a*`:                           `column 6: site> takes a plain value, without *`,
	`site:"ber`:                         `column 6: the quote that starts here is never closed`,
	`a "b`:                              `column 3: the quote that starts here is never closed`,
	`a or`:                              `column 5: a term is missing here`,
	`or a`:                              `column 1: nothing stands before this "or"; quote it to search for the word`,
	`a or or b`:                         `column 6: nothing stands before this "or"; quote it to search for the word`,
	`a and`:                             `column 3: nothing follows this "and"; quote it to search for the word`,
	`and a`:                             `column 1: nothing stands before this "and"; quote it to search for the word`,
	`(a b`:                              `column 1: this ( is never closed`,
	`a b)`:                              `column 4: there is no ( for this )`,
	`)`:                                 `column 1: there is no ( for this )`,
	`()`:                                `column 2: a term is missing here`,
	`a !`:                               `column 3: nothing follows this !; quote it to search for it`,
	`a - b`:                             `column 3: nothing follows this -; quote it to search for it`,
	"a\x00":                             `column 2: the character U+0000 cannot be searched for`,
	"é\xff":                             `column 2: the query is not UTF-8 here`,
	strings.Repeat("(", 100):            `column 65: nested too deep; 64 levels are the most`,
	strings.Repeat("!", 100):            `column 65: nested too deep; 64 levels are the most`,
	strings.Repeat("a ", 300):           `column 513: too many terms; 256 are the most`,
	strings.Repeat("a", 5000):           `column 1: the query has 5000 bytes; the limit is 4096`,
	"x:~" + strings.Repeat("a", 9):      `column 1: no field "x"`,
	"type:~" + strings.Repeat("a", 600): `column 7: the regular expression has 600 bytes; 512 is the most`,
}

// An error names the column (in characters, not bytes) and the nearest thing.
func TestErrorsPointAtTheColumn(t *testing.T) {
	for in, want := range mistakes {
		q, err := Parse(in)
		if err == nil {
			t.Errorf("%.60q: want an error, got %q", in, q)
			continue
		}
		if err.Error() != want {
			t.Errorf("%.60q:\ngot  %s\nwant %s", in, err, want)
		}
		var e *Error
		if !errors.As(err, &e) || e.Column < 1 {
			t.Errorf("%.60q: the error has no column: %#v", in, err)
		}
	}
}

// Names and aliases are what the parser looks up: each must lead to one field.
func TestFieldNamesAreUnique(t *testing.T) {
	seen := map[string]bool{}
	for _, n := range fieldNames() {
		if seen[n] {
			t.Errorf("the name %q stands for two fields", n)
		}
		seen[n] = true
		if _, _, ok := (&scanner{in: n + ":x"}).fieldOp(); !ok {
			t.Errorf("%q cannot be written as a field", n)
		}
	}
	for table := range Table(tables) {
		for _, f := range Fields(table) {
			if f.Help == "" || f.Type == "" {
				t.Errorf("%s: field %s has no help or type", table, f.Name)
			}
		}
	}
}

// A query that is kept for one table names only what its rows have.
func TestParseForATable(t *testing.T) {
	for _, c := range []struct {
		table Table
		text  string
		want  string
	}{
		{Alerts, `sev>=warn site:ber* !owner:ada "rogue"`, ""},
		{Alerts, "", ""},
		{Alerts, "5c:5b:35:00", ""},
		{Events, "topic:alarms type:~ap_ alert:5", ""},
		{Alerts, "sev>=warn (site:x or topic:alarms)", `column 22: alerts have no field "topic"`},
		{Events, "!owner:ada", `column 2: events have no field "owner"`},
		{Events, "src:x opened:today", `column 7: events have no field "opened"`},
		{Events, "sit:x", `column 1: no field "sit"; did you mean "site"?`},
		{Alerts, "siet:x", `column 1: no field "siet"; did you mean "site"?`},
		{Alerts, "sev>=", "column 6: "},
	} {
		q, err := ParseFor(c.table, c.text)
		if c.want == "" {
			if same, _ := Parse(c.text); err != nil || q.String() != same.String() {
				t.Errorf("%s of %s: %v, %v", c.text, c.table, q, err)
			}
			continue
		}
		if err == nil || !strings.HasPrefix(err.Error(), c.want) {
			t.Errorf("%s of %s: %v, want %s", c.text, c.table, err, c.want)
		}
	}
}

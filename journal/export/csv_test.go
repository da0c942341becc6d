package export

import (
	"encoding/csv"
	"strings"
	"testing"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

func TestCSV(t *testing.T) {
	out := write(t, CSV, events(), Options{})
	if strings.Count(out, "\r\n") != 3 {
		t.Errorf("lines do not end in CRLF: %q", out)
	}
	rows, err := csv.NewReader(strings.NewReader(out)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	expect(t, strings.Join(rows[0], ","), "id,time,received,source,via,topic,type,severity,org_id,site_id,site,device_mac,device,device_type,client_mac,client,ssid,text,delivery_id,alert_id,duplicates,test,raw")
	expect(t, strings.Join(rows[2], ";"), `8000001;2026-03-01T14:04:07.250Z;;acme;webhook;client-join;client-join;info;;;'=HYPERLINK(1);;;;a0:b1:c2:d3:e4:f5;;Free|Wi\x1b[2JFi;joined, "at last";8;0;2;false;`)
}

func TestCSVOfASync(t *testing.T) {
	for want, s := range map[string]event.Sync{
		"": {}, "done": {State: event.SyncDone}, "failed: no rights": {State: event.SyncFailed, Reason: "no rights"},
	} {
		if got, err := csvCell(s); err != nil || got != want {
			t.Errorf("csvCell(%+v) = %q, %v, want %q", s, got, err, want)
		}
	}
}

func TestCSVDisarmsFormulas(t *testing.T) {
	for _, s := range []string{"=1+1", "+1", "-1", "@SUM(A1)", "＝1", "＋1", "－1", "＠a"} {
		if got, err := csvCell(s); err != nil || got != "'"+s {
			t.Errorf("csvCell(%q) = %q, %v", s, got, err)
		}
	}
	for v, want := range map[any]string{"a=b": "a=b", -5: "-5", -1.5: "-1.5", true: "true", "\t=1": `\t=1`, (*time.Time)(nil): ""} {
		if got, err := csvCell(v); err != nil || got != want {
			t.Errorf("csvCell(%v) = %q, %v, want %q", v, got, err, want)
		}
	}
}

// Whatever separator a spreadsheet takes, no cell is a formula, and the text of
// before can be had back.
func TestNoSeparatorMakesAFormula(t *testing.T) {
	for _, s := range []string{
		"x;=cmd|' /C calc'!A0", "x; =1", `x;"=1"`, "x;;;+1", "a,b;@SUM(1)", "x;-1;=2", "x\t=1", "x\n=1", "x\r\n=1;=2", `"=1`, " =1", "x;\u00a0=1", "x;＝1",
		"'=1", "x;'=1", "it's; 'so", "''", "a;b", "x = y", "-5 dBm; -7 dBm",
	} {
		out := write(t, CSV, []event.Event{{Text: s, Site: s, Device: s}}, Options{})
		for _, comma := range []rune{',', ';', '\t'} {
			r := csv.NewReader(strings.NewReader(out))
			r.Comma, r.LazyQuotes, r.FieldsPerRecord = comma, true, -1
			rows, err := r.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range rows {
				for _, cell := range row {
					if cell = strings.TrimLeft(cell, " \u00a0\""); cell != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(cell)[0]) {
						t.Errorf("%q read with %q has the formula %q", s, comma, cell)
					}
				}
			}
		}
		clean := safetext.Line(s)
		if got := Rearm(Disarm(clean)); got != clean {
			t.Errorf("%q is written as %q and comes back as %q", clean, Disarm(clean), got)
		}
	}
}

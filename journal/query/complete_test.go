package query

import (
	"slices"
	"strings"
	"testing"
)

// realValues answers as the store would, and notes what it was asked.
func realValues(asked *[]string) func(field, prefix string) []string {
	return func(field, prefix string) []string {
		*asked = append(*asked, field+"="+prefix)
		var got []string
		for _, v := range map[string][]string{
			"site":       {"Berlin HQ", "Berlin-2", "Munich", "bad\x00"},
			"device_mac": {"5c5b35000001"}, "client_mac": {"5c5b35000001", "5c5b35aabbcc"},
			"kind": {"device_down"}, "device_type": {"switch"}, "device": {"ap-07"}, "status": {"connected"}, "client": {"lap-7"},
		}[field] {
			if strings.HasPrefix(fold(v), fold(prefix)) {
				got = append(got, v)
			}
		}
		return got
	}
}

// A bar marks the cursor; each line of want is a text after completing.
func TestComplete(t *testing.T) {
	for _, c := range []struct {
		in    string
		table Table
		want  []string
		asked string
	}{
		{"ss|", Events, []string{"ssid:"}, ""},
		{"sev|", Events, []string{"severity>="}, ""},
		{"!(sit|", Events, []string{"!(site:", "!(site_id:"}, ""},
		{"a si|te b", Events, []string{"a site: b", "a site_id: b"}, ""},
		{"verd|", Events, nil, ""},
		{"verd|", Deliveries, []string{"verdict:"}, ""},
		{"ack|", Alerts, []string{"acked_at>", "acked"}, ""},
		{"ack|", Events, nil, ""},
		{"sev>=w|", Events, []string{"sev>=warn"}, ""},
		{"state:open,a|", Alerts, []string{"state:open,acked"}, ""},
		{"verdict:ver| x", Deliveries, []string{"verdict:verified x", "verdict:verified-v1 x"}, ""},
		{"age<2|", Events, []string{"age<24h"}, ""},
		{"time>-1|", Events, []string{"time>-1h"}, ""},
		{"time>=yes|", Events, []string{"time>=yesterday"}, ""},
		{"site:ber|", Events, []string{`site:"Berlin HQ"`, "site:Berlin-2"}, "site=ber"},
		{`site:"Berlin H|Q" x`, Events, []string{`site:"Berlin HQ" x`}, "site=Berlin H"},
		{`site:Munich,"berl|`, Events, []string{`site:Munich,"Berlin HQ"`, "site:Munich,Berlin-2"}, "site=berl"},
		{"site:ber*|", Events, nil, ""},
		{"site:bad|", Events, nil, "site=bad"},
		{"mac:5c:5B|", Events, []string{"mac:5c:5b:35:00:00:01", "mac:5c:5b:35:aa:bb:cc"}, "device_mac=5c5b client_mac=5c5b"},
		{"type:dev|", Alerts, []string{"type:device_down"}, "kind=dev"},
		{"type:~ap|", Events, nil, ""},
		{"type:sw|", Devices, []string{"type:switch"}, "device_type=sw"},
		{"name:ap|", Devices, []string{"name:ap-07"}, "device=ap"},
		{"name:l|", Clients, []string{"name:lap-7"}, "client=l"},
		{"status:c|", Devices, []string{"status:connected"}, "status=c"},
		{"status:c|", Deliveries, nil, ""},
		{"rs|", Clients, []string{"rssi>"}, ""},
		{"rs|", Devices, nil, ""},
		{"nofield:a|", Events, nil, ""},
		{`"rog|`, Events, nil, ""},
	} {
		cursor := strings.IndexByte(c.in, '|')
		text := strings.Replace(c.in, "|", "", 1)
		var asked, got []string
		for _, k := range Complete(text, cursor, c.table, realValues(&asked)) {
			got = append(got, text[:k.Start]+k.Insert+text[k.End:])
		}
		if !slices.Equal(got, c.want) || strings.Join(asked, " ") != c.asked {
			t.Errorf("%s on %s:\ngot  %q (asked %q)\nwant %q (asked %q)", c.in, c.table, got, asked, c.want, c.asked)
		}
	}
	if got := Complete("", 0, Alerts, nil); len(got) < 20 {
		t.Errorf("the empty text offers only %d fields", len(got))
	}
	if got := Complete("site:é", 6, Events, nil); got != nil {
		t.Errorf("without values: %v", got)
	}
}

// What a query asks for as a whole value, and where: to be replaced by one that exists.
func TestEqualities(t *testing.T) {
	for _, c := range []struct {
		in    string
		table Table
		want  []string // field, columns, and the text with the value replaced
	}{
		{"topic:audit", Events, []string{"topic topic: topic:audits|"}},
		{`sev>=warn (site:"Berlin H" or !x) y`, Events, []string{`site site: sev>=warn (site:audits| or !x) y`}},
		{"site:a,b*,c", Events, []string{"site site: site:audits|,b*,c", "site site: site:a,b*,audits|"}},
		{"!site:a -(topic:b) site!=c site:~d site>e", Events, nil},
		{"!(sev:warn) topic:b", Events, []string{"topic topic: !(sev:warn) topic:audits|"}},
		{"type:x", Alerts, []string{"type kind: type:audits|"}},
		{"name:x", Devices, []string{"name device: name:audits|"}},
		{"topic:x", Alerts, nil},
		{"topic:x (", Events, nil},
		{`owner:""`, Alerts, nil},
	} {
		var got []string
		for _, e := range Equalities(c.in, c.table) {
			before, after := e.Replaced(c.in, "audits")
			got = append(got, e.Field+" "+strings.Join(e.Columns, " ")+": "+before+"|"+after)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s on %s: got %q, want %q", c.in, c.table, got, c.want)
		}
	}
	e := Equalities("site:x", Events)[0]
	for value, want := range map[string]string{"Berlin HQ": `site:"Berlin HQ"`, "ber*": "site:ber*", "*a b*": `site:*"a b"*`} {
		if got, _ := e.Replaced("site:x", value); got != want {
			t.Errorf("%q is put in as %s, want %s", value, got, want)
		}
	}
}

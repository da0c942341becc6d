package decode

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// auditBody is an element of the topic audits, with its sides as text, as deliveries
// have them.
func auditBody(t *testing.T, message, before, after string) []byte {
	t.Helper()
	el := map[string]any{"id": "l1", "admin_name": "Kim Doe kim@example.com", "src_ip": "203.0.113.45", "message": message, "timestamp": 1700000000}
	if before != "" {
		el["before"] = before
	}
	if after != "" {
		el["after"] = after
	}
	raw, err := json.Marshal(el)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func changeLines(t *testing.T, before, after string) []string {
	t.Helper()
	a, ok := ReadAudit(auditBody(t, `Update WLAN "Corp"`, before, after))
	if !ok {
		t.Fatal("not an audit")
	}
	var out []string
	for _, c := range a.Changes {
		out = append(out, c.String())
	}
	return out
}

func TestChanges(t *testing.T) {
	for _, c := range []struct {
		name, before, after string
		want                []string
	}{
		{"a nested value", `{"auth_servers":[{"host":"10.0.8.40","port":1812}],"ssid":"Corp"}`, `{"auth_servers":[{"port":1812,"host":"10.0.8.4"}],"ssid":"Corp"}`,
			[]string{"auth_servers[0].host 10.0.8.40 → 10.0.8.4"}},
		{"Mist's own example", `{"radio_config":{"band_24":{"disabled":false,"power_min":8,"power_max":18,"power":null,"preamble":"long","channels":[1, 10]}}}`,
			`{"radio_config": {"band_24": {"disabled": false, "power_min": null, "power_max": null, "power": 10, "preamble": "short", "channels": [1,10]}}}`,
			[]string{"radio_config.band_24.power_min 8 → none", "radio_config.band_24.power_max 18 → none", "radio_config.band_24.power none → 10", "radio_config.band_24.preamble long → short"}},
		{"members that come and go", `{"a":1,"b":{"c":true}}`, `{"b":{"d":""}}`, []string{`b.d none → ""`, "b.c true → none", "a 1 → none"}},
		{"null is what is not set", `{"a":null}`, `{}`, nil},
		{"order, spaces, escapes and notations are no change", `{"a":1.0,"b":"\u0041"}`, `{ "b":"A", "a":1 }`, nil},
		{"a short list is shown whole", `{"channels":[1,6,11],"topics":["a"]}`, `{"channels":[1,11],"topics":[]}`, []string{"channels [1, 6, 11] → [1, 11]", "topics [a] → []"}},
		{"an element put in front", `{"rules":[{"n":"b"},{"n":"c"}]}`, `{"rules":[{"n":"a"},{"n":"b"},{"n":"c"}]}`, []string{"rules[0].n none → a"}},
		{"an element taken out", `{"rules":[{"n":"a"},{"n":"b"},{"n":"c"}]}`, `{"rules":[{"n":"a"},{"n":"c"}]}`, []string{"rules[1].n b → none"}},
		{"another type", `{"vlan":{"id":7}}`, `{"vlan":"none"}`, []string{"vlan {1 setting} → none"}},
		{"times of saving are no change", `{"modified_time":1,"created_time":1,"id":"x","org_id":"o","site_id":"s1"}`, `{"modified_time":2,"created_time":2,"id":"y","org_id":"p","site_id":"s2"}`, []string{"site_id s1 → s2"}},
		{"a nested id is a setting", `{"vlan":{"id":7}}`, `{"vlan":{"id":8}}`, []string{"vlan.id 7 → 8"}},
		{"text in text", `"{\"a\":1}"`, `"{\"a\":2}"`, []string{"a 1 → 2"}},
		{"a whole list", `[{"a":1}]`, `[{"a":2}]`, []string{"[0].a 1 → 2"}},
		{"strange names cannot pass for others", `{"a.b":1,"x\n":1}`, `{"a.b":2,"x\n":2}`, []string{`["a.b"] 1 → 2`, "[\"x\n\"] 1 → 2"}},
		{"a side that cannot be read is not missing", `{"a":`, `{"a":1}`, nil},
		{"no JSON", `hello`, `{"a":`, nil},
		{"numbers", `7`, `8`, nil},
	} {
		if got := changeLines(t, c.before, c.after); !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", c.name, got, c.want)
		}
	}
}

// Search and the guide give objects where deliveries have text.
func TestSidesMayBeObjects(t *testing.T) {
	a, ok := ReadAudit([]byte(`{"message":"Update Device \"Lobby\"","before":{"name":"a"},"after":{"name":"b"}}`))
	if !ok || len(a.Changes) != 1 || a.Changes[0].String() != "name a → b" || a.Action != "Update" || a.Object != `Device "Lobby"` {
		t.Errorf("%+v", a)
	}
}

// Nobody sees a secret, wherever it is: under a name that says so, inside an object of
// such a name, or among the words of a value.
func TestSecretsAreNeverListed(t *testing.T) {
	const s1, s2 = "hunter2hunter2", "correct-horse"
	for _, form := range []string{
		`{"auth":{"psk":%q}}`, `{"psk":{"value":%q}}`, `{"passphrase":%q}`, `{"wepKeys":[%q]}`, `{"keys":[%q,"b"]}`, `{"auth_servers":[{"host":"a","secret":%q}]}`,
		`{"apiToken":%q}`, `{"splunk_token":%q}`, `{"root_password":%q}`, `{"snmp":{"community":%q}}`, `{"headers":{"Authorization":%q}}`, `{"oauth2_client_secret":%q}`,
		`{"additional_config_cmds":["set system x encrypted-password "%q]}`, `{"url":"https://joe:"%q"@example.com/"}`, `{"radsec":{"private_key":%q}}`, `{"sharedKey":%q}`,
	} {
		side := func(secret string) string {
			s := fmt.Sprintf(form, secret)
			return strings.NewReplacer(` ""`, " ", `password "`, "password ", `joe:"`, "joe:", `"@`, "@").Replace(strings.ReplaceAll(s, `""`, `"`))
		}
		got := changeLines(t, side(s1), side(s2))
		if len(got) != 1 || !strings.HasSuffix(got[0], " changed") {
			t.Errorf("%s: %q", side(s1), got)
		}
		if all := strings.Join(append(got, changeLines(t, "", side(s2))...), "\n"); strings.Contains(all, s1) || strings.Contains(all, s2) {
			t.Errorf("%s: a secret is listed: %q", side(s1), all)
		}
	}
}

func TestAListOfChangesIsBounded(t *testing.T) {
	deep := func(x string) string { return strings.Repeat(`{"a":`, 60) + x + strings.Repeat("}", 60) }
	if got := changeLines(t, deep("1"), deep("2")); len(got) != 1 || !strings.HasSuffix(got[0], " changed") || len(got[0]) > 200 {
		t.Errorf("deep: %q", got)
	}
	many := func(x string) string {
		var b strings.Builder
		for i := range 900 {
			fmt.Fprintf(&b, `,"n%d":%q`, i, x)
		}
		return "{" + b.String()[1:] + "}"
	}
	a, _ := ReadAudit(auditBody(t, "Update Site", many("x"), many(strings.Repeat("y", 900))))
	if len(a.Changes) != maxChanges || a.More != 800 {
		t.Errorf("%d listed, %d more", len(a.Changes), a.More)
	}
	for _, c := range a.Changes {
		if len(c.Path) > maxPath || len(c.Before) > maxValue || len(c.After) > maxValue {
			t.Fatalf("a long change: %d %d %d", len(c.Path), len(c.Before), len(c.After))
		}
	}
	if a, _ := ReadAudit(auditBody(t, "Update Site", `{"a":"`+strings.Repeat("x", maxSide)+`"}`, `{"a":1}`)); len(a.Changes) != 0 {
		t.Errorf("a side of a megabyte is compared: %q", a.Changes)
	}
}

func TestAuditsReadAsSentences(t *testing.T) {
	for _, c := range []struct{ message, before, after, want string }{
		{`Update WLAN "Corp"`, `{"auth_servers":[{"host":"10.0.8.40"}],"a":1,"b":1,"c":1}`, `{"auth_servers":[{"host":"10.0.8.4"}],"a":2,"b":2,"c":2}`,
			`Kim Doe updated WLAN "Corp": auth_servers[0].host 10.0.8.40 → 10.0.8.4 (+3 more)`},
		{`Update Device "Lobby"`, ``, ``, `Kim Doe updated Device "Lobby"`},
		{`Update Device "Lobby"`, `{"name":"a"}`, `{"name":"a"}`, `Kim Doe updated Device "Lobby"`},
		{`Add WLAN "Guest"`, ``, `{"ssid":"Guest","vlan":7}`, `Kim Doe added WLAN "Guest"`},
		{`Delete WLAN "Guest"`, `{"ssid":"Guest"}`, ``, `Kim Doe deleted WLAN "Guest"`},
		{`Update WLAN "Corp"`, `{"auth":{"psk":"one"}}`, `{"auth":{"psk":"two"}}`, `Kim Doe updated WLAN "Corp": auth.psk changed`},
		{`Login with Role "Admin"`, ``, ``, `Kim Doe logged in with Role "Admin"`},
		{`Accessed Org "Acme"`, ``, ``, `Kim Doe accessed Org "Acme"`},
		{`Modify Site "HQ"`, ``, ``, `Kim Doe modified Site "HQ"`},
		{`Stop Packet Capture`, ``, ``, `Kim Doe stopped Packet Capture`},
		{`2 devices were moved`, ``, ``, `Kim Doe: 2 devices were moved`},
		{``, ``, ``, `Kim Doe changed something that the audit does not name`},
	} {
		d := Delivery(webhook(`{"topic":"audits","events":[` + string(auditBody(t, c.message, c.before, c.after)) + `]}`))
		if len(d.Events) != 1 || d.Events[0].Text != c.want {
			t.Errorf("%s:\n got %q\nwant %q", c.message, d.Events[0].Text, c.want)
		}
	}
}

// Whatever the sides are: it ends, within its bounds, and twice the same gives nothing.
func FuzzChanges(f *testing.F) {
	f.Add(`{"a":[1,{"b":null}],"psk":"x"}`, `{"a":[{"b":2}],"psk":"y"}`)
	f.Add(`"\"{}\""`, `[[[[`)
	f.Fuzz(func(t *testing.T, before, after string) {
		changes, total := changesOf([]byte(before), []byte(after))
		if len(changes) > maxChanges || total < len(changes) {
			t.Fatalf("%d of %d", len(changes), total)
		}
		if same, n := changesOf([]byte(before), []byte(before)); len(same)+n != 0 {
			t.Fatalf("changes to itself: %q", same)
		}
	})
}

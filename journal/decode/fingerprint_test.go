package decode

import (
	"bytes"
	"encoding/json"
	"testing"
	"time"

	"foghorn/journal/event"
	"foghorn/mist"
)

// reencode writes a body anew: keys sorted, white space changed.
func reencode(t *testing.T, body []byte) []byte {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatal(err)
	}
	out, err := json.MarshalIndent(v, " ", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestFingerprintDoesNotHangOnHowItIsWritten(t *testing.T) {
	for _, n := range mist.SampleNames() {
		body, _ := mist.Sample(n)
		as := Delivery(webhook(string(body)))
		again := Delivery(webhook(string(reencode(t, body))))
		seen := map[uint64]int{}
		for i, e := range as.Events {
			if e.Fingerprint == 0 || e.Fingerprint != again.Events[i].Fingerprint {
				t.Errorf("%s place %d: %x and, written anew, %x", n, i, e.Fingerprint, again.Events[i].Fingerprint)
			}
			if j, twice := seen[e.Fingerprint]; twice {
				t.Errorf("%s: places %d and %d have one fingerprint", n, j, i)
			}
			seen[e.Fingerprint] = i
		}
	}
}

func TestFingerprint(t *testing.T) {
	of := func(topic, element string) uint64 {
		return one(t, webhook(deviceBody(topic, element))).Fingerprint
	}
	base := `{"type":"AP_DISCONNECTED","ap":"5c5b35000001","org_id":"o","site_id":"s","timestamp":1700000000,"x":{"a":[1,2],"b":"é"}}`
	for name, same := range map[string]string{
		"other order":       `{"x":{"b":"é","a":[1,2]},"timestamp":1700000000,"site_id":"s","org_id":"o","ap":"5c5b35000001","type":"AP_DISCONNECTED"}`,
		"escapes":           `{"type":"AP\u005fDISCONNECTED","ap":"5c5b35000001","org_id":"o","site_id":"s","timestamp":1700000000,"x":{"a":[1,2],"b":"\u00e9"}}`,
		"escaped name":      `{"t\u0079pe":"AP_DISCONNECTED","ap":"5c5b35000001","org_id":"o","site_id":"s","timestamp":1700000000,"x":{"\u0061":[1,2],"b":"é"}}`,
		"number as a float": `{"type":"AP_DISCONNECTED","ap":"5c5b35000001","org_id":"o","site_id":"s","timestamp":1.7e9,"x":{"a":[1.0,2],"b":"é"}}`,
		"labels":            `{"type":"AP_DISCONNECTED","ap":"5c5b35000001","org_id":"o","site_id":"s","site_name":"Berlin","org_name":"unknown org","for_site":true,"timestamp":1700000000,"x":{"a":[1,2],"b":"é"}}`,
		"blanks":            `{ "type" : "AP_DISCONNECTED","ap":"5c5b35000001","org_id":"o","site_id":"s","timestamp":1700000000,"x":{"a":[ 1 , 2 ],"b":"é"} }`,
	} {
		if of("mxedge-events", same) != of("mxedge-events", base) {
			t.Errorf("%s: another fingerprint", name)
		}
	}
	if of("client-info", base) == of("mxedge-events", base) {
		t.Error("another topic: the same fingerprint")
	}
	for name, other := range map[string]string{
		"other value":            `{"type":"AP_CONNECTED","ap":"5c5b35000001","org_id":"o","site_id":"s","timestamp":1700000000,"x":{"a":[1,2],"b":"é"}}`,
		"values swapped":         `{"type":"AP_DISCONNECTED","ap":"5c5b35000001","org_id":"s","site_id":"o","timestamp":1700000000,"x":{"a":[1,2],"b":"é"}}`,
		"list in other order":    `{"type":"AP_DISCONNECTED","ap":"5c5b35000001","org_id":"o","site_id":"s","timestamp":1700000000,"x":{"a":[2,1],"b":"é"}}`,
		"number as text":         `{"type":"AP_DISCONNECTED","ap":"5c5b35000001","org_id":"o","site_id":"s","timestamp":"1700000000","x":{"a":[1,2],"b":"é"}}`,
		"a field more":           `{"type":"AP_DISCONNECTED","ap":"5c5b35000001","org_id":"o","site_id":"s","timestamp":1700000000,"x":{"a":[1,2],"b":"é"},"new":null}`,
		"empty list, not object": `{"type":"AP_DISCONNECTED","ap":"5c5b35000001","org_id":"o","site_id":"s","timestamp":1700000000,"x":[]}`,
		"fraction":               `{"type":"AP_DISCONNECTED","ap":"5c5b35000001","org_id":"o","site_id":"s","timestamp":1700000000.5,"x":{"a":[1,2],"b":"é"}}`,
	} {
		if of("mxedge-events", other) == of("mxedge-events", base) {
			t.Errorf("%s: the same fingerprint", name)
		}
	}
}

func TestWithoutATimeTheTimeOfReceiptCounts(t *testing.T) {
	body := deviceBody("wifi-unconn-raw", `{"ap_id":"ac-23-16-ec-a7-0b","client_id":"28-f0-76-2d-22-1e","packets":[{"rssi":-92}]}`)
	at := func(when time.Time, source string) uint64 {
		d := webhook(body)
		d.Received, d.Source = when, source
		return one(t, d).Fingerprint
	}
	if at(received, "org") != at(received.Add(2*time.Second), "site") {
		t.Error("two tellings within seconds are two events")
	}
	if at(received, "org") == at(received.Add(time.Minute), "org") {
		t.Error("the same sight a minute later is a copy")
	}
}

func TestEveryJunosPostIsAHappeningOfItsOwn(t *testing.T) {
	plain := `{"event":"SNMP_TRAP_LINK_DOWN","hostname":"h","message":"SNMP_TRAP_LINK_DOWN: ifName ge-0/0/1"}`
	numbered := `{"event":"SNMP_TRAP_LINK_DOWN","hostname":"h","message":"SNMP_TRAP_LINK_DOWN: ifName ge-0/0/1","id":"b7-42"}`
	of := func(body string, id, replayOf int64) uint64 {
		d := fromJunos(body)
		d.ID, d.ReplayOf = id, replayOf
		return one(t, d).Fingerprint
	}
	if of(plain, 1, 0) == of(plain, 2, 0) {
		t.Error("a link that went down twice was taken for one")
	}
	if first, rebuilt := of(plain, 1, 0), of(plain, 1, 0); first != rebuilt {
		t.Error("the same record gave two fingerprints")
	}
	if of(plain, 3, 1) != of(plain, 1, 0) {
		t.Error("a replay is not a copy of what it replays")
	}
	if of(numbered, 1, 0) != of(numbered, 2, 0) {
		t.Error("a post with a number of its own came twice and is two")
	}
}

func TestTheSameEventByOrgAndSiteWebhookIsOne(t *testing.T) {
	body, _ := mist.Sample("client-join")
	org, site := webhook(string(body)), webhook(string(reencode(t, body)))
	org.Source, site.Source, site.ID = "acme", "acme-berlin", 8
	a, b := one(t, org), one(t, site)
	if a.Fingerprint != b.Fingerprint || a.ID == b.ID {
		t.Errorf("%x and %x", a.Fingerprint, b.Fingerprint)
	}
	if a.ID != event.ID(7, 0) {
		t.Errorf("id %d", a.ID)
	}
}

package mist

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestMembersAreReadLeniently(t *testing.T) {
	o, ok := readObject([]byte(`{"text":"a","num":7,"float":1.9,"quoted":" -66 ","null":null,"yes":true,"one":1,"no":"false","true":"True",
		"list":["a",2,null,{"x":1}],"single":"zone","when":"1692974834.308884","ms":1692974834308,"obj":{"in":1},"twice":1,"twice":2,
		"nan":"NaN","inf":"Inf","huge":1e300,"empty":""}`))
	if !ok {
		t.Fatal("no object")
	}
	for name, c := range map[string]struct{ got, want any }{
		"a text":                    {o.text("text"), "a"},
		"a number as text":          {o.text("num"), "7"},
		"null as text":              {o.text("null"), ""},
		"an object as text":         {o.text("obj"), ""},
		"the first that is there":   {o.text("missing", "null", "text", "num"), "a"},
		"a number":                  {o.whole("num"), 7},
		"a fraction as a whole":     {o.whole("float"), 1},
		"a number in a text":        {o.whole("quoted"), -66},
		"a text as number":          {o.real("text"), 0.0},
		"not a number":              {o.real("nan"), 0.0},
		"infinite":                  {o.real("inf"), 0.0},
		"too large":                 {o.whole("huge"), 0},
		"a missing number":          {o.real("missing"), 0.0},
		"true":                      {o.yes("yes"), true},
		"1":                         {o.yes("one"), true},
		"the text false":            {o.yes("no"), false},
		"the text True":             {o.yes("true"), true},
		"missing, true by default":  {o.yesUnless("missing"), true},
		"false, true by default":    {o.yesUnless("no"), false},
		"a list":                    {strings.Join(o.texts("list"), ","), "a,2"},
		"one instead of a list":     {strings.Join(o.texts("single"), ","), "zone"},
		"no list":                   {len(o.texts("null")), 0},
		"a time in a text":          {o.when("when").Format(time.RFC3339Nano), "2023-08-25T14:47:14.308884Z"},
		"a time in milliseconds":    {o.when("ms").Unix(), int64(1692974834)},
		"no time":                   {o.when("text").IsZero(), true},
		"an object":                 {o.sub("obj").whole("in"), 1},
		"a text is no object":       {len(o.sub("text")), 0},
		"of two the last":           {o.whole("twice"), 2},
		"there, though null":        {o.has("null"), true},
		"not there":                 {o.has("missing"), false},
		"an empty text":             {o.text("empty", "text"), ""},
		"a MAC with colons":         {macOf("5C:5B:35:00:00:01"), "5c5b35000001"},
		"no MAC":                    {macOf("ge-0/0/1"), "ge-0/0/1"},
		"a MAC too long":            {macOf("5c5b350000011"), "5c5b350000011"},
		"a device id from a MAC":    {DeviceID("5c-5b-35-00-00-01"), "00000000-0000-0000-1000-5c5b35000001"},
		"the id that is none":       {idOf("00000000-0000-0000-0000-000000000000"), ""},
		"an id as it is":            {idOf(testSite), testSite},
		"a band":                    {bandOf("24") + bandOf("5"), "2.45"},
		"a line of a text":          {oneLine("a\x1b[31m\nb\u202e c", 100), "a[31m b c"},
		"a line that is cut":        {oneLine("ääää", 5), "ää..."},
		"a line that is not UTF-8":  {oneLine("a\xffb", 100), "a\ufffdb"},
		"a URL that cannot be read": {Webhook{URL: "http://a b:%zz"}.MaskedURL(), "(a URL that cannot be read)"},
	} {
		if c.got != c.want {
			t.Errorf("%s: %v, want %v", name, c.got, c.want)
		}
	}
}

func TestDevices(t *testing.T) {
	ap, ok := decodeRow[DeviceStats]([]byte(`{"mac":"5C5B35000001","name":"ap-1","model":"AP45","serial":"S1","status":"connected","last_seen":1772360000.5,
		"uptime":"86400","num_clients":12,"cpu_util":7,"mem_total_kb":1000,"mem_used_kb":250,"ip_stat":{"ip":"10.0.0.5"},"site_id":"` + testSite + `",
		"radio_stat":{"band_24":{"channel":6,"power":8,"util_all":40,"num_clients":2},"band_5":{"channel":36,"bandwidth":80,"num_clients":10},"band_6":null},
		"lldp_stat":{"system_name":"sw-1","port_id":"ge-0/0/3"},"new_in_2027":{}}`))
	if !ok || ap.MAC != "5c5b35000001" || ap.ID != "00000000-0000-0000-1000-5c5b35000001" || ap.Type != "ap" || ap.IP != "10.0.0.5" ||
		ap.UptimeS != 86400 || ap.CPU != 7 || ap.Memory != 25 || ap.Uplink != "sw-1 ge-0/0/3" || ap.LastSeen.UnixMilli() != 1772360000500 {
		t.Errorf("%+v", ap)
	}
	want := []RadioStats{{Band: "2.4", Channel: 6, Power: 8, Utilization: 40, Clients: 2}, {Band: "5", Channel: 36, Bandwidth: 80, Clients: 10}}
	if !slices.Equal(ap.Radios, want) {
		t.Errorf("radios %+v", ap.Radios)
	}
	sw, _ := decodeRow[DeviceStats]([]byte(`{"type":"switch","mac":"020003000001","ip":"10.0.0.2","cpu_stat":{"idle":80},"memory_stat":{"usage":33},
		"clients_stats":{"total":{"num_wired_clients":9}},"last_seen":null,"name":null}`))
	if sw.Type != "switch" || sw.CPU != 20 || sw.Memory != 33 || sw.Clients != 9 || !sw.LastSeen.IsZero() || sw.Name != "" {
		t.Errorf("%+v", sw)
	}
	if _, ok := decodeRow[DeviceStats]([]byte(`["ap"]`)); ok {
		t.Error("a list is no device")
	}
}

func TestClients(t *testing.T) {
	c, ok := decodeRow[ClientStats]([]byte(`{"mac":"dc080f360000","hostname":"phone","ap_mac":"5c5b35000001","band":"24","rssi":-61.4,"snr":"30","vlan_id":10,"is_guest":true,"assoc_time":1772360000}`))
	if !ok || c.Hostname != "phone" || c.APMAC != "5c5b35000001" || c.Band != "2.4" || c.RSSI != -61 ||
		c.SNR != 30 || c.VLAN != "10" || !c.Guest || c.Associated.Unix() != 1772360000 {
		t.Errorf("%+v", c)
	}
}

func TestEventsByEitherName(t *testing.T) {
	for raw, want := range map[string]string{
		`{"type":"AP_CONNECTED","ap":"5c5b35000001","ap_name":"ap-1","timestamp":1547235620.89}`:                              "5c5b35000001 ap-1",
		`{"type":"SW_CONNECTED","mac":"5c:5b:35:00:00:02","device_name":"sw-1","ap":"5c5b35000001","timestamp":"1547235620"}`: "5c5b35000002 sw-1",
	} {
		e, ok := decodeRow[DeviceEvent]([]byte(raw))
		if got := e.MAC + " " + e.Name; !ok || got != want || e.Time.Unix() != 1547235620 {
			t.Errorf("%s: %q, %v", raw, got, e.Time)
		}
	}
}

func TestAcksGoInBatches(t *testing.T) {
	k := setup(t)
	var sizes []int
	k.on("POST /orgs/{org}/alarms/ack", func(w http.ResponseWriter, r *http.Request) {
		var body struct {
			IDs  []string `json:"alarm_ids"`
			Note *string
		}
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || body.Note == nil || *body.Note != "on it" {
			t.Errorf("%+v, %v", body, err)
		}
		sizes = append(sizes, len(body.IDs))
		if len(sizes) == 3 {
			answer(403, `{"detail":"read only"}`)(w, r)
		}
	})
	var ids []string
	for i := range 3500 {
		ids = append(ids, fmt.Sprint(i))
	}
	done, err := k.client.AckAlarms(t.Context(), testOrg, ids, "on it")
	if done != 2000 || !IsKind(err, KindPermission) || !slices.Equal(sizes, []int{1000, 1000, 1000}) {
		t.Errorf("%d done in calls of %v, %v", done, sizes, err)
	}
	if done, err := k.client.UnackAlarms(t.Context(), testOrg, nil, ""); done != 0 || err != nil {
		t.Errorf("none: %d, %v", done, err)
	}
}

// FuzzRows: no row makes any decoder panic, and what is read can be printed.
func FuzzRows(f *testing.F) {
	for _, s := range []string{`{}`, `null`, `{"mac":"5c5b35000001","radio_stat":{"band_5":{"channel":"36"}},"lldp_stats":{"eth0":{}}}`,
		`{"site_id":"s","coverage":0.5,"num_aps":"3"}`, `{"samples":{"total":[1,null,"2"]},"interval":1e99}`, `{"topics":"zone","url":"http://a:b@c"}`,
		`{"timestamp":"1692974834.308884","count":1e400}`, `{"a":{"a":{"a":`, "{\"\xff\":1}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		device, ok := decodeRow[DeviceStats](raw)
		client, _ := decodeRow[ClientStats](raw)
		alarm, _ := decodeRow[Alarm](raw)
		event, _ := decodeRow[DeviceEvent](raw)
		audit, _ := decodeRow[Audit](raw)
		hook, _ := decodeRow[Webhook](raw)
		delivery, _ := decodeRow[WebhookEvent](raw)
		sle, _ := decodeRow[SiteSLE](raw)
		item, _ := decodeRow[InventoryItem](raw)
		if !ok && json.Valid(raw) && len(raw) > 0 && strings.TrimSpace(string(raw))[0] == '{' && !strings.Contains(string(raw), strings.Repeat("{", 100)) &&
			strings.Count(string(raw), "[")+strings.Count(string(raw), "{") < MaxDepth {
			t.Errorf("an object is not read: %q", raw)
		}
		for name, score := range sle.Scores {
			if score < 0 || score > 1 {
				t.Errorf("the score %s is %v", name, score)
			}
		}
		o, _ := readObject(raw)
		if rate, ok := Success(readSeries(o).Samples); ok && (rate < 0 || rate > 1) {
			t.Errorf("a success of %v", rate)
		}
		_ = fmt.Sprint(device, client, alarm, event, audit, hook, delivery, item, Explain(checkError(raw)))
	})
}

func checkError(body []byte) error {
	if e := checkResponse(&Response{Status: 400, Body: body}, time.Time{}); e != nil {
		return e
	}
	return nil
}

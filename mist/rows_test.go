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

func TestHelpersOfRows(t *testing.T) {
	for name, c := range map[string]struct{ got, want any }{
		"a MAC with colons":         {macOf("5C:5B:35:00:00:01"), "5c5b35000001"},
		"no MAC":                    {macOf("ge-0/0/1"), "ge-0/0/1"},
		"a MAC too long":            {macOf("5c5b350000011"), "5c5b350000011"},
		"a device id from a MAC":    {DeviceID("5c-5b-35-00-00-01"), "00000000-0000-0000-1000-5c5b35000001"},
		"the id that is none":       {idOf("00000000-0000-0000-0000-000000000000"), ""},
		"an id as it is":            {idOf(testSite), testSite},
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
	for _, s := range []string{`{}`, `null`, `{"mac":"5c5b35000001","connected":"1"}`,
		`{"site_id":"s","coverage":0.5,"num_aps":"3"}`, `{"samples":{"total":[1,null,"2"]},"interval":1e99}`, `{"topics":"zone","url":"http://a:b@c"}`,
		`{"timestamp":"1692974834.308884","count":1e400}`, `{"a":{"a":{"a":`, "{\"\xff\":1}"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		alarm, ok := decodeRow[Alarm](raw)
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
		o, _ := ParseObject(raw)
		if rate, ok := Success(readSeries(o).Samples); ok && (rate < 0 || rate > 1) {
			t.Errorf("a success of %v", rate)
		}
		_ = fmt.Sprint(alarm, event, audit, hook, delivery, item, Explain(checkError(raw)))
	})
}

func checkError(body []byte) error {
	if e := checkResponse(&Response{Status: 400, Body: body}, time.Time{}); e != nil {
		return e
	}
	return nil
}

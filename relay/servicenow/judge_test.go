package servicenow

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

const (
	asleep = "<html><title>Instance Hibernating</title></html>"
	acl    = `{"error":{"message":"Operation Failed","detail":"ACL Exception Insert Failed due to security constraints"},"status":"failure"}`
	policy = `{"error":{"message":"Operation Failed","detail":"Data Policy Exception: The following fields are mandatory: Caller"},"status":"failure"}`
	gone   = `{"error":{"message":"No Record found","detail":"Record doesn't exist or ACL restricts the record retrieval"},"status":"failure"}`
)

// Every answer to each step, and what it means.
func TestAnswers(t *testing.T) {
	all := []string{stepLookUp, stepCreate, stepUpdate, stepResolve}
	for _, c := range []struct {
		status  int
		body    string
		steps   []string
		outcome relay.Outcome
		reason  string
	}{
		{200, asleep, all, relay.Misconfigured, "asleep"},
		{200, "", all, relay.Misconfigured, "not an answer of the Table API"},
		{200, `{"status":"ok"}`, all, relay.Misconfigured, "not an answer"},
		{200, `<?xml version="1.0"?><response/>`, all, relay.Misconfigured, "not an answer"},
		{200, `{"result":[{"sys_id":"9d3`, all, relay.Retry, "ends in the middle"},
		{200, acl, all, relay.Refused, "ACL Exception"},
		{200, `{"result":{}}`, []string{stepCreate, stepUpdate, stepResolve}, relay.Retry, "names no incident"},
		{201, `{"result":{"sys_id":"../../x"}}`, []string{stepCreate}, relay.Retry, "names no incident"},
		{200, `{"result":7}`, all, relay.Misconfigured, "not an answer"},
		{301, "", all, relay.Misconfigured, "301"},
		{400, `{"error":{"message":"Invalid table incident","detail":null},"status":"failure"}`, []string{stepLookUp}, relay.Misconfigured, "Invalid table"},
		{400, `{"error":"bad","status":"failure"}`, []string{stepCreate, stepUpdate, stepResolve}, relay.Refused, "400: bad"},
		{401, `{"error":{"message":"User Not Authenticated","detail":"Required to provide Auth information"},"status":"failure"}`, all, relay.Misconfigured, "Check user and password"},
		{403, acl, []string{stepLookUp, stepCreate}, relay.Misconfigured, "role itil"},
		{403, policy, []string{stepCreate}, relay.Misconfigured, "fields are mandatory: Caller. The instance wants more fields"},
		{403, acl, []string{stepUpdate}, relay.Refused, "right to change"},
		{403, policy, []string{stepResolve}, relay.Refused, "Set close_code"},
		{404, asleep, []string{stepCreate}, relay.Misconfigured, "Is url the address of the instance?"},
		{404, gone, []string{stepUpdate, stepResolve}, relay.More, "closed or deleted"},
		{405, "", all, relay.Misconfigured, "405"},
		{406, "", all, relay.Misconfigured, "406"},
		{408, "", all, relay.Retry, "408"},
		{413, "", []string{stepCreate}, relay.Refused, "413"},
		{415, "", []string{stepCreate}, relay.Refused, "415"},
		{429, "", all, relay.Retry, "429"},
		{500, asleep, all, relay.Retry, "a page of HTML"},
		{503, "", all, relay.Retry, "503"},
	} {
		for _, step := range c.steps {
			d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
			work := &relay.Work{Items: []relay.Item{notice(relay.First, 1, nil)}, Now: at}
			if step == stepUpdate || step == stepResolve {
				_, work.Handle = d.tell(work.Items[0], nil)
				work.Items = []relay.Item{map[string]relay.Item{stepUpdate: notice(relay.Update, 2, acked), stepResolve: notice(relay.Resolved, 2, nil)}[step]}
			}
			if step != stepLookUp {
				if _, err := relaytest.Step(t.Context(), d.dst, work, d.do); err != nil {
					t.Fatal(err)
				}
			}
			d.Fail(1, c.status, nil, c.body)
			turn, err := relaytest.Step(t.Context(), d.dst, work, d.do)
			if err != nil || turn.Request.Step != step {
				t.Fatalf("%s: %s, %v", step, turn.Request.Step, err)
			}
			if v := turn.Verdict; v.Outcome != c.outcome || v.Items != 0 || !strings.Contains(v.Reason, c.reason) || strings.Contains(v.Reason, password) {
				t.Errorf("%s, %d %s: %+v, want outcome %d, %q", step, c.status, c.body, v, c.outcome, c.reason)
			}
		}
	}
}

// The documented answer is read; it has objects where references are.
func TestTheDocumentedAnswer(t *testing.T) {
	body, err := os.ReadFile("testdata/sample-create.response.json")
	if err != nil {
		t.Fatal(err)
	}
	want := incident{SysID: "9d385017c611228701d22104cc95c371", Number: "INC0010023", State: "1", Active: "true",
		Correlation: "mist:alarm:6f0b2a54-0000-4000-8000-0000000000aa", Display: "mist"}
	if r := read(body); r == nil || r.fail != "" || len(r.rows) != 1 || r.rows[0] != want {
		t.Errorf("%+v", r)
	}
	shown := []byte(`{"result":{"sys_id":{"display_value":"x","value":"9d385017c611228701d22104cc95c371"},"state":{"display_value":"New","value":"1"}}}`)
	if r := read(shown); r == nil || len(r.rows) != 1 || r.rows[0].State != "1" {
		t.Errorf("%+v", r)
	}
}

// A list without rows is sometimes 404.
func TestNoRecordIsAnAnswer(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
	d.Fail(1, 404, nil, gone)
	if turns, _ := d.tell(notice(relay.First, 1, nil), nil); steps(turns) != "look up, create" || last(turns).Outcome != relay.Sent {
		t.Errorf("%s %+v", steps(turns), last(turns))
	}
}

// A close code that the instance does not have stops the end of this alert, and says
// what to configure. Others are told.
func TestAWrongCloseCode(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{CloseCodes: []string{"Solved (Permanently)"}}, nil)
	_, handle := d.tell(notice(relay.First, 1, nil), nil)
	turns, handle := d.tell(notice(relay.Resolved, 2, nil), handle)
	if v := last(turns); v.Outcome != relay.Refused || !strings.Contains(v.Reason, "Data Policy") || !strings.Contains(v.Reason, "Set close_code") {
		t.Fatalf("%+v", v)
	}
	d.set = func(c *config.Relay) { c.CloseCode = "Solved (Permanently)" }
	d.restart()
	if turns, _ = d.tell(notice(relay.Resolved, 2, nil), handle); last(turns).Outcome != relay.Sent || d.Incidents()[0]["state"] != "6" {
		t.Errorf("%+v, %v", last(turns), d.Incidents())
	}
}

// An instance drops in silence what the user may not write.
func TestAStateThatDoesNotChangeIsNoSuccess(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
	_, handle := d.tell(notice(relay.First, 1, nil), nil)
	row := d.Incidents()[0]
	stays := func(state string) string {
		return `{"result":{"sys_id":"` + row["sys_id"] + `","number":"INC1","state":"` + state + `","active":"true"}}`
	}
	work := &relay.Work{Items: []relay.Item{notice(relay.Resolved, 2, nil)}, Handle: handle, Now: at}
	step := func(want relay.Outcome) relay.Verdict {
		t.Helper()
		turn, err := relaytest.Step(t.Context(), d.dst, work, d.do)
		if err != nil || turn.Verdict.Outcome != want {
			t.Fatalf("%+v, %v", turn.Verdict, err)
		}
		return turn.Verdict
	}
	step(relay.More)
	d.Fail(1, 200, nil, stays("1"))
	if v := step(relay.Refused); !strings.Contains(v.Reason, "is not resolved") {
		t.Errorf("%+v", v)
	}
	d.Set(row["number"], "correlation_display", "foghorn a345/2") // this much it took, and the note
	step(relay.More)
	step(relay.Sent)
	if notes := d.Notes(row["number"]); len(notes) != 1 {
		t.Errorf("a note is written once: %q", notes)
	}
	work.Items = []relay.Item{notice(relay.Reopened, 3, nil)}
	step(relay.More)
	d.Fail(1, 200, nil, stays("6"))
	if v := step(relay.Refused); !strings.Contains(v.Reason, "still resolved") {
		t.Errorf("%+v", v)
	}
	step(relay.More)
	step(relay.Sent)
	if d.Incidents()[0]["state"] != "2" {
		t.Errorf("%v", d.Incidents())
	}
}

func TestTooManyRequestsWait(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{PerHour: 3}, nil)
	_, handle := d.tell(notice(relay.First, 1, nil), nil)
	d.now = at.Add(20 * time.Minute)
	turns, handle := d.tell(notice(relay.Resolved, 2, nil), handle)
	if v := last(turns); steps(turns) != "look up, resolve" || v.Outcome != relay.Retry || v.After < 39*time.Minute || v.After > 41*time.Minute {
		t.Fatalf("%s %+v", steps(turns), v)
	}
	d.now = d.now.Add(last(turns).After)
	if turns, _ = d.tell(notice(relay.Resolved, 2, nil), handle); steps(turns) != "look up, resolve" || last(turns).Outcome != relay.Sent {
		t.Errorf("%s %+v", steps(turns), last(turns))
	}
}

// What was read a while ago is read again before anything is written.
func TestAnOldLookUpIsNotBelieved(t *testing.T) {
	d := deskOf(t, relaytest.ServiceNowOptions{}, nil)
	work := &relay.Work{Items: []relay.Item{notice(relay.First, 1, nil)}, Now: at}
	if _, err := relaytest.Step(t.Context(), d.dst, work, d.do); err != nil {
		t.Fatal(err)
	}
	work.Now = at.Add(time.Hour)
	if r, err := d.dst.Encode(work); err != nil || r.Step != stepLookUp {
		t.Errorf("%s, %v", r.Step, err)
	}
}

func TestHandlesOfOthersAreIgnored(t *testing.T) {
	for _, rubbish := range []string{"", "{", "null", `{"sys_id":"../x","correlation_id":"mist:alarm:1"}`, `{"sys_id":"00000000000000000000000000abc001"}`,
		`{"correlation_id":"x^active=false"}`} {
		if h := handleOf(&relay.Work{Handle: []byte(rubbish)}); *h != (handle{}) {
			t.Errorf("%s: %+v", rubbish, h)
		}
	}
}

// Three ways to log in, and what a wrong one says.
func TestCredentials(t *testing.T) {
	s := relaytest.NewServiceNow(relaytest.ServiceNowOptions{User: "foghorn", Password: password, Token: "oauth", APIKey: "key"})
	server := httptest.NewServer(s)
	defer server.Close()
	do := relaytest.HTTP(server.Client(), nil)
	for _, good := range []bool{true, false} {
		suffix := map[bool]string{true: "", false: "-wrong"}[good]
		for name, c := range map[string]config.Relay{
			"basic":   {User: "foghorn", Password: config.NewSecret(password + suffix)},
			"token":   {Token: config.NewSecret("oauth" + suffix)},
			"api_key": {APIKey: config.NewSecret("key" + suffix)},
		} {
			c.URL = config.NewSecret(server.URL)
			d, err := New(c, relay.Env{})
			if err != nil {
				t.Fatal(err)
			}
			r := d.(relay.Checker).Checks()[0]
			v := d.(relay.Checker).JudgeCheck(r, do(t.Context(), r))
			if want := map[bool]relay.Outcome{true: relay.Sent, false: relay.Misconfigured}[good]; v.Outcome != want {
				t.Errorf("%s%s: %+v", name, suffix, v)
			}
		}
	}
}

func TestChecks(t *testing.T) {
	for name, c := range map[string]struct {
		options relaytest.ServiceNowOptions
		set     func(*config.Relay)
		fault   *relaytest.Fault
		want    relay.Outcome
		reason  string
	}{
		"all well":         {want: relay.Sent, reason: "knows the close code Solution provided"},
		"an older list":    {options: relaytest.ServiceNowOptions{CloseCodes: []string{"Solved (Permanently)"}}, want: relay.Misconfigured, reason: "one of: Solved (Permanently)"},
		"its code":         {options: relaytest.ServiceNowOptions{CloseCodes: []string{"Solved"}}, set: func(c *config.Relay) { c.CloseCode = "Solved" }, want: relay.Sent, reason: "close code Solved"},
		"asleep":           {fault: &relaytest.Fault{Status: 200, Body: asleep}, want: relay.Misconfigured, reason: "asleep"},
		"no role":          {fault: &relaytest.Fault{Status: 403, Body: acl}, want: relay.Misconfigured, reason: "role itil"},
		"another service":  {fault: &relaytest.Fault{Status: 404, Body: asleep}, want: relay.Misconfigured, reason: "Is url the address"},
		"nobody there":     {fault: &relaytest.Fault{}, want: relay.Retry, reason: "EOF"},
		"an error as well": {fault: &relaytest.Fault{Status: 200, Body: acl}, want: relay.Misconfigured, reason: "ACL"},
	} {
		d := deskOf(t, c.options, c.set)
		if c.fault != nil {
			d.Add(1, *c.fault)
		}
		worst := relay.Verdict{}
		var reasons []string
		for _, r := range d.dst.Checks() {
			v := d.dst.JudgeCheck(r, d.do(t.Context(), r))
			if v.Outcome > worst.Outcome {
				worst = v
			}
			reasons = append(reasons, v.Reason)
		}
		if worst.Outcome != c.want || !strings.Contains(strings.Join(reasons, "\n"), c.reason) || len(d.Incidents()) != 0 {
			t.Errorf("%s: %q, want outcome %d, %q", name, reasons, c.want, c.reason)
		}
	}

	d := newOf(t, "https://example.service-now.com", nil)
	for _, a := range []*relay.Answer{{Status: 403, Body: []byte(acl)}, {Status: 200, Body: []byte(`{"result":[]}`)}, {Status: 200, Body: []byte(asleep)},
		{Status: http.StatusOK, Body: []byte(`{"result":[{"name":"other","element":"x","value":"y"}]}`)}} {
		if v := d.JudgeCheck(d.Checks()[1], a); v.Outcome != relay.Sent || !strings.Contains(v.Reason, "was not tried") {
			t.Errorf("close codes that cannot be read are no mistake: %+v", v)
		}
	}
}

package decode

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"foghorn/journal/event"
)

func observed(topic, element string) *event.Delivery {
	d := webhook(deviceBody(topic, element))
	d.Via = event.ViaPoll
	return d
}

// A device that was found down is the condition its up/down events are about.
func TestAFoundStatusIsTheDevicesConnection(t *testing.T) {
	told := one(t, webhook(deviceBody("device-updowns", `{"type":"SW_DISCONNECTED","mac":"5c5b35000002","org_id":"o","timestamp":1700000000}`)))
	found := one(t, observed(event.TopicDeviceStatus,
		`{"org_id":"o","site_id":"s","site_name":"Berlin","mac":"5c5b35000002","name":"core-1","type":"switch","status":"disconnected","timestamp":1700000030,"seen_by":"poll"}`))
	if found.Signal == nil || found.Signal.Key != told.Signal.Key || found.Signal.Type != event.Raise || found.Severity != event.Critical {
		t.Errorf("found %+v, told %+v", found.Signal, told.Signal)
	}
	if found.Text != "Switch core-1 down, seen by poll" || found.Type != "DEVICE_DISCONNECTED" || found.DeviceType != "switch" || found.Site != "Berlin" {
		t.Errorf("%+v", found)
	}
	again := one(t, observed(event.TopicDeviceStatus, `{"org_id":"o","mac":"5c5b35000002","type":"switch","status":"disconnected","timestamp":1700000030.5,"seen_by":"stream"}`))
	back := one(t, observed(event.TopicDeviceStatus, `{"org_id":"o","mac":"5c5b35000002","type":"switch","status":"connected","timestamp":1700000030}`))
	if again.Fingerprint != found.Fingerprint || back.Fingerprint == found.Fingerprint || back.Signal.Type != event.Resolve {
		t.Errorf("%x, again %x, back %x", found.Fingerprint, again.Fingerprint, back.Fingerprint)
	}
	busy := one(t, observed(event.TopicDeviceStatus, `{"org_id":"o","mac":"5c5b35000002","name":"core-1","type":"switch","status":"upgrading","timestamp":1700000030}`))
	if busy.Signal != nil || busy.Severity != event.Info || busy.Text != "Switch core-1 is upgrading" {
		t.Errorf("%+v", busy)
	}
}

func TestAGapOfTheStreamIsAnEvent(t *testing.T) {
	e := one(t, observed(event.TopicStreamGap, `{"timestamp":1700000252,"start":1700000000,"seconds":252,"filled":6,"reason":"connection reset","org_id":"o"}`))
	if e.Text != "No stream for 4m12s, 6 missed events fetched (connection reset)" || e.Severity != event.Info || e.Signal != nil || e.Type != event.TopicStreamGap {
		t.Errorf("%+v", e)
	}
}

func TestSilenceIsACondition(t *testing.T) {
	junos := one(t, observed(event.TopicSilence, `{"source_kind":"junos","host":"core-sw1","since":1700000000,"timestamp":1700000900,"seconds":900}`))
	s := junos.Signal
	if s == nil || s.Key != heartbeatKey("acme", "core-sw1") || s.Key != "junos:acme:core-sw1:heartbeat" || s.Type != event.Raise || s.Severity != event.Critical {
		t.Fatalf("%+v", s)
	}
	if !s.Began.Equal(time.Unix(1700000000, 0)) || junos.Text != "core-sw1 sent no heartbeat for 15m00s" || junos.Device != "core-sw1" || junos.DeviceType != JunosTopic {
		t.Errorf("%+v began %v", junos, s.Began)
	}
	mist := one(t, observed(event.TopicSilence, `{"source_kind":"mist","since":1700000000,"timestamp":1700003600,"seconds":3600}`))
	over := one(t, observed(event.TopicSilence, `{"source_kind":"mist","since":1700000000,"timestamp":1700007200,"seconds":7200,"over":true}`))
	if mist.Text != "Nothing was heard from acme for 1h00m" || mist.Severity != event.Warn || over.Signal.Key != mist.Signal.Key || over.Signal.Type != event.Resolve ||
		over.Text != "acme is heard from again" {
		t.Errorf("%+v, over %+v", mist, over)
	}
}

// The inventory brings names and no events.
func TestTheInventoryBringsNames(t *testing.T) {
	d := observed(event.TopicInventory, `{"kind":"site","id":"s1","name":"Berlin","org_id":"o"},
		{"kind":"device","id":"5C:5B:35:00:00:01","name":"ap-1","site_id":"s1","ip":"10.1.2.3","type":"ap"},
		{"kind":"device","id":"5c5b35000002","name":"5c5b35000002","site_id":"00000000-0000-0000-0000-000000000000","ip":"127.0.0.1"},
		{"kind":"device","id":"nonsense","name":"x"}, {"kind":"moon","id":"y","name":"x"}, 7`)
	got := Delivery(d)
	want := []Name{{NameSite, "s1", "Berlin"}, {NameDevice, "5c5b35000001", "ap-1"}, {NameDeviceSite, "5c5b35000001", "s1"}, {NameDeviceIP, "10.1.2.3", "5c5b35000001"}}
	if len(got.Events) != 0 || got.Problem != "" || !slices.Equal(got.Names, want) {
		t.Errorf("%d events, problem %q, names %v", len(got.Events), got.Problem, got.Names)
	}
	if got := Delivery(observed(event.TopicInventory, `{"kind":"moon"}`)); got.Problem == "" {
		t.Error("an inventory without any name is no problem")
	}
}

// A webhook cannot pass for an observation.
func TestOwnTopicsComeByNoWebhook(t *testing.T) {
	for _, topic := range []string{event.TopicDeviceStatus, event.TopicStreamGap, event.TopicSilence, event.TopicInventory, event.TopicHealth, event.TopicUncollected, event.TopicConfigs, event.TopicJobs} {
		got := Delivery(webhook(deviceBody(topic, `{"kind":"site","id":"s1","name":"Evil","mac":"5c5b35000001","org_id":"o","status":"disconnected","timestamp":1700000000}`)))
		if got.Unknown != 1 || len(got.Events) != 1 || got.Events[0].Signal != nil {
			t.Errorf("%s: %+v", topic, got)
		}
	}
}

func TestAddress(t *testing.T) {
	for in, want := range map[string]string{
		"10.0.0.1": "10.0.0.1 true", "10.0.0.1:4711": "10.0.0.1 true", "::ffff:10.0.0.1": "10.0.0.1 true", "2001:DB8::1": "2001:db8::1 true",
		"[2001:db8::1]:99": "2001:db8::1 true", "fe80::1%eth0": "fe80::1 true", "": " false", "host": " false", "127.0.0.1": "127.0.0.1 false", "::": ":: false",
	} {
		ip, ok := Address(in)
		if got := fmt.Sprint(ip, " ", ok); got != want {
			t.Errorf("%q: %s, want %s", in, got, want)
		}
	}
}

// What stands between foghorn and what happens is one condition from its
// beginning to its end, whatever count and cause it is told with.
func TestHealthIsACondition(t *testing.T) {
	begun := one(t, observed(event.TopicHealth, `{"check":"refused","brief":"secret differs","cause":"compare the secrets","since":1700000000,"timestamp":1700000009.5,"count":6}`))
	s := begun.Signal
	if s == nil || s.Key != event.HealthKey(event.CheckRefused, "acme", "") || s.Type != event.Raise || s.Severity != event.Critical || s.Count != 6 || s.Kind != "deliveries_refused" {
		t.Fatalf("%+v", s)
	}
	if s.Title != "Deliveries of acme are refused: secret differs" || !s.Began.Equal(time.Unix(1700000000, 0)) || begun.Text != "Deliveries of acme are refused: compare the secrets" || begun.Severity != event.Critical {
		t.Errorf("%+v of %+v", s, begun)
	}
	more := one(t, observed(event.TopicHealth, `{"check":"refused","brief":"not signed","since":1700000000,"timestamp":1700000099,"count":60}`))
	over := one(t, observed(event.TopicHealth, `{"check":"refused","timestamp":1700000200,"over":true}`))
	if more.Signal.Key != s.Key || more.Fingerprint == begun.Fingerprint || over.Signal.Key != s.Key || over.Signal.Type != event.Resolve || over.Severity != event.Info ||
		over.Text != "Deliveries of acme are accepted again" {
		t.Errorf("more %+v, over %+v, %+v", more.Signal, over.Signal, over)
	}
	hook := one(t, observed(event.TopicHealth, `{"check":"webhook","about":"id-1","name":"noc of acme","timestamp":1700000099}`))
	if hook.Text != "Webhook noc of acme is disabled in Mist" || hook.Signal.Key == s.Key {
		t.Errorf("%+v", hook)
	}
	broken := one(t, observed(event.TopicConfigs, `{"check":"rule","about":"open-wlan/wlans/w1","name":"wlans Guest (Vienna)","brief":"is open, rule open-wlan","site_id":"s1","severity":"info","timestamp":1700000099}`))
	if s := broken.Signal; s == nil || s.Kind != "config_violation" || s.Severity != event.Info || s.Title != "wlans Guest (Vienna): is open, rule open-wlan" || broken.SiteID != "s1" {
		t.Errorf("%+v of %+v", s, broken)
	}
	if odd := one(t, observed(event.TopicHealth, `{"check":"moon","timestamp":1700000099}`)); odd.Signal == nil || odd.Text != "Something is wrong with acme" {
		t.Errorf("%+v", odd)
	}
}

func TestATimeWithoutACollectorIsAnEvent(t *testing.T) {
	for body, want := range map[string]string{
		`{"start":1700000000,"timestamp":1700000025,"seconds":25}`: "Nothing was collected for 25s, 22:13:20 to 22:13:45 UTC info",
		`{"start":1700000000,"timestamp":1700090025}`:              "Nothing was collected for 1d1h, 2023-11-14 22:13:20 to 2023-11-15 23:13:45 UTC warn",
		`{"start":1700000000,"timestamp":1600000000}`:              "Nothing was collected for a while info",
	} {
		if e := one(t, observed(event.TopicUncollected, body)); e.Text+" "+e.Severity.String() != want || e.Signal != nil {
			t.Errorf("%s: %s %s", body, e.Text, e.Severity)
		}
	}
}

// The end of a job is one event however often it is recorded. A failure on a schedule is a
// condition, which the next success ends; that of a person is none.
func TestTheEndOfAJobIsAnEvent(t *testing.T) {
	const backup = `"kind":"backup","what":"backup of HQ (acme)","about":"HQ","site_id":"s1","site_name":"HQ","timestamp":1700000009`
	failed := one(t, observed(event.TopicJobs, `{"job":7,"state":"failed","via":"schedule","seconds":12.2,"error":"401: the token is wrong\nask for another",`+backup+`}`))
	if failed.Type != "JOB_FAILED" || failed.Text != "Backup of HQ (acme): failed after 12s: 401: the token is wrong" || failed.Severity != event.Warn || failed.Site != "HQ" {
		t.Errorf("%+v", failed)
	}
	s := failed.Signal
	if s == nil || s.Type != event.Raise || s.Kind != "job_failed" || s.Severity != event.Warn || s.Key != "job:backup:acme:HQ" || s.Title != "Backup of HQ (acme) failed: 401: the token is wrong" {
		t.Fatalf("%+v", s)
	}
	repeat := one(t, observed(event.TopicJobs, `{"job":7,"state":"failed","via":"schedule","again":true,"workspace":"noc",`+backup+`}`))
	other := one(t, observed(event.TopicJobs, `{"job":8,"state":"failed","via":"schedule","again":true,`+backup+`}`))
	if repeat.Fingerprint != failed.Fingerprint || other.Fingerprint == failed.Fingerprint || other.Type != "JOB_FAILED_AGAIN" || other.Text != "Backup of HQ (acme): failed again" || other.Signal.Key != s.Key {
		t.Errorf("repeated %+v, another %+v", repeat, other)
	}
	done := one(t, observed(event.TopicJobs, `{"job":9,"state":"done","via":"cli","result":"41 objects, 2 changed",`+backup+`}`))
	if done.Signal == nil || done.Signal.Type != event.Resolve || done.Signal.Key != s.Key || done.Severity != event.Info || done.Text != "Backup of HQ (acme): done: 41 objects, 2 changed" {
		t.Errorf("%+v %+v", done, done.Signal)
	}
	for state, severity := range map[string]event.Severity{"partial": event.Warn, "interrupted": event.Warn, "canceled": event.Info} {
		e := one(t, observed(event.TopicJobs, `{"job":10,"state":"`+state+`","via":"chat",`+backup+`}`))
		if e.Signal != nil || e.Severity != severity {
			t.Errorf("a person's, %s: %+v", state, e)
		}
	}
}

// A change of the configuration is a condition only without an explanation. Whoever reads
// its text in a chat knows who changed what.
func TestDriftIsACondition(t *testing.T) {
	read := func(members string) event.Event {
		return one(t, observed(event.TopicConfigs, `{"check":"drift","about":"wlans/w1","name":"wlans Corp (Vienna)","brief":"vlan_id 10 → 20","site_id":"s1","timestamp":1700000099`+members+`}`))
	}
	for members, want := range map[string]string{
		`,"id":"c:1","verdict":"unexplained","verb":"changed"`:                                                                    `warn raise wlans Corp (Vienna) changed outside of the audit log: vlan_id 10 → 20`,
		`,"id":"c:1","verdict":"unexplained","verb":"deleted"`:                                                                    `warn raise wlans Corp (Vienna) was deleted outside of the audit log: vlan_id 10 → 20`,
		`,"id":"c:1","verdict":"explained","verb":"changed","admin":"Ada Admin","message":"Update WLAN \"Corp\"","audit_id":"a1"`: `info  Ada Admin changed wlans Corp (Vienna): vlan_id 10 → 20 (audit: Update WLAN "Corp")`,
		`,"id":"c:1","verdict":"explained","verb":"new","message":"Add WLAN \"Corp\"","audit_id":"a1"`:                            `info  wlans Corp (Vienna) was created: vlan_id 10 → 20 (audit: Add WLAN "Corp")`,
		`,"id":"c:1","verdict":"explained","admin":"Ada","message":"Update","audit_id":"a1","more_audits":2`:                      `info  Ada changed wlans Corp (Vienna): vlan_id 10 → 20 (3 audits, the last: Update)`,
		`,"id":"c:1","verdict":"explained","admin":"Ada","message":"Import","audit_id":"a1","perhaps":true`:                       `info  wlans Corp (Vienna) changed: vlan_id 10 → 20 (perhaps by Ada, audit: Import)`,
		`,"id":"c:1","verdict":"explained","admin":"ada","message":"foghorn, restore"`:                                            `info  ada changed wlans Corp (Vienna): vlan_id 10 → 20 (foghorn, restore)`,
		`,"id":"c:1","verdict":"unchecked","why":"403"`:                                                                           `warn  wlans Corp (Vienna) changed: vlan_id 10 → 20; foghorn could not check whether the audit log explains it, and tries again: 403`,
		`,"id":"c:1","verdict":"known","verb":"new"`:                                                                              `info  wlans Corp (Vienna) is backed up for the first time; it is older than the previous backup`,
		`,"id":"c:1","verdict":"over"`:                                                                                            `info resolve wlans Corp (Vienna) is back to its previous state`,
		`,"id":"a:1","verdict":"over","admin":"Ada","message":"Update"`:                                                           `info resolve An audit entry explains the change of wlans Corp (Vienna): Ada: Update`,
	} {
		e, kind, key := read(members), "", event.HealthKey(event.CheckDrift, "acme", "wlans/w1")
		if s := e.Signal; s != nil {
			if kind = s.Type.String(); s.Key != key || s.Kind != "config_drift" || s.Type == event.Raise && s.Title != e.Text {
				t.Errorf("%s: %+v", members, s)
			}
		}
		if got := fmt.Sprintf("%s %s %s", e.Severity, kind, e.Text); got != want || e.Type != event.CheckDrift+map[bool]string{true: "_over"}[kind == "resolve"] || e.SiteID != "s1" {
			t.Errorf("%s: %s, want %s", members, got, want)
		}
	}
	a, b := read(`,"id":"c:1","verdict":"unexplained"`), read(`,"id":"c:1","verdict":"unexplained","found":9`)
	if a.Fingerprint != b.Fingerprint || !a.FingerprintIsID || a.Fingerprint == read(`,"id":"c:2","verdict":"unexplained"`).Fingerprint {
		t.Errorf("a change that is told twice is two: %+v, %+v", a, b)
	}
	again := one(t, observed(event.TopicConfigs, `{"check":"template","about":"template-drift/devices/d1","name":"devices sw1","over":true,"timestamp":1700000100}`))
	if again.Type != "drift_over" || again.Text != "devices sw1 matches its template again" {
		t.Errorf("%+v", again)
	}
	template := one(t, observed(event.TopicConfigs, `{"check":"template","about":"template-drift/devices/d1","name":"devices sw1","brief":"ntp_servers[0]","timestamp":1700000099}`))
	if s := template.Signal; template.Type != event.CheckDrift || s.Kind != "template_drift" || s.Severity != event.Info || s.Title != "devices sw1 differs from its template: ntp_servers[0]" {
		t.Errorf("%+v of %+v", s, template)
	}
}

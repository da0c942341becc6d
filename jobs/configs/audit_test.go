package configs

import (
	"testing"
	"time"

	"foghorn/journal/event"
)

func TestWhatAnEventAsksToBackUp(t *testing.T) {
	at := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		topic, kind, element, want string
	}{
		{"audits", "", `{"message":"Update WLAN \"Guest\"","site_id":"` + site + `","wlan_id":"` + guest + `"}`, org + "/" + site + "/wlans/" + guest + ".json"},
		{"audits", "", `{"message":"Update WLAN \"Guest\"","wlan_id":"` + guest + `"}`, org + "/org/wlans/" + guest + ".json"},
		{"audits", "", `{"message":"Update WLAN \"Guest\"","site_id":"` + site + `"}`, "wlans of " + site},
		{"audits", "", `{"message":"Add WLAN \"Guest\"","site_id":"` + site + `","after":"{\"id\":\"` + guest + `\"}"}`, org + "/" + site + "/wlans/" + guest + ".json"},
		{"audits", "", `{"message":"Update Device \"Reception\"","site_id":"` + site + `","device_id":"` + device + `"}`, "device " + device},
		{"audits", "", `{"message":"Update Site Settings","site_id":"` + site + `"}`, org + "/" + site + "/setting/" + site + ".json"},
		{"audits", "", `{"message":"Update Site \"Vienna\"","site_id":"` + site + `"}`, org + "/" + site + "/info/" + site + ".json"},
		{"audits", "", `{"message":"Update Org Settings","site_id":"00000000-0000-0000-0000-000000000000"}`, org + "/org/setting/" + org + ".json"},
		{"audits", "", `{"message":"Update Network Template \"NT\"","networktemplate_id":"` + guest + `"}`, org + "/org/networktemplates/" + guest + ".json"},
		{"audits", "", `{"message":"Update Network Template \"NT\"","site_id":"` + site + `","networktemplate_id":"` + guest + `"}`, org + "/org/networktemplates/" + guest + ".json"},
		{"audits", "", `{"message":"Delete Service Policy \"P\"","servicepolicy_id":"` + guest + `"}`, org + "/org/servicepolicies/" + guest + ".json"},
		{"audits", "", `{"message":"Ändere irgendwas","alarmtemplate_id":"` + guest + `"}`, org + "/org/alarmtemplates/" + guest + ".json"},
		{"audits", "", `{"message":"Update WLAN \"x\"","site_id":"` + site + `","wlan_id":"../../x"}`, "wlans of " + site},
		{"audits", "", `{"message":"Update Subscription","id":"7"}`, ""},
		{"audits", "", `{"message":"Login with Role Admin"}`, ""},
		{"audits", "", `{"message":"Accessed Org \"ACME\""}`, ""},
		{"device-events", "SW_CONFIGURED", `{"audit_id":"a1","site_id":"` + site + `"}`, "device " + device},
		{"device-events", "SW_CONNECTED", `{"site_id":"` + site + `"}`, ""},
	} {
		ev := &event.Event{Topic: c.topic, Type: c.kind, OrgID: org, Source: "acme", Time: at, DeviceMAC: "5c5b350e01c7"}
		scope, ok := ScopeOf(ev, []byte(c.element))
		got := ""
		switch {
		case !ok:
		case scope.Object != nil:
			got = scope.Object.String()
		case scope.DeviceID != "":
			got = "device " + scope.DeviceID
		case scope.Type != "":
			got = scope.Type + " of " + scope.SiteID
		}
		if got != c.want {
			t.Errorf("%s %s asks for %q, want %q", c.kind, c.element, got, c.want)
		}
	}
}

func TestTheAdminIsTheAuthor(t *testing.T) {
	for _, c := range []struct{ admin, author, email string }{
		{"Jane Doe jane@example.com", "Jane Doe", "jane@example.com"},
		{"jane@example.com", "jane@example.com", "jane@example.com"},
		{"Jane Doe", "Jane Doe", ""},
		{"", "", ""},
	} {
		ev := &event.Event{Topic: "audits", OrgID: org}
		scope, ok := ScopeOf(ev, []byte(`{"id":"8e00","message":"Update Org Settings","admin_name":"`+c.admin+`"}`))
		if by := scope.By; !ok || by.Author != c.author || by.Email != c.email || by.AuditID != "8e00" || by.Message != "Update Org Settings" {
			t.Errorf("%q becomes %+v", c.admin, by)
		}
	}
}

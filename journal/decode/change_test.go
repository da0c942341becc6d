package decode

import (
	"testing"

	"foghorn/journal/event"
)

func TestWhatAnEventChanged(t *testing.T) {
	for _, test := range []struct {
		topic, kind, message string
		want                 event.ChangeKind
	}{
		{"device-events", "AP_CONFIG_CHANGED_BY_USER", "", event.ChangeConfig},
		{"device-events", "GW_CONFIG_LOCK_FAILED", "", event.ChangeConfig},
		{"device-events", "SW_RECONFIGURED", "", event.ChangeConfig},
		{"device-events", "AP_UPGRADE_BY_SCHEDULE", "", event.ChangeUpgrade},
		{"device-updowns", "AP_RESTARTED", "", event.ChangeRestart},
		{"mxedge-events", "ME_SERVICE_RESTARTED", "", event.ChangeRestart},
		{"device-events", "SW_UNASSIGNED", "", event.ChangePlace},
		{"device-events", "SW_ALARM_POE_CONTROLLER_UPGRADE_AVAILABLE", "", ""},
		{"device-events", "SW_DYNAMIC_PORT_ASSIGNED", "", ""},
		{"device-events", "AP_DISCONNECTED", "", ""},
		{"alarms", "device_restarted", "", ""},
		{"audits", "", "Update WLAN \\\"Corp\\\"", event.ChangeAudit},
		{"audits", "", "Login with Role \\\"admin\\\"", ""},
		{"audits", "", "Accessed Org \\\"Acme\\\"", ""},
	} {
		body := `{"topic":"` + test.topic + `","events":[{"timestamp":1772359200,"mac":"5c5b35000001","type":"` + test.kind + `","message":"` + test.message + `"}]}`
		if test.kind == "" {
			body = `{"topic":"audits","events":[{"timestamp":1772359200,"admin_name":"Jo","message":"` + test.message + `"}]}`
		}
		if e := one(t, webhook(body)); e.Change != test.want {
			t.Errorf("%s %s%s changed %q, want %q", test.topic, test.kind, test.message, e.Change, test.want)
		}
	}
}

func TestACommitIsAChangeAndItsProgressIsNot(t *testing.T) {
	for kind, want := range map[string]event.ChangeKind{"UI_COMMIT_COMPLETED": event.ChangeConfig, "UI_REBOOT_EVENT": event.ChangeRestart, "UI_COMMIT_PROGRESS": "", "SNMP_TRAP_LINK_DOWN": ""} {
		if got := changeOf(&event.Event{Topic: JunosTopic, Type: kind}); got != want {
			t.Errorf("%s changed %q, want %q", kind, got, want)
		}
	}
}

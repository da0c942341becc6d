package condition

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"foghorn/mist"
)

// Pairs that are in no list: a type that begins, types that end it.
var unlisted = map[string]string{
	"SW_FOO_DOWN":               "SW_FOO_UP SW_FOO_DOWN_CLEAR SW_FOO_DOWN_CLEARED SW_FOO_RECOVERED SW_FOO_RESTORED sw_foo_up SW-FOO-UP",
	"SW_FOO_SET":                "SW_FOO_CLEAR SW_FOO_CLEARED",
	"GW_FOO_FAILED":             "GW_FOO_SUCCESS GW_FOO_SUCCEEDED GW_FOO_RECOVERED GW_FOO_OK",
	"GW_FOO_FAILURE":            "GW_FOO_SUCCESS GW_FOO_RECOVERY GW_FOO_FAILURE_CLEARED",
	"AP_FOO_OFFLINE":            "AP_FOO_ONLINE",
	"SW_FOO_ABSENT":             "SW_FOO_PRESENT",
	"ME_FOO_DISCONNECTED":       "ME_FOO_CONNECTED ME_FOO_RECONNECTED",
	"ME_FOO_UNPLUGGED":          "ME_FOO_PLUGGED",
	"SW_FOO_DETECTED":           "SW_FOO_CLEARED SW_FOO_RESOLVED",
	"SW_FOO_LOST":               "SW_FOO_FOUND_AGAIN_UP SW_FOO_RESTORED SW_FOO_ESTABLISHED",
	"SW_FOO_ISOLATED":           "SW_FOO_ISOLATION_CLEARED",
	"SW_FOO_LIMIT_REACHED":      "SW_FOO_LIMIT_RESET SW_FOO_LIMIT_REACHED_CLEAR",
	"SW_FOO_THRESHOLD_EXCEEDED": "SW_FOO_RETURNED_TO_NORMAL SW_FOO_THRESHOLD_CLEAR SW_FOO_NORMAL",
	"GW_FOO_UNREACHABLE":        "GW_FOO_REACHABLE",
	"GW_FOO_NOT_REACHABLE":      "GW_FOO_REACHABLE",
	"GW_FOO_UNRESOLVED":         "GW_FOO_RESOLVED",
	"ME_FOO_INSTALL_FAILED":     "ME_FOO_INSTALLED ME_FOO_INSTALL_SUCCEEDED",
	"AP_FOO_UPDATE_FAILED":      "AP_FOO_UPDATED",
	"SW_FOO_REMOVED":            "SW_FOO_INSERTED",
	"SW_ALARM_FOO_SET":          "SW_ALARM_FOO_CLEAR",
	"AP_OFFLINE":                "AP_ONLINE AP_CONNECTED",
	"GW_DOWN":                   "GW_UP GW_CONNECTED",
}

func TestPairsThatAreInNoList(t *testing.T) {
	for begins, all := range unlisted {
		stem, d := Device(begins)
		if d != Begins {
			t.Errorf("%s begins nothing (%q, %d)", begins, stem, d)
		}
		for ends := range strings.FieldsSeq(all) {
			if strings.Contains(ends, "FOUND") {
				continue
			}
			if s, d := Device(ends); d != Ends || s != stem {
				t.Errorf("%s is of %q and %d; it should end %q", ends, s, d, stem)
			}
		}
	}
}

// Every pair of Mist's list is of one kind of the table on both sides.
func TestEveryListedPairIsOfOneKind(t *testing.T) {
	b, err := os.ReadFile("../../mist/definitions/event_pairs.json")
	if err != nil {
		t.Fatal(err)
	}
	var pairs []struct{ Open, Close []string }
	if err := json.Unmarshal(b, &pairs); err != nil {
		t.Fatal(err)
	}
	for _, p := range pairs {
		part := ""
		for i, eventType := range append(p.Open, p.Close...) {
			stem, d := Device(eventType)
			k := Of(stem)
			if i == 0 {
				part = k.Part
			}
			if begins := i < len(p.Open); k.Part != part || begins && d != Begins || !begins && d != Ends {
				t.Errorf("%s is of %s and %d, not %s", eventType, k.Part, d, part)
			}
			if k.Bare == "" && !Connection(stem) {
				t.Errorf("%s is of no kind in the table", eventType)
			}
		}
	}
}

// No two kinds of the table share a key, and none is without a sentence.
func TestKindsAreToldApart(t *testing.T) {
	names, parts := map[string]bool{}, map[string]bool{}
	for _, k := range kinds {
		if names[k.Name] || parts[k.Part] || k.Bare == "" || k.HasNoObjects() != (k.Subject == "") {
			t.Errorf("kind %+v", k)
		}
		names[k.Name], parts[k.Part] = true, true
	}
}

// What Mist's definitions name in one direction is no step back: an event that
// they call an end begins nothing.
func TestDefinitionsThatTellOfNothingBad(t *testing.T) {
	for _, def := range append(mist.DeviceEventDefs(), mist.MxEdgeEventDefs()...) {
		_, d := Device(def.Key)
		_, opens, _ := mist.Pair(def.Key)
		if d == Begins && !opens && !strings.Contains(def.Key, "FAILED") {
			t.Errorf("%s (%s) begins a condition that nothing ends", def.Key, def.Display)
		}
	}
}

// What a device went through is no word on its connection to the cloud.
func TestWhatIsNoWordOnTheConnection(t *testing.T) {
	for _, eventType := range []string{"AP_RESET", "SW_ADDED", "GW_INSERTED", "AP_CLEARED", "ME_OK", "SW_FAILED", "AP_AUTHENTICATED", "SW_STABLE"} {
		if stem, d := Device(eventType); Connection(stem) && d != NoDirection {
			t.Errorf("%s tells of the connection: %d", eventType, d)
		}
	}
}

// Good news begins nothing, in whatever words, listed or not.
func TestGoodNewsBeginsNothing(t *testing.T) {
	for word := range strings.FieldsSeq("SUCCESS SUCCEEDED INSERTED INSERTION NORMAL RESET AUTHENTICATED UP CLEAR CLEARED RECOVERED RESTORED ONLINE PRESENT ESTABLISHED REACHABLE " +
		"CONNECTED INSTALLED UPGRADED CONFIGURED FINISHED STARTED ENABLED JOINED OK RESUMED PLUGGED ASSIGNED CLAIMED CHANGED REQUESTED ELECTED") {
		for _, prefix := range []string{"SW_FOO_", "GW_", "AP_FOO_BAR_"} {
			if stem, d := Device(prefix + word); d == Begins {
				t.Errorf("%s begins %s", prefix+word, stem)
			}
		}
	}
}

func TestStatesOfAMessage(t *testing.T) {
	for _, c := range []struct {
		eventType, text string
		want            Direction
	}{
		{"SW_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 10.0.0.3 changed state from Established to Idle (event Stop)", Begins},
		{"SW_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 10.0.0.3 changed state from OpenConfirm to Established", Ends},
		{"SW_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 10.0.0.3 changed state from Idle to Connect", Transient},
		{"SW_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 10.0.0.3 is well", NoDirection},
		{"SW_OSPF_NEIGHBOR_UP", "OSPF neighbor 10.0.0.2 state changed from Init to ExStart", Transient},
		{"SW_OSPF_NEIGHBOR_UP", "OSPF neighbor 10.0.0.2 state changed from Loading to Full", Ends},
		{"SW_OSPF_NEIGHBOR_UP", "OSPF neighbor 10.0.0.2 state changed from Init to 2Way due to 2WayRcvd", Transient},
		{"SW_OSPF_NEIGHBOR_UP", "OSPF neighbor 10.0.0.2 state changed from Init to 2Way due to 2WayRcvd (DROther and DROther)", Ends},
		{"SW_BFD_SESSION_ESTABLISHED", "BFD Session 10.0.0.2 state Down -> Up", Ends},
		{"SW_BFD_SESSION_STATE", "new state: down, peer addr: 10.0.0.2", Begins},
		{"SW_ALARM", "Major alarm set, color=RED, class=CHASSIS, reason=PEM 1 Not Powered", Begins},
		{"SW_ALARM", "Major alarm cleared, color=RED, class=CHASSIS, reason=PEM 1 Not Powered", Ends},
	} {
		stem, _ := Device(c.eventType)
		if got := Of(stem).DirectionOf(c.text); got != c.want {
			t.Errorf("%s %q tells %d, want %d", c.eventType, c.text, got, c.want)
		}
	}
}

// Types that share words with a kind of the table, but say more, are of another
// condition: the end of the one does not end the other.
func TestWhatSaysMoreIsAnotherCondition(t *testing.T) {
	for a, b := range map[string]string{
		"SW_PORT_UP":              "SW_PORT_BLOCKED",
		"SW_PORT_CLEARED":         "SW_PORT_SECURITY_VIOLATION_SET",
		"SW_BGP_NEIGHBOR_UP":      "SW_BGP_PREFIX_LIMIT_EXCEEDED",
		"SW_PSU_RECOVERED":        "SW_PSU_ABSENT",
		"SW_FPC_POWER_ON":         "SW_FPC_OFFLINE",
		"SW_DHCP_RESOLVED":        "SW_DHCP_SNOOPING_VIOLATION_SET",
		"SW_FAN_OK":               "SW_FAN_SPEED_HIGH",
		"ME_PACKAGE_INSTALLED":    "ME_PACKAGE_UNINSTALL_FAILED",
		"GW_VPN_PEER_UP":          "GW_VPN_PATH_DOWN",
		"SW_OSPF_NEIGHBOR_UP":     "SW_OSPF_DATABASE_LIMIT_EXCEEDED",
		"TT_PORT_LINK_RECOVERY":   "TT_PORT_BLOCKED",
		"SW_PORT_AUTHENTICATED":   "SW_PORT_DOWN",
		"SW_CPU_NORMAL":           "SW_MEMORY_HIGH",
		"SW_CONFIGURED":           "SW_CONFIG_BACKUP_FAILED",
		"SW_MAC_LEARNING_RESUMED": "SW_MAC_LIMIT_EXCEEDED",
	} {
		x, _ := Device(a)
		y, d := Device(b)
		if Of(x).Part == Of(y).Part || d != Begins {
			t.Errorf("%s (%s) would end %s (%s, %d)", a, Of(x).Part, b, Of(y).Part, d)
		}
	}
}

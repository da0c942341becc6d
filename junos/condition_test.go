package junos

import (
	"strings"
	"testing"
)

func TestJudgePairsWhatBelongsTogether(t *testing.T) {
	for _, c := range []struct {
		id, message  string
		object       string // "" when none is named
		over, wanted bool
	}{
		{"SNMP_TRAP_LINK_DOWN", "SNMP_TRAP_LINK_DOWN: ifIndex 515, ifAdminStatus up(1), ifOperStatus down(2), ifName ge-0/0/1", "ge-0/0/1", false, false},
		{"SNMP_TRAP_LINK_DOWN", "ifIndex 515, ifAdminStatus down(2), ifOperStatus down(2), ifName ge-0/0/1", "ge-0/0/1", false, true},
		{"SNMP_TRAP_LINK_UP", "SNMP_TRAP_LINK_UP: ifIndex 515, ifAdminStatus up(1), ifOperStatus up(1), ifName ge-0/0/1", "ge-0/0/1", true, false},
		{"SNMP_TRAP_LINK_DOWN", "ifIndex 515", "", false, false},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 192.0.2.9 (External AS 64530) changed state from Established to Idle (event HoldTime) (instance master)", "192.0.2.9 master", false, false},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 192.0.2.9 (External AS 64530) changed state from OpenConfirm to Established (event RecvKeepAlive) (instance master)", "192.0.2.9 master", true, false},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 192.0.2.9 (External AS 64530) changed state from Idle to Connect (event Start) (instance master)", "192.0.2.9 master passing", false, false},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", "BGP peer 2001:db8::1+179 (Internal AS 1) changed state from Established to Active (event Stop)", "2001:db8::1", false, false},
		{"RPD_OSPF_NBRDOWN", "OSPF neighbor 172.2.1.2 (realm ospf-v2 st0.0 area 0.0.0.0) state changed from Full to Down due to InActiveTimer", "172.2.1.2 ospf-v2 st0.0", false, false},
		{"RPD_OSPF_NBRUP", "OSPF neighbor 172.2.1.2 (realm ospf-v2 st0.0 area 0.0.0.0) state changed from Init to ExStart due to 2WayRcvd", "172.2.1.2 ospf-v2 st0.0", true, false},
		{"RPD_ISIS_ADJDOWN", "IS-IS lost L2 adjacency to core2 on xe-0/0/1.0, reason: Aged Out", "L2 core2 xe-0/0/1.0", false, false},
		{"RPD_ISIS_ADJUP", "IS-IS new L2 adjacency to core2 on xe-0/0/1.0", "L2 core2 xe-0/0/1.0", true, false},
		{"BFDD_STATE_UP_TO_DOWN", "BFD Session 10.1.1.2 (IFL 335) state Up -> Down LD/RD(16/17)", "10.1.1.2", false, false},
		{"BFDD_TRAP_SHOP_STATE_UP", "local discriminator: 16, new state: up, interface: ge-0/0/0.0, peer addr: 10.1.1.2", "10.1.1.2", true, false},
		{"LACP_INTF_MUX_STATE_CHANGED", "ae0: ge-0/0/3: Lacp state changed from COLLECTING_DISTRIBUTING to ATTACHED, actor port state : |EXP|", "ge-0/0/3", false, false},
		{"LACP_INTF_MUX_STATE_CHANGED", "ae0: ge-0/0/3: Lacp state changed from ATTACHED to COLLECTING_DISTRIBUTING, actor port state : |-|", "ge-0/0/3", true, false},
		{"LACP_INTF_MUX_STATE_CHANGED", "ae0: ge-0/0/3: Lacp state changed from DETACHED to WAITING", "ge-0/0/3 passing", false, false},
		{"LACPD_TIMEOUT", "ge-0/0/3: lacp current while timer expired current Receive State: CURRENT", "ge-0/0/3", false, false},
		{"RTPERF_CPU_THRESHOLD_EXCEEDED", "FPC 0 PIC 0 CPU utilization exceeds threshold, current value=95", "FPC 0 PIC 0", false, false},
		{"RTPERF_CPU_USAGE_OK", "FPC 0 PIC 0 CPU utilization returns to normal, current value=35", "FPC 0 PIC 0", true, false},
		{"KMD_VPN_DOWN_ALARM_USER", "VPN InternalVPN from 192.168.4.1 is down. Local-ip: 192.168.4.10", "InternalVPN 192.168.4.1", false, false},
		{"KMD_VPN_UP_ALARM_USER", "VPN InternalVPN from 192.168.4.1 is up. Local-ip: 192.168.4.10", "InternalVPN 192.168.4.1", true, false},
		{"DDOS_PROTOCOL_VIOLATION_SET", "Warning: Host-bound traffic for protocol/exception  ARP:aggregate exceeded its allowed bandwidth at fpc 0 for 3 times", "ARP:aggregate fpc 0", false, false},
		{"DDOS_PROTOCOL_VIOLATION_CLEAR", "INFO: Host-bound traffic for protocol/exception  ARP:aggregate has returned to normal. Its allowed bandwidth was exceeded at fpc 0 for 3 times", "ARP:aggregate fpc 0", true, false},
		{"SYSTEM", "Alarm set: Ethernet color=RED, class=ETHERNET, reason=Host 0 fxp0 : Ethernet Link Down", "Host 0 fxp0 : Ethernet Link Down", false, false},
		{"ALARMD_ANY", "Alarm cleared: Ethernet color=RED, class=ETHERNET, reason=Host 0 fxp0 : Ethernet Link Down", "Host 0 fxp0 : Ethernet Link Down", true, false},
		{"UI_COMMIT", "User 'j' requested 'commit' operation", "", false, false},
		{"NEVER_HEARD_OF", "ifName ge-0/0/1", "", false, false},
	} {
		got, ok := Judge(c.id, c.message, nil)
		object, passing := strings.CutSuffix(c.object, " passing")
		change := Began
		if c.over {
			change = Over
		}
		if passing {
			change = Passing
		}
		if object == "" {
			change = 0
		}
		if ok != (object != "") || got.Object != object || got.Change != change || got.Deliberate != c.wanted {
			t.Errorf("Judge(%s, %q) = %+v, %v; want object %q, change %v", c.id, c.message, got, ok, object, change)
		}
		if ok && !strings.Contains(got.Title, got.Object) {
			t.Errorf("%s: title %q does not name %q", c.id, got.Title, got.Object)
		}
	}
}

func TestJudgeReadsAttributesWhereTheMessageSaysNothing(t *testing.T) {
	for _, c := range []struct {
		id         string
		attributes map[string]string
		object     string
		change     Change
		deliberate bool
	}{
		{"SNMP_TRAP_LINK_DOWN", map[string]string{"interface-name": "ge-0/0/1", "admin-status": "up(1)"}, "ge-0/0/1", Began, false},
		{"SNMP_TRAP_LINK_DOWN", map[string]string{"ifName": "ge-0/0/1", "ifAdminStatus": "down(2)"}, "ge-0/0/1", Began, true},
		{"SNMP_TRAP_LINK_UP", map[string]string{"interface-name": "ge-0/0/1"}, "ge-0/0/1", Over, false},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", map[string]string{"peer-name": "192.0.2.9 (External AS 64530)", "old-state": "Established", "new-state": "Idle"}, "192.0.2.9", Began, false},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", map[string]string{"peer-name": "192.0.2.9 (External AS 64530)", "old-state": "OpenConfirm", "new-state": "Established"}, "192.0.2.9", Over, false},
		{"RPD_BGP_NEIGHBOR_STATE_CHANGED", map[string]string{"peer-name": "192.0.2.9 (External AS 64530)", "old-state": "Idle", "new-state": "Connect"}, "192.0.2.9", Passing, false},
		{"RPD_OSPF_NBRDOWN", map[string]string{"neighbor-address": "172.2.1.2", "realm": "ospf-v2", "interface-name": "st0.0"}, "172.2.1.2 ospf-v2 st0.0", Began, false},
		{"RPD_MPLS_LSP_UP", map[string]string{"lsp-name": "to-vienna"}, "to-vienna", Over, false},
		{"SNMP_TRAP_LINK_DOWN", map[string]string{"something": "else"}, "", 0, false},
		{"UI_COMMIT", map[string]string{"interface-name": "ge-0/0/1"}, "", 0, false},
	} {
		for _, message := range []string{"", "a message that was cut sh"} {
			got, ok := Judge(c.id, message, c.attributes)
			if ok != (c.object != "") || got.Object != c.object || got.Change != c.change || got.Deliberate != c.deliberate {
				t.Errorf("Judge(%s, %q, %v) = %+v, %v", c.id, message, c.attributes, got, ok)
			}
		}
	}
	got, _ := Judge("SNMP_TRAP_LINK_DOWN", "ifAdminStatus up(1), ifName ge-0/0/2", map[string]string{"interface-name": "ge-0/0/1"})
	if got.Object != "ge-0/0/2" {
		t.Errorf("the message should come first: %+v", got)
	}
}

func TestLookup(t *testing.T) {
	for _, c := range []struct {
		id     string
		level  Level
		listed bool
	}{
		{"FPC 0 PIC 0", 1, true}, {"UI_COMMIT_PROGRESS", 4, true}, {"UI_COMMIT", 3, true}, {"LICENSE_EXPIRED", 2, true},
		{"JSRPD_RG_STATE_CHANGE", 1, true}, {"DOT1XD_USR_UNATHENTICATED", 2, true}, {"SYSTEM", 1, true},
		{"ui_commit", DefaultLevel, false}, {"MY_OWN_EVENT", DefaultLevel, false},
		{"MY_OWN_CLEARED", 3, false}, {"JSRPD_HA_CONTROL_LINK_UP", 3, true}, {"SNMP_TRAP_LINK_UP", 3, true}, {"STARTUP", DefaultLevel, false}, {"", DefaultLevel, false},
	} {
		e, ok := Lookup(c.id)
		if e.Level != c.level || ok != c.listed {
			t.Errorf("Lookup(%q) = %+v, %v", c.id, e, ok)
		}
	}
}

func TestCatalogueIsSound(t *testing.T) {
	seen := map[string]bool{}
	for _, e := range Catalogue() {
		if seen[e.ID] || e.Meaning == "" || e.Level < 1 || e.Level > 4 {
			t.Errorf("entry %+v is double, without meaning or without level", e)
		}
		seen[e.ID] = true
	}
}

// Every entry of the catalogue has an example, every example an entry, and every
// pair an end among them.
func TestExamplesAreTheCatalogue(t *testing.T) {
	for _, e := range Catalogue() {
		if _, ok := ExampleOf(e.ID); !ok {
			t.Errorf("%s has no example", e.ID)
		}
	}
	seen, began, over := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, x := range append(Examples(), ExampleEnds()...) {
		entry, listed := Lookup(x.ID)
		if !listed || x.Process == "" || x.Severity == "" || x.Message == "" && x.ID != Heartbeat {
			t.Errorf("%+v is not listed, or lacks something", x)
		}
		seen[x.ID] = true
		c, ok := Judge(x.ID, x.Line(), nil)
		if ok != (entry.pair != nil) {
			t.Errorf("%s: the message names no object: %q", x.ID, x.Message)
		}
		if key := c.Pair + " " + c.Object; ok && c.Change == Began {
			began[key] = true
		} else if ok {
			over[key] = true
		}
	}
	for key := range began {
		if !over[key] {
			t.Errorf("nothing ends %q", key)
		}
	}
	if len(seen) != len(Examples()) || len(began) < 12 {
		t.Errorf("%d ids in %d examples, %d conditions", len(seen), len(Examples()), len(began))
	}
	for _, name := range Samples() {
		body, _ := Sample(name)
		if _, err := Parse(body); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestPostsAreReadBackAsTheyWereMeant(t *testing.T) {
	x, _ := ExampleOf("UI_COMMIT")
	x.Message += " \U0001F511 <&>"
	p, err := Parse(x.Post(Sender{Hostname: "sw", PID: "7", Facility: "daemon", Time: 1760000000, ID: "1760000000123-00", Version: "1"}))
	if err != nil || p.Message != x.Line() || p.Attributes["username"] != "jörg" || p.PID != "7" || p.AgentVersion != "1" || p.Detail != "" || p.Processes != nil {
		t.Errorf("%+v, %v", p, err)
	}
	for _, b := range x.Post(Sender{}) {
		if b >= 0x80 {
			t.Fatal("not all of it is ASCII")
		}
	}
}

func TestPlain(t *testing.T) {
	for _, c := range [][3]string{
		{"UI_COMMIT", "UI_COMMIT: User 'j' did", "User 'j' did"},
		{"UI_COMMIT", "UI_COMMIT_COMPLETED: done", "UI_COMMIT_COMPLETED: done"},
		{"FPC 0 PIC 0", "FPC 0 PIC 0: hot", "hot"},
		{"UI_COMMIT_COMPLETED", "UI_COMMIT_COMPLETED:  : commit complete", "commit complete"},
		{"UI_COMMIT_COMPLETED", " : commit complete", "commit complete"},
		{"PING", "::1 does not answer", "::1 does not answer"},
		{"A", "", ""},
	} {
		if got := Plain(c[0], c[1]); got != c[2] {
			t.Errorf("Plain(%q, %q) = %q, want %q", c[0], c[1], got, c[2])
		}
	}
}

// FuzzJunos: no body and no message can make the reader panic, and what is
// accepted has an event id within bounds.
func FuzzJunos(f *testing.F) {
	for _, n := range Samples() {
		body, _ := Sample(n)
		f.Add(body)
	}
	f.Add([]byte(`{"event":"A","detail":[{"cpu":"x"}],"attributes":[null]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		p, err := Parse(body)
		if err != nil {
			return
		}
		if p.Event == "" || len(p.Event) > MaxEvent {
			t.Fatalf("event id %q", p.Event)
		}
		for _, e := range catalogue {
			Judge(e.ID, p.Message, p.Attributes)
		}
	})
}

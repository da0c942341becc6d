package condition

import (
	"strings"
	"testing"

	"foghorn/mist"
)

// TestEveryAlarmOfMist holds what every alarm that Mist defines is taken for, so
// that none falls to a rule that nobody looked at.
func TestEveryAlarmOfMist(t *testing.T) {
	want := map[string]Alarm{
		"device_down": {Telling: Offline, Stem: "device", Direction: Began}, "switch_down": {Telling: Offline, Stem: "switch", Direction: Began},
		"gateway_down":       {Telling: Offline, Stem: "gateway", Direction: Began},
		"device_reconnected": {Telling: Offline, Stem: "device", Direction: Over}, "switch_reconnected": {Telling: Offline, Stem: "switch", Direction: Over},
		"gateway_reconnected": {Telling: Offline, Stem: "gateway", Direction: Over},
		"device_restarted":    {Telling: Restarted}, "switch_restarted": {Telling: Restarted},
		"infra_dhcp_failure": {Telling: Pairs, Stem: "infra_dhcp", Direction: Began, Site: true}, "infra_dhcp_success": {Telling: Pairs, Stem: "infra_dhcp", Direction: Over, Site: true},
		"infra_dns_failure": {Telling: Pairs, Stem: "infra_dns", Direction: Began, Site: true}, "infra_dns_success": {Telling: Pairs, Stem: "infra_dns", Direction: Over, Site: true},
		"infra_arp_failure": {Telling: Pairs, Stem: "infra_arp", Direction: Began, Site: true}, "infra_arp_success": {Telling: Pairs, Stem: "infra_arp", Direction: Over, Site: true},
		"vpn_peer_down":        {Telling: Pairs, Stem: "vpn_peer", Direction: Began},
		"sw_alarm_chassis_poe": {Telling: Pairs, Stem: "sw_alarm_chassis_poe", Direction: Began}, "sw_alarm_chassis_pem": {Telling: Pairs, Stem: "sw_alarm_chassis_pem", Direction: Began},
		"sw_alarm_chassis_psu":          {Telling: Pairs, Stem: "sw_alarm_chassis_psu", Direction: Began},
		"sw_alarm_chassis_partition":    {Telling: Pairs, Stem: "sw_alarm_chassis_partition", Direction: Began},
		"sw_bgp_neighbor_state_changed": {Telling: Pairs, Stem: "sw_bgp_neighbor"},
		"vc_master_changed":             {Telling: Leaves, Lasts: aWhile}, "vc_backup_failed": {Telling: Leaves, Lasts: aWhile}, "vc_member_added": {Telling: News},
	}
	for _, def := range mist.AlarmDefs() {
		w, ok := want[def.Key]
		switch {
		case ok:
		case def.Group == groupMarvis:
			w = Alarm{Telling: Stands}
		default: // of security, and loop_detected_by_ap, vc_member_deleted, pools, optics, BPDUs
			w = Alarm{Telling: Leaves, Lasts: aDay}
		}
		if got := AlarmOf(def.Key, def.Group); got != w {
			t.Errorf("%s of %s: %+v, want %+v", def.Key, def.Group, got, w)
		}
	}
}

// What one type begins the other ends, of whatever sort of device.
func TestAlarmsPairByTheirStem(t *testing.T) {
	for _, pair := range strings.Fields(`
		sw_bgp_neighbor_down/sw_bgp_neighbor_up gw_bgp_neighbor_down/gw_bgp_neighbor_up sw_ospf_neighbor_down/sw_ospf_neighbor_up
		vpn_peer_down/vpn_peer_up vpn_path_down/vpn_path_up gw_vpn_peer_down/gw_vpn_peer_up gw_tunnel_down/gw_tunnel_up
		sw_alarm_chassis_fan/sw_alarm_chassis_fan_clear gw_alarm_chassis_psu/gw_alarm_chassis_psu_clear sw_alarm_chassis_pem/sw_alarm_chassis_pem_clear
		gw_alarm_chassis_hot/gw_alarm_chassis_hot_clear sw_alarm_chassis_mgmt_link_down/sw_alarm_chassis_mgmt_link_down_clear
		me_fan_unplugged/me_fan_plugged me_psu_unplugged/me_psu_plugged me_powerinput_disconnected/me_powerinput_connected
		sw_loop_detected/sw_loop_cleared sw_critical_port_down/sw_critical_port_up gw_critical_port_down/gw_critical_port_up ap_port_down/ap_port_up
		tt_tunnels_lost/tt_tunnels_up tt_port_link_down/tt_port_link_recovery sw_vc_port_down/sw_vc_port_up sw_bfd_session_disconnected/sw_bfd_session_established
		device_down/device_reconnected switch_down/switch_reconnected gateway_down/gateway_reconnected mxedge_down/mxedge_reconnected ap_disconnected/ap_connected
		switch_offline/switch_online gateway_disconnected/gateway_connected me_disconnected/me_reconnected device-down/device-reconnected DEVICE_DOWN/DEVICE_RECONNECTED
		infra_dhcp_failure/infra_dhcp_success infra_radius_failure/infra_radius_success infra_dhcp_failure/infra_dhcp_recovered infra_service_failure/infra_service_success
		gw_arp_unresolved/gw_arp_resolved sw_mac_limit_exceeded/sw_mac_limit_reset sw_ddos_protocol_violation_set/sw_ddos_protocol_violation_clear
		wan_link_down/wan_link_up sw_poe_controller_failed/sw_poe_controller_recovered ups_battery_low/ups_battery_normal lte_modem_unreachable/lte_modem_reachable
		sw_fpc_power_off/sw_fpc_power_on gw_ha_control_link_down/gw_ha_control_link_up sw_evpn_core_isolated/sw_evpn_core_isolation_cleared`) {
		down, up, _ := strings.Cut(pair, "/")
		a, b := AlarmOf(down, "infrastructure"), AlarmOf(up, "infrastructure")
		if a.Direction != Began || b.Direction != Over || a.Telling != b.Telling || a.Site != b.Site || Of(a.Stem).Part != Of(b.Stem).Part {
			t.Errorf("%s: %+v (%s), %+v (%s)", pair, a, Of(a.Stem).Part, b, Of(b.Stem).Part)
		}
	}
	for _, lone := range strings.Fields("rogue_ap license_expired pool_exhausted config_changed port_flapped sw_bad_optics sw_bpdu_error cert_expiring") {
		if a := AlarmOf(lone, ""); a.Telling != Leaves || a.Lasts <= 0 {
			t.Errorf("%s: %+v", lone, a)
		}
	}
}

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
		"device_down": {Lifecycle: Offline, Stem: "device", Direction: Begins}, "switch_down": {Lifecycle: Offline, Stem: "switch", Direction: Begins},
		"gateway_down":       {Lifecycle: Offline, Stem: "gateway", Direction: Begins},
		"device_reconnected": {Lifecycle: Offline, Stem: "device", Direction: Ends}, "switch_reconnected": {Lifecycle: Offline, Stem: "switch", Direction: Ends},
		"gateway_reconnected": {Lifecycle: Offline, Stem: "gateway", Direction: Ends},
		"device_restarted":    {Lifecycle: Restarted}, "switch_restarted": {Lifecycle: Restarted},
		"infra_dhcp_failure": {Lifecycle: Paired, Stem: "infra_dhcp", Direction: Begins, Site: true}, "infra_dhcp_success": {Lifecycle: Paired, Stem: "infra_dhcp", Direction: Ends, Site: true},
		"infra_dns_failure": {Lifecycle: Paired, Stem: "infra_dns", Direction: Begins, Site: true}, "infra_dns_success": {Lifecycle: Paired, Stem: "infra_dns", Direction: Ends, Site: true},
		"infra_arp_failure": {Lifecycle: Paired, Stem: "infra_arp", Direction: Begins, Site: true}, "infra_arp_success": {Lifecycle: Paired, Stem: "infra_arp", Direction: Ends, Site: true},
		"vpn_peer_down":        {Lifecycle: Paired, Stem: "vpn_peer", Direction: Begins},
		"sw_alarm_chassis_poe": {Lifecycle: Paired, Stem: "sw_alarm_chassis_poe", Direction: Begins}, "sw_alarm_chassis_pem": {Lifecycle: Paired, Stem: "sw_alarm_chassis_pem", Direction: Begins},
		"sw_alarm_chassis_psu":          {Lifecycle: Paired, Stem: "sw_alarm_chassis_psu", Direction: Begins},
		"sw_alarm_chassis_partition":    {Lifecycle: Paired, Stem: "sw_alarm_chassis_partition", Direction: Begins},
		"sw_bgp_neighbor_state_changed": {Lifecycle: Paired, Stem: "sw_bgp_neighbor"},
		"vc_master_changed":             {Lifecycle: Expires, ExpiresAfter: oneOffExpiresAfter}, "vc_backup_failed": {Lifecycle: Expires, ExpiresAfter: oneOffExpiresAfter}, "vc_member_added": {Lifecycle: Harmless},
	}
	for _, def := range mist.AlarmDefs() {
		w, ok := want[def.Key]
		switch {
		case ok:
		case def.Group == groupMarvis:
			w = Alarm{Lifecycle: Stateful}
		default: // of security, and loop_detected_by_ap, vc_member_deleted, pools, optics, BPDUs
			w = Alarm{Lifecycle: Expires, ExpiresAfter: lastingExpiresAfter}
		}
		if got := AlarmOf(def.Key, def.Group); got != w {
			t.Errorf("%s of %s: %+v, want %+v", def.Key, def.Group, got, w)
		}
	}
}

// What one type begins the other ends, of whatever sort of device.
func TestAlarmsPairByTheirStem(t *testing.T) {
	for pair := range strings.FieldsSeq(`
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
		if a.Direction != Begins || b.Direction != Ends || a.Lifecycle != b.Lifecycle || a.Site != b.Site || Of(a.Stem).Part != Of(b.Stem).Part {
			t.Errorf("%s: %+v (%s), %+v (%s)", pair, a, Of(a.Stem).Part, b, Of(b.Stem).Part)
		}
	}
	for lone := range strings.FieldsSeq("rogue_ap license_expired pool_exhausted config_changed port_flapped sw_bad_optics sw_bpdu_error cert_expiring") {
		if a := AlarmOf(lone, ""); a.Lifecycle != Expires || a.ExpiresAfter <= 0 {
			t.Errorf("%s: %+v", lone, a)
		}
	}
}

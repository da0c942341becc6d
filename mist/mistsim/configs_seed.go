package mistsim

import (
	"encoding/json"
	"strconv"
)

// What is configured from the start. Ids are made of names, since drawing them
// would change the story.

// seeded makes an object of JSON text.
func (w *world) seeded(t *objectType, id, text string) *object {
	members, err := membersOf([]byte(text))
	if err != nil {
		panic("mistsim: " + t.name + ": " + err.Error()) // a constant of ours
	}
	return &object{id: id, members: members, created: founded, modified: founded}
}

// seedID is the id of an object that is there from the start.
func (w *world) seedID(name, of string) string { return nameID(w.org.ID + " " + name + " " + of) }

// orgSeedText are the objects of the organization, each of its type.
var orgSeedText = map[string][]string{
	"setting": {`{"ui_idle_timeout":60,"password_policy":{"enabled":true,"min_length":12},"api_policy":{"no_reveal":false},
		"auto_device_naming":{"enable":false},"switch_mgmt":{"root_password":"Sim-Root-1"}}`},
	"sitegroups":       {`{"name":"Stores"}`, `{"name":"Warehouses"}`},
	"alarmtemplates":   {`{"name":"NOC","delivery":{"enabled":true,"to_org_admins":true,"additional_emails":["noc@example.com"]},"rules":{"rogue_ap":{"enabled":true},"switch_down":{"enabled":true}}}`},
	"networks":         {`{"name":"corp","subnet":"10.20.0.0/16","vlan_id":20}`, `{"name":"guest","subnet":"10.90.0.0/16","vlan_id":90,"isolation":true}`},
	"services":         {`{"name":"erp","type":"custom","addresses":["10.0.8.20/32"],"specs":[{"protocol":"tcp","port_range":"443"}]}`},
	"servicepolicies":  {`{"name":"staff to erp","action":"allow","tenants":["corp"],"services":["erp"]}`},
	"networktemplates": {networkTemplate},
	"rftemplates":      {`{"name":"indoor","band_24":{"power_min":5,"power_max":12},"band_5":{"power_min":8,"power_max":17}}`},
	"aptemplates":      {`{"name":"default","ap_matching":{"enabled":false}}`},
	"gatewaytemplates": {`{"name":"branch","type":"standalone","ntp_servers":["10.0.8.1"],"port_config":{"ge-0/0/0":{"usage":"wan","wan_type":"broadband"}}}`},
	"sitetemplates":    {`{"name":"store","auto_upgrade":{"enabled":false}}`},
	"deviceprofiles":   {`{"name":"lobby","type":"ap","led":{"enabled":false}}`, `{"name":"access","type":"switch","stp_config":{"bridge_priority":"32k"}}`},
	"mxclusters":       {`{"name":"dc","proxy":{"disabled":true}}`},
	"mxtunnels":        {`{"name":"guest","protocol":"udp","vlan_ids":[90]}`},
	"templates":        {`{"name":"everywhere","applies":{}}`},
	"wxtags":           {`{"name":"printers","type":"spec","match":"ip_range_subnet","op":"in","specs":[{"subnets":["10.20.9.0/24"]}]}`},
	"wxrules":          {`{"order":1,"enabled":true,"action":"allow","apply_tags":[]}`},
	"psks":             {`{"name":"label-printer","ssid":"Scanner","passphrase":"sim-printer-key-1","usage":"multi","vlan_id":30}`},
	"pskportals":       {`{"name":"bring your own","ssid":"Scanner","type":"byod","auth":"sso","passphrase_rules":{"length":12}}`},
	"nactags":          {`{"name":"staff","type":"match","match":"idp_role","values":["staff"]}`},
	"nacrules":         {`{"name":"staff","action":"allow","enabled":true,"order":1,"matching":{"auth_type":"eap-tls"}}`},
	"usermacs":         {`{"mac":"02000000c0de","name":"badge printer","labels":["printer"],"vlan":"30"}`},
	"ssos":             {`{"name":"staff","idp_type":"saml","idp_sso_url":"https://sso.example.com/login","issuer":"https://sso.example.com/"}`},
	"ssoroles":         {`{"name":"noc","privileges":[{"scope":"org","role":"helpdesk"}]}`},
}

// networkTemplate is what the switches of all sites have in common. A variable
// in double braces is one of the site.
const networkTemplate = `{"name":"access","ntp_servers":["10.0.8.1","10.0.8.2"],"dns_servers":["10.0.8.53"],
	"networks":{"corp":{"vlan_id":20},"scanner":{"vlan_id":30},"guest":{"vlan_id":90},"mgmt":{"vlan_id":"{{mgmt_vlan}}"}},
	"port_usages":{"desk":{"mode":"access","port_network":"corp","stp_edge":true},"ap":{"mode":"trunk","all_networks":true,"port_network":"mgmt"}},
	"radius_config":{"auth_servers":[{"host":"10.0.8.4","port":1812,"secret":"sim-radius-secret"}]},
	"snmp_config":{"enabled":true,"contact":"noc@example.com"},
	"additional_config_cmds":["set system login message \"Acme Logistics\""]}`

// orgSeeds are the organization's objects of a type.
func (w *world) orgSeeds(t *objectType) []*object {
	var out []*object
	switch t.name {
	case "info":
		return []*object{w.seeded(t, w.org.ID, `{"name":`+quoted(w.org.Name)+`,"session_expiry":1440,"allow_mist":true,"alarmtemplate_id":`+quoted(w.seedID("alarmtemplates", "0"))+`}`)}
	case "setting":
		return []*object{w.seeded(t, w.org.ID, orgSeedText[t.name][0])}
	case "wlans":
		for i, n := range w.org.WLANs {
			if i != wlanCorp {
				out = append(out, w.wlanSeed(n, i, nil))
			}
		}
		return out
	case "mxedges":
		for _, d := range w.org.MxEdges {
			out = append(out, w.seeded(t, d.ID, `{"name":`+quoted(d.Name)+`,"model":`+quoted(d.Model)+`,"mxcluster_id":`+quoted(d.ClusterID)+`}`))
		}
		return out
	}
	for i, text := range orgSeedText[t.name] {
		id := w.seedID(t.name, strconv.Itoa(i))
		if t.name == "mxclusters" {
			id = w.org.MxEdges[0].ClusterID
		}
		out = append(out, w.seeded(t, id, text))
	}
	return out
}

// siteSeeds are a site's objects of a type.
func (w *world) siteSeeds(t *objectType, s *Site) []*object {
	var out []*object
	switch t.name {
	case "info":
		text := `{"name":` + quoted(s.Name) + `,"address":"1 Example Street","country_code":"DE","timezone":"Europe/Berlin"`
		for _, name := range []string{"networktemplates", "rftemplates", "gatewaytemplates", "aptemplates"} {
			text += `,"` + typeNamed(name).idField() + `":` + quoted(w.seedID(name, "0"))
		}
		return []*object{w.seeded(t, s.ID, text+`,"sitegroup_ids":[]}`)}
	case "setting":
		return []*object{w.seeded(t, s.ID, `{"vars":{"mgmt_vlan":"10","site_code":`+quoted(s.Name)+`},
			"rogue":{"enabled":true,"min_rssi":-80},"device_updown_threshold":0,"persist_config_on_device":true,
			"switch_mgmt":{"root_password":"Sim-Root-1"},"auto_upgrade":{"enabled":false}}`)}
	case "wlans":
		return []*object{w.wlanSeed(w.org.WLANs[wlanCorp], wlanCorp, s)}
	case "maps":
		return []*object{w.seeded(t, s.MapID, `{"name":"Ground floor","type":"image","width":1200,"height":800,"ppm":20,"orientation":0}`)}
	case "zones":
		for i, z := range s.Zones {
			left, right := strconv.Itoa(40*i), strconv.Itoa(40*i+38)
			out = append(out, w.seeded(t, z.ID, `{"name":`+quoted(z.Name)+`,"map_id":`+quoted(s.MapID)+`,"vertices":[{"x":`+left+`,"y":0},{"x":`+right+`,"y":0},{"x":`+right+`,"y":30}]}`))
		}
	}
	return out
}

// wlanSeed is the configuration of one of the wireless networks.
func (w *world) wlanSeed(n WLAN, i int, s *Site) *object {
	text := `{"ssid":` + quoted(n.SSID) + `,"enabled":true,"vlan_enabled":true,"vlan_id":` + n.VLAN + `,"bands":["24","5"],"apply_to":`
	if s == nil {
		text += `"site","template_id":` + quoted(w.seedID("templates", "0"))
	} else {
		text += `"site"`
	}
	switch n.Auth {
	case "psk":
		text += `,"auth":{"type":"psk","pairwise":["wpa2-ccmp"],"psk":"sim-scanner-key"}`
	case "portal":
		text += `,"auth":{"type":"open"},"portal":{"enabled":true,"auth":"none","passphrase_enabled":true,"password":"sim-guest","expire":480},"isolation":true`
	default:
		text += `,"auth":{"type":"eap"},"auth_servers":[{"host":"10.0.8.4","port":1812,"secret":"sim-radius-secret"}]`
	}
	return w.seeded(typeNamed("wlans"), w.org.wlanID(i, s), text+"}")
}

// wlanID is the id of a wireless network where a client is on it: that of the
// staff is configured site by site, the others for all sites.
func (o *Org) wlanID(i int, s *Site) string {
	if i == wlanCorp && s != nil {
		return nameID("wlan " + o.WLANs[i].ID + " " + s.ID)
	}
	return o.WLANs[i].ID
}

// quoted is a text as JSON.
func quoted(s string) string {
	raw, err := json.Marshal(s)
	if err != nil {
		return `""` // cannot be: any string can be encoded
	}
	return string(raw)
}

package compliance

import (
	"testing"

	"foghorn/config"
)

// A device may have settings of its own; what its template sets is not among them.
func TestTemplateDrift(t *testing.T) {
	const (
		template = `{"name":"Branch","ntp_servers":["10.0.0.1"],"dns_servers":["{{dns}}"],"networks":{"corp":{"vlan_id":10}},"radius":{"secret":"secret-1"},"mtu":9000}`
		info     = `{"name":"Vienna","networktemplate_id":"nt1","gatewaytemplate_id":"gt1","aptemplate_id":"at1"}`
		setting  = `{"vars":{"dns":"10.0.0.53"},"mtu":1500,"remote_syslog":{"enabled":true}}`
	)
	for name, c := range map[string]struct{ device, want string }{
		"as the template":     {`{"type":"switch","ntp_servers":["10.0.0.1"],"dns_servers":["10.0.0.53"],"networks":{"corp":{"vlan_id":"10"},"lab":{"vlan_id":66}}}`, ""},
		"of its own":          {`{"type":"switch","name":"sw1","ip_config":{"ip":"10.0.0.9"},"port_config":{"ge-0/0/0":{"usage":"lab"}},"notes":"x","serial":"Y"}`, ""},
		"nothing":             {`{"type":"switch","ntp_servers":null,"dns_servers":""}`, ""},
		"another server":      {`{"type":"switch","ntp_servers":["10.9.9.9"]}`, `sets ntp_servers to ["10.9.9.9"] instead of ["10.0.0.1"] (networktemplates Branch)`},
		"another VLAN":        {`{"type":"switch","networks":{"corp":{"vlan_id":11}}}`, `sets networks.corp.vlan_id to 11 instead of 10 (networktemplates Branch)`},
		"its own variable":    {`{"type":"switch","vars":{"dns":"10.9.9.9"},"dns_servers":["10.9.9.9"]}`, ""},
		"a variable":          {`{"type":"switch","dns_servers":["10.9.9.9"]}`, `sets dns_servers to ["10.9.9.9"] instead of ["10.0.0.53"] (networktemplates Branch)`},
		"a secret":            {`{"type":"switch","radius":{"secret":"secret-2"}}`, ""},
		"as the site":         {`{"type":"switch","mtu":1500}`, ""},
		"not as the site":     {`{"type":"switch","mtu":9000}`, `sets mtu to 9000 instead of 1500 (the site's setting)`},
		"only of the site":    {`{"type":"switch","remote_syslog":{"enabled":false}}`, ""},
		"a gateway":           {`{"type":"gateway","ntp_servers":["10.9.9.9"]}`, `sets ntp_servers to ["10.9.9.9"] instead of ["10.0.0.2"] (gatewaytemplates WAN)`},
		"an access point":     {`{"type":"ap","led":{"enabled":true},"radio_config":{"band_5":{"channel":36,"bandwidth":80}}}`, `sets led.enabled to true instead of false (aptemplates APs); sets radio_config.band_5.bandwidth to 80 instead of 40 (aptemplates APs)`},
		"one with a profile":  {`{"type":"ap","deviceprofile_id":"dp1","led":{"enabled":true}}`, ""},
		"one without a known": {`{"type":"ap","deviceprofile_id":"gone","led":{"enabled":false}}`, ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := backup(t, map[string]string{"org/networktemplates/nt1": template, "org/gatewaytemplates/gt1": `{"name":"WAN","ntp_servers":["10.0.0.2"]}`,
				"org/aptemplates/at1":    `{"name":"APs","led":{"enabled":false},"radio_config":{"band_5":{"channel":40,"bandwidth":40}}}`,
				"org/deviceprofiles/dp1": `{"name":"lobby","led":{"enabled":true}}`, "s1/info/s1": info, "s1/setting/s1": setting, "s1/devices/d1": c.device})
			r := check(t, config.Configs{}, Input{Store: s, Rule: config.RuleTemplateDrift})
			got := ""
			for _, v := range r.Violations {
				got += v.Text
			}
			if len(r.Troubles) > 0 || got != c.want {
				t.Errorf("%s, %v\nwant %s", got, r.Troubles, c.want)
			}
		})
	}
}

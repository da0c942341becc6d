package mistsim

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// configCommands are the set commands that Mist makes for a switch or gateway
// of its template, the site's setting and the device's own configuration.
func (q *call) configCommands() (any, error) {
	d, err := q.deviceOfPath()
	if err != nil {
		return nil, err
	}
	sorted, _, err := q.flag("sort")
	if err != nil {
		return nil, err
	}
	template := map[string]string{Switch: "networktemplates", Gateway: "gatewaytemplates"}[d.Type]
	if template == "" {
		return nil, notFound
	}
	lines := q.world.commands(d, typeNamed(template))
	if sorted {
		slices.Sort(lines)
	}
	return map[string]any{"cli": lines}, nil
}

// variable is one of the site, in a template.
var variable = regexp.MustCompile(`\{\{\s*(\w+)\s*\}\}`)

func (w *world) commands(d *Device, t *objectType) []string {
	site := w.siteOf(d)
	lines := []string{"set system host-name " + d.label()}
	setting := w.single("setting", site).members
	if switches, _ := setting["switch_mgmt"].(map[string]any); switches["root_password"] != nil {
		lines = append(lines, fmt.Sprintf("set system root-authentication encrypted-password \"$6$%.8s\"", nameID(fmt.Sprint("password ", switches["root_password"]))))
	}
	id, _ := w.single("info", site).members[t.idField()].(string)
	if o := w.find(t, nil, id); o != nil {
		lines = append(lines, templateLines(o.members)...)
	}
	lines = append(lines, templateLines(d.config)...)
	vars, _ := setting["vars"].(map[string]any)
	for i, line := range lines {
		lines[i] = variable.ReplaceAllStringFunc(line, func(found string) string {
			if v, ok := vars[variable.FindStringSubmatch(found)[1]].(string); ok {
				return v
			}
			return found
		})
	}
	return lines
}

// templateLines are the commands of what a template and a device have in common.
func templateLines(from map[string]any) []string {
	var out []string
	for _, list := range []struct{ name, command string }{
		{"ntp_servers", "set system ntp server "}, {"dns_servers", "set system name-server "}, {"additional_config_cmds", ""},
	} {
		items, _ := from[list.name].([]any)
		for _, item := range items {
			out = append(out, list.command+fmt.Sprint(item))
		}
	}
	networks, _ := from["networks"].(map[string]any)
	for _, name := range slices.Sorted(maps.Keys(networks)) {
		if n, _ := networks[name].(map[string]any); n["vlan_id"] != nil {
			out = append(out, fmt.Sprintf("set vlans %s vlan-id %v", name, n["vlan_id"]))
		}
	}
	radius, _ := from["radius_config"].(map[string]any)
	servers, _ := radius["auth_servers"].([]any)
	for _, s := range servers {
		if server, _ := s.(map[string]any); server["host"] != nil {
			out = append(out, fmt.Sprintf("set access radius-server %v port %v", server["host"], server["port"]))
		}
	}
	return append(out, portLines(from)...)
}

// portLines are the commands for ports.
func portLines(from map[string]any) []string {
	var out []string
	ports, _ := from["port_config"].(map[string]any)
	for _, port := range slices.Sorted(maps.Keys(ports)) {
		p, _ := ports[port].(map[string]any)
		if usage, _ := p["usage"].(string); usage != "" {
			out = append(out, fmt.Sprintf("set interfaces %s apply-groups %s", strings.ReplaceAll(port, " ", ""), usage))
		}
		if about, _ := p["description"].(string); about != "" {
			out = append(out, fmt.Sprintf("set interfaces %s description %q", port, about))
		}
	}
	return out
}

package mistsim

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Utilities of devices. What they print comes on the device's cmd channel, and
// nothing says when it is complete. A real device needs a second or more, so some
// clients subscribe the channel only after the answer that names the session:
// what nobody has heard is kept for them.

// verbs are the utilities, and which of them print something.
var verbs = map[string]bool{
	"ping": true, "traceroute": true, "arp": true, "show_arp": true, "show_mac_table": true, "show_route": true,
	"show_bgp_rummary": true, "show_bgp_summary": true, "cable_test": true, "resolve_dns": true,
	"bounce_port": false, "restart": false, "locate": false, "unlocate": false,
}

func utilityRoutes() []route {
	var out []route
	for verb, prints := range verbs {
		out = append(out, route{method: "POST", path: "/sites/{site_id}/devices/{device_id}/" + verb, do: func(q *call) (any, error) {
			return q.utility(verb, prints)
		}})
	}
	return out
}

type utilityBody struct {
	Host  string   `json:"host"`
	Count int      `json:"count"`
	Port  string   `json:"port"`
	Ports []string `json:"ports"`
}

func (q *call) utility(verb string, prints bool) (any, error) {
	d, err := q.deviceOfPath()
	if err != nil {
		return nil, err
	}
	var in utilityBody
	if err := q.read(&in); err != nil {
		return nil, err
	}
	if !d.Connected {
		return nil, badRequest("device is not connected")
	}
	switch verb {
	case "bounce_port":
		if len(in.Ports) == 0 || len(in.Ports) > 48 || slices.ContainsFunc(in.Ports, unbounceable) {
			return nil, badRequest("ports: name the ports to bounce")
		}
		q.bounce(d, in.Ports)
	case "restart":
		q.restart(d)
	}
	if !prints {
		return nil, nil
	}
	session := uuid(q.world.side)
	path := fmt.Sprintf("/sites/%s/devices/%s/cmd", d.SiteID, d.ID)
	var lines []any
	for _, line := range printed(verb, d, in) {
		lines = append(lines, map[string]string{"session": session, "raw": line})
	}
	if err := q.emitOrKeep(path, lines); err != nil {
		return nil, &failure{status: http.StatusInternalServerError, detail: err.Error()}
	}
	return map[string]string{"session": session}, nil
}

// unbounceable ports are no ports of their own.
func unbounceable(port string) bool {
	for _, kind := range []string{"vme", "ae", "irb"} {
		if strings.HasPrefix(port, kind) {
			return true
		}
	}
	return false
}

// printed is what a utility prints.
func printed(verb string, d *Device, in utilityBody) []string {
	switch verb {
	case "ping":
		n := min(max(in.Count, 1), 20)
		out := []string{fmt.Sprintf("PING %s: 56 data bytes\r\n", in.Host)}
		for i := range n {
			out = append(out, fmt.Sprintf("64 bytes from %s: icmp_seq=%d ttl=64 time=%d.%d ms\r\n", in.Host, i, 2+hashed(d.MAC+in.Host)%9, i%10))
		}
		return append(out, fmt.Sprintf("\r\n--- %s ping statistics ---\r\n%d packets transmitted, %d packets received, 0%% packet loss\r\n", in.Host, n, n))
	case "traceroute":
		return []string{fmt.Sprintf("traceroute to %s\r\n", in.Host), " 1  10.0.0.1  1.2 ms\r\n", fmt.Sprintf(" 2  %s  7.9 ms\r\n", in.Host)}
	case "cable_test":
		return []string{fmt.Sprintf("Interface name : %s\r\nTest status : Passed\r\n", in.Port)}
	}
	return []string{fmt.Sprintf("%s on %s\r\n", verb, d.label()), "\x1b[H\x1b[2Jnothing to show\r\n"}
}

package netstate

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// patch is what a row or frame says about a device that must be judged before it
// is written.
type patch struct {
	status      string
	heard       time.Time
	used, total float64 // memory, in the same unit
}

// readRow reads a row or frame into d, and returns what must be judged first.
func readRow(row mist.Object, d *event.Device) patch {
	var p patch
	for _, f := range row {
		p.read(d, string(f.Name), f.Value)
	}
	if p.total > 0 && p.used >= 0 && p.used <= p.total {
		d.Memory = p.used / p.total * 100
	}
	return p
}

// read takes one member of a device's stats. Access points, switches, gateways
// and Mist Edges each have names of their own for the same.
func (p *patch) read(d *event.Device, name string, v mist.Value) {
	switch name {
	case "status":
		setText(&p.status, v)
		p.status = strings.ToLower(p.status)
	case "last_seen":
		p.heard, _ = v.Time()
	case "id":
		setText(&d.ID, v)
	case "name", "hostname":
		if name == "name" || d.Name == "" {
			setText(&d.Name, v)
		}
	case "type":
		setText(&d.Type, v)
	case "model":
		setText(&d.Model, v)
	case "serial":
		setText(&d.Serial, v)
	case "version":
		setText(&d.Version, v)
	case "ip":
		setText(&d.IP, v)
	case "uptime":
		setInt(&d.UptimeS, v)
	case "mem_used_kb":
		p.used, _ = v.Number()
	case "mem_total_kb":
		p.total, _ = v.Number()
	default:
		readLoad(d, name, v)
	}
}

// readLoad reads a device's load, clients, uplink and radios.
func readLoad(d *event.Device, name string, v mist.Value) {
	switch name {
	case "ip_stat", "oob_ip_stat":
		if d.IP == "" || name == "ip_stat" {
			setText(&d.IP, v.Object().Value("ip"))
		}
	case "num_clients":
		setInt(&d.Clients, v)
	case "clients_stats":
		if total := v.Object().Value("total"); total != nil {
			d.Clients = sum(total.Object(), "num_wired_clients", "num_wifi_clients")
		}
	case "cpu_util":
		setPercent(&d.CPU, v)
	case "cpu_stat":
		readCPU(&d.CPU, v.Object())
	case "memory_stat":
		setPercent(&d.Memory, v.Object().Value("usage"))
	case "lldp_stat":
		readUplink(&d.Uplink, v.Object())
	case "radio_stat":
		readRadios(d, v.Object())
	}
}

// readCPU reads the used share, or else 100 minus the idle share.
func readCPU(to *float64, cpu mist.Object) {
	idle := -1.0
	if setPercent(&idle, cpu.Value("idle")); idle >= 0 {
		*to = 100 - idle
	}
	setPercent(to, cpu.Value("usage"))
}

// readUplink reads the LLDP neighbor.
func readUplink(to *string, lldp mist.Object) {
	if s := strings.TrimSpace(lldp.Text("system_name") + " " + lldp.Text("port_id", "port_desc")); s != "" {
		*to = safetext.Clip(s, maxText)
	}
}

// bands are the members of radio_stat.
var bands = map[string]string{"band_24": "2.4", "band_5": "5", "band_6": "6"}

// readRadios merges radios by band, because a frame may have only one. A band
// that is null has no radio any more.
func readRadios(d *event.Device, stats mist.Object) {
	radios := slices.Clone(d.Radios)
	for _, f := range stats {
		band := bands[string(f.Name)]
		if band == "" {
			continue
		}
		i := slices.IndexFunc(radios, func(r event.Radio) bool { return r.Band == band })
		o, ok := mist.ParseObject(f.Value)
		switch {
		case ok && i < 0:
			i = len(radios)
			radios = append(radios, event.Radio{Band: band})
			fallthrough
		case ok:
			readRadio(&radios[i], o)
		case i >= 0:
			radios = slices.Delete(radios, i, i+1)
		}
	}
	slices.SortFunc(radios, func(a, b event.Radio) int { return cmp.Compare(a.Band, b.Band) })
	d.Radios = radios
}

func readRadio(r *event.Radio, o mist.Object) {
	setInt(&r.Channel, o.Value("channel"))
	setInt(&r.Bandwidth, o.Value("bandwidth"))
	setInt(&r.Power, o.Value("power"))
	setInt(&r.Utilization, o.Value("util_all"))
	setInt(&r.Clients, o.Value("num_clients"))
}

// sum adds up members of an object; what is a list counts by its first element,
// as the API has it.
func sum(o mist.Object, names ...string) int {
	total := 0
	for _, name := range names {
		v := o.Value(name)
		if first := v.Elements(1); len(first) == 1 {
			v = first[0]
		}
		n, _ := v.Int()
		total += n
	}
	return total
}

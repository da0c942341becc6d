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

// patch is what a row or frame says of a device besides what it writes into
// the row itself: what has to be judged first.
type patch struct {
	status      string
	heard       time.Time
	used, total float64 // memory, in the same unit
}

// of reads a row or frame into d, and returns what has to be judged.
func of(row members, d *event.Device) patch {
	var p patch
	row.each(func(name string, v []byte) { p.read(d, name, v) })
	if p.total > 0 && p.used >= 0 && p.used <= p.total {
		d.Memory = p.used / p.total * 100
	}
	return p
}

// read takes one member of a device's stats. Access points, switches, gateways
// and Mist Edges each have names of their own for the same.
func (p *patch) read(d *event.Device, name string, v []byte) {
	switch name {
	case "status":
		text(v, &p.status)
		p.status = strings.ToLower(p.status)
	case "last_seen":
		p.heard, _ = stamp(v)
	case "id":
		text(v, &d.ID)
	case "name", "hostname":
		if name == "name" || d.Name == "" {
			text(v, &d.Name)
		}
	case "type":
		text(v, &d.Type)
	case "model":
		text(v, &d.Model)
	case "serial":
		text(v, &d.Serial)
	case "version":
		text(v, &d.Version)
	case "ip":
		text(v, &d.IP)
	case "uptime":
		whole(v, &d.UptimeS)
	case "mem_used_kb":
		p.used, _ = number(v)
	case "mem_total_kb":
		p.total, _ = number(v)
	default:
		readLoad(d, name, v)
	}
}

// readLoad takes what says how busy a device is, and what it hangs on.
func readLoad(d *event.Device, name string, v []byte) {
	switch name {
	case "ip_stat", "oob_ip_stat":
		if d.IP == "" || name == "ip_stat" {
			member(v, "ip", func(v []byte) { text(v, &d.IP) })
		}
	case "num_clients":
		whole(v, &d.Clients)
	case "clients_stats":
		member(v, "total", func(v []byte) { d.Clients = sum(v, "num_wired_clients", "num_wifi_clients") })
	case "cpu_util":
		percent(v, &d.CPU)
	case "cpu_stat":
		readCPU(v, &d.CPU)
	case "memory_stat":
		member(v, "usage", func(v []byte) { percent(v, &d.Memory) })
	case "lldp_stat":
		readUplink(v, &d.Uplink)
	case "radio_stat":
		readRadios(d, v)
	}
}

// readCPU takes the share that is not idle, or what is given as used.
func readCPU(v []byte, to *float64) {
	fields(v, func(name string, v []byte) {
		switch name {
		case "idle":
			idle := -1.0
			if percent(v, &idle); idle >= 0 {
				*to = 100 - idle
			}
		case "usage":
			percent(v, to)
		}
	})
}

func readUplink(v []byte, to *string) {
	system, port := "", ""
	fields(v, func(name string, v []byte) {
		switch name {
		case "system_name":
			text(v, &system)
		case "port_id":
			text(v, &port)
		case "port_desc":
			if port == "" {
				text(v, &port)
			}
		}
	})
	if s := strings.TrimSpace(system + " " + port); s != "" {
		*to = safetext.Clip(s, maxText)
	}
}

// bands are the members of radio_stat.
var bands = map[string]string{"band_24": "2.4", "band_5": "5", "band_6": "6"}

// readRadios merges radios by band: a frame may tell of one only.
func readRadios(d *event.Device, v []byte) {
	radios := slices.Clone(d.Radios)
	fields(v, func(name string, v []byte) {
		band := bands[name]
		if band == "" {
			return
		}
		i := slices.IndexFunc(radios, func(r event.Radio) bool { return r.Band == band })
		if i < 0 {
			i = len(radios)
			radios = append(radios, event.Radio{Band: band})
		}
		r := &radios[i]
		if !fields(v, func(name string, v []byte) { readRadio(r, name, v) }) {
			radios = slices.Delete(radios, i, i+1)
		}
	})
	slices.SortFunc(radios, func(a, b event.Radio) int { return cmp.Compare(a.Band, b.Band) })
	d.Radios = radios
}

func readRadio(r *event.Radio, name string, v []byte) {
	switch name {
	case "channel":
		whole(v, &r.Channel)
	case "bandwidth":
		whole(v, &r.Bandwidth)
	case "power":
		whole(v, &r.Power)
	case "util_all":
		whole(v, &r.Utilization)
	case "num_clients":
		whole(v, &r.Clients)
	}
}

// member calls do with one member of an object.
func member(object []byte, want string, do func(v []byte)) {
	fields(object, func(name string, v []byte) {
		if name == want {
			do(v)
		}
	})
}

// sum adds up members of an object; what is a list counts by its first element,
// as the API has it.
func sum(object []byte, names ...string) int {
	total := 0
	fields(object, func(name string, v []byte) {
		if len(v) > 0 && v[0] == '[' {
			if first, _ := mist.Elements(v, 1, nil); len(first) == 1 {
				v = first[0]
			}
		}
		n := 0
		if slices.Contains(names, name) {
			whole(v, &n)
		}
		total += n
	})
	return total
}

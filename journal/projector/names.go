package projector

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/journal/decode"
	"foghorn/journal/event"
	"foghorn/journal/store"
	"foghorn/journal/triage"
)

// The kinds of rows that PutName stores. The first five are those of decode. The last
// holds triage's orphan resolves: the id is the key of the condition, and the name the
// time in epoch milliseconds.
const (
	nameSite       = "site"
	nameDevice     = "device"
	nameClient     = "client"
	nameDeviceSite = "device-site"
	nameDeviceIP   = "device-ip"
	nameOrphan     = "recovery"
)

// Bounds on what is learned. They depend only on the log, so that a rebuild learns
// the same, and a name is never forgotten. Clients that change their MAC for every
// network can use up the names of clients: later ones are then shown by MAC unless
// their events name them. Sites and devices are counted separately.
const (
	maxNames     = 100_000 // of each kind, some 20 MB
	maxNameBytes = 256
)

type nameKey struct{ kind, id string }

// names are the readable names that events brought, so that later events with only an
// id can be shown with them. The latest in the order of the log wins.
type names struct {
	known   map[nameKey]string
	count   map[string]int       // of each kind
	unsaved map[nameKey]struct{} // not written yet
	hosts   map[string][]string  // the MACs of devices, by hostOf their name
}

func loadNames(kept []store.Name) (*names, []triage.OrphanResolve) {
	n := &names{known: make(map[nameKey]string, len(kept)), count: map[string]int{}, unsaved: map[nameKey]struct{}{},
		hosts: map[string][]string{}}
	var recoveries []triage.OrphanResolve
	for _, k := range kept {
		if k.Kind != nameOrphan {
			n.set(nameKey{k.Kind, k.ID}, k.Name)
			n.count[k.Kind]++
			continue
		}
		if ms, err := strconv.ParseInt(k.Name, 10, 64); err == nil {
			recoveries = append(recoveries, triage.OrphanResolve{Key: k.ID, At: time.UnixMilli(ms).UTC()})
		}
	}
	return n, recoveries
}

func orphanName(r triage.OrphanResolve) store.Name {
	return store.Name{Kind: nameOrphan, ID: r.Key, Name: strconv.FormatInt(r.At.UnixMilli(), 10)}
}

// learn keeps the names that a record brought.
func (n *names) learn(found []decode.Name) {
	for _, t := range found {
		if t.ID == "" || t.Name == "" || len(t.Name) > maxNameBytes || len(t.ID) > maxNameBytes ||
			!nameKinds[t.Kind] {
			continue
		}
		key := nameKey{t.Kind, t.ID}
		have, ok := n.known[key]
		if have == t.Name || !ok && n.count[t.Kind] >= maxNames {
			continue
		}
		if !ok {
			n.count[t.Kind]++
		}
		n.set(key, t.Name)
		n.unsaved[key] = struct{}{}
	}
}

var nameKinds = map[string]bool{nameSite: true, nameDevice: true, nameClient: true, nameDeviceSite: true, nameDeviceIP: true}

// set keeps a name, and for a device the host names it may have.
func (n *names) set(key nameKey, name string) {
	if key.kind == nameDevice {
		if old := hostOf(n.known[key]); old != "" {
			n.hosts[old] = slices.DeleteFunc(n.hosts[old], func(mac string) bool { return mac == key.id })
			if len(n.hosts[old]) == 0 {
				delete(n.hosts, old)
			}
		}
		if host := hostOf(name); host != "" {
			n.hosts[host] = append(n.hosts[host], key.id)
		}
	}
	n.known[key] = name
}

// hostOf is a name in lower case and without the domain, as devices of one network
// tell each other apart. An address is not a host name.
func hostOf(name string) string {
	if _, is := decode.Address(name); is {
		return ""
	}
	host, _, _ := strings.Cut(name, ".")
	return strings.ToLower(strings.TrimSpace(host))
}

// joinDevice gives an event of a Junos device the MAC of the Mist device that it is:
// the only one of that name, or else the one at the address that the device or its
// sender has. The event keeps the name it came with.
func (n *names) joinDevice(e *event.Event, remote string) {
	if e.DeviceType != decode.JunosTopic || e.DeviceMAC != "" {
		return
	}
	mac := n.deviceOfHost(e.Device)
	for _, address := range []string{e.Device, remote} {
		if ip, ok := decode.Address(address); ok && mac == "" {
			mac = n.known[nameKey{nameDeviceIP, ip}]
		}
	}
	e.DeviceMAC, _ = event.ParseMAC(mac)
}

// deviceOfHost finds the device of a host name. Of several that differ in the domain
// it is the one with the whole name; a name that is not unique finds none.
func (n *names) deviceOfHost(host string) string {
	macs := n.hosts[hostOf(host)]
	if len(macs) == 1 && !otherDomain(host, n.known[nameKey{nameDevice, macs[0]}]) {
		return macs[0]
	}
	found := ""
	for _, mac := range macs {
		if strings.EqualFold(n.known[nameKey{nameDevice, mac}], host) {
			if found != "" {
				return ""
			}
			found = mac
		}
	}
	return found
}

// otherDomain reports whether two names both have a domain, and not the same.
func otherDomain(a, b string) bool {
	_, x, hasX := strings.Cut(a, ".")
	_, y, hasY := strings.Cut(b, ".")
	return hasX && hasY && !strings.EqualFold(x, y)
}

// fill gives an event the names it did not bring, in its sentences too. What is known
// at that point depends only on the log, and so does the text.
func (n *names) fill(e *event.Event) {
	if e.SiteID == "" && e.DeviceMAC != "" {
		e.SiteID = n.known[nameKey{nameDeviceSite, string(e.DeviceMAC)}]
	}
	if e.Site == "" && e.SiteID != "" {
		e.Site = n.known[nameKey{nameSite, e.SiteID}]
	}
	if e.Device == "" && e.DeviceMAC != "" {
		decode.SetDeviceName(e, n.known[nameKey{nameDevice, string(e.DeviceMAC)}])
	}
	if e.Client == "" && e.ClientMAC != "" {
		decode.SetClientName(e, n.known[nameKey{nameClient, string(e.ClientMAC)}])
	}
}

// changes returns what has to be written, in a fixed order, once.
func (n *names) changes() []store.Name {
	if len(n.unsaved) == 0 {
		return nil
	}
	out := make([]store.Name, 0, len(n.unsaved))
	for k := range n.unsaved {
		out = append(out, store.Name{Kind: k.kind, ID: k.id, Name: n.known[k]})
	}
	clear(n.unsaved)
	slices.SortFunc(out, func(a, b store.Name) int {
		if c := strings.Compare(a.Kind, b.Kind); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}

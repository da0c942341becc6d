package config

import "strings"

// TryRelays calls try for each relay and reports its errors as Problems. Only a
// destination knows what some values must look like, and the configuration knows no
// destination. An error that begins with a key is reported at the key.
func (c *Config) TryRelays(try func(Relay) error) error {
	r := &report{file: c.File, where: c.where}
	for i := range c.Relays {
		relay := &c.Relays[i]
		err := try(*relay)
		if err == nil {
			continue
		}
		at := relayCheck{Config: c, r: r, path: element("relay", i), relay: relay}
		msg := strings.TrimPrefix(err.Error(), "relay "+relay.Name+": ")
		word, rest, _ := strings.Cut(msg, " ")
		key := strings.TrimSuffix(word, ":")
		if _, ok := relayKeys[key]; ok && at.has(key) {
			at.add(key, "%s", strings.TrimPrefix(rest, "= "))
			continue
		}
		r.add(at.path, "", "%s", msg)
	}
	return r.err()
}

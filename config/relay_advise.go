package config

// adviseRelays warns about relays that do less, or more, than people expect.
func (c *Config) adviseRelays() {
	for i := range c.Relays {
		relay, path := &c.Relays[i], element("relay", i)
		c.adviseMode(path+".template_file", relay.TemplateFile, false, relay.TemplateFile)
		bot := c.given(path + ".token")
		switch {
		case relay.Send != SendAlerts || bot || !c.given(path+".url"):
		case relay.Kind == "slack":
			c.warn(c.sources[path+".url"].path, "an incoming webhook cannot change its messages, so every change of an alert is posted anew; give token and channel to keep one message")
		case relay.Kind == "mattermost":
			c.warn(c.sources[path+".url"].path, "an incoming webhook cannot change its messages, so every change of an alert is posted anew; give server, token and channel to keep one message")
		}
		if relay.Query == "" && readByPeople(relay.Kind) {
			c.warn(path, "has no query, so it sends all %s; to send fewer: query = %q", relay.Send, "sev>=warn")
		}
		if u, ok := syslogAddress(relay.Address); ok && u.Scheme != "tls" && !loopbackHost(u.Hostname()) {
			c.warn(path+".address", "what is sent crosses the network in clear text, and anybody on the way can change it; use tls:// if the server takes it")
		}
	}
}

// readByPeople reports whether somebody has to read, or do something about, each
// message of a kind.
func readByPeople(kind string) bool {
	k := kindNamed(kind)
	return k != nil && (k.chat || k.name == "servicenow")
}

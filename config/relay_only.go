package config

// OnlyRelays is the default configuration with the relays of this one, and their
// secrets, which it shares.
func (c *Config) OnlyRelays() *Config {
	out := Default()
	out.Relays, out.File, out.getenv, out.fetched, out.where = c.Relays, c.File, c.getenv, c.fetched, c.where
	out.sources = map[string]source{}
	for i := range c.Relays {
		for _, secret := range c.Relays[i].Secrets() {
			for path, src := range c.sources {
				if src.secret == secret {
					out.sources[path] = src
				}
			}
		}
	}
	return out
}

package collector

import (
	"fmt"
	"time"

	"foghorn/config"
	"foghorn/feeds/webhook"
	"foghorn/internal/hostport"
	"foghorn/journal/event"
)

// configuredSources are the configured senders, as the listener checks them.
func (s *Settings) configuredSources() []webhook.Source {
	var out []webhook.Source
	for _, m := range s.Config.Mist {
		out = append(out, webhook.Source{
			Name: m.Name, Via: event.ViaWebhook, RequireV2: m.RequireV2, AllowUnsigned: m.AllowUnsigned,
			Secrets: secrets(m.WebhookSecret, m.PreviousWebhookSecret, m.PreviousUntil),
		})
	}
	for _, j := range s.Config.Junos {
		out = append(out, webhook.Source{
			Name: j.Name, Via: event.ViaJunos, AllowUnsigned: j.AllowUnsigned,
			Secrets: secrets(j.Secret, j.PreviousSecret, j.PreviousUntil),
		})
	}
	return out
}

// secrets names the ones that are there, so that a delivery can say which
// matched during a rotation.
func secrets(current, previous config.Secret, until config.Moment) []webhook.Secret {
	var out []webhook.Secret
	if !current.IsZero() {
		out = append(out, webhook.Secret{Name: "current", Key: []byte(current.Reveal())})
	}
	if !previous.IsZero() {
		out = append(out, webhook.Secret{Name: "previous", Key: []byte(previous.Reveal()), Until: until.Time()})
	}
	return out
}

// listenerOptions are the listener's limits.
func (c *Collector) listenerOptions(log event.Appender) webhook.Options {
	l := c.Config.Listen
	return webhook.Options{
		Sources:        c.sources,
		Log:            log,
		Clock:          c.Clock,
		Logger:         c.Logger,
		MaxBody:        int64(l.MaxBody),
		TrustedProxies: l.TrustedProxies,
		CertFile:       l.TLSCertFile,
		KeyFile:        l.TLSKeyFile,
		HeaderTimeout:  time.Duration(l.HeaderTimeout),
		BodyTimeout:    time.Duration(l.BodyTimeout),
		IdleTimeout:    time.Duration(l.IdleTimeout),
	}
}

// Hints are what the screen shows until the first delivery arrives.
func (c *Collector) Hints() []string {
	lines := []string{"Webhooks are taken at:"}
	for _, p := range c.Paths() {
		lines = append(lines, "  "+p)
	}
	unconfigured := len(c.Config.Mist)+len(c.Config.Junos) == 0
	try := "foghorn send alarms"
	if addr := c.socket.Addr().String(); unconfigured && addr != c.Config.Listen.Address {
		try += " --to http://" + hostport.Dialable(addr) + "/mist"
	}
	if len(c.Config.Mist) == 0 && len(c.Config.Junos) > 0 {
		try = "foghorn junos test --source " + c.Config.Junos[0].Name
	}
	lines = append(lines, "Try it from a second terminal:", "  "+try)
	if unconfigured {
		lines = append(lines, "For a real organization:", "  foghorn config init")
	}
	return lines
}

// Paths lists where each source posts to, for people to copy.
func (c *Collector) Paths() []string {
	scheme := "http"
	if c.Config.Listen.TLSCertFile != "" {
		scheme = "https"
	}
	host := hostport.Dialable(c.socket.Addr().String())
	var out []string
	for _, src := range c.sources {
		signed := "signed"
		if len(src.Secrets) == 0 {
			signed = "unsigned, from this machine only"
			if src.AllowUnsigned {
				signed = "unsigned, from anywhere"
			}
		}
		out = append(out, fmt.Sprintf("POST %s://%s%s  (%s)", scheme, host, src.Path(), signed))
	}
	return out
}

// AdHocSources are one Mist and one Junos source with the same secret, for a
// listener without configuration. Without a secret they accept unsigned posts
// from this machine only.
func AdHocSources(secret []byte) []webhook.Source {
	var keys []webhook.Secret
	if len(secret) > 0 {
		keys = []webhook.Secret{{Name: "current", Key: secret}}
	}
	return []webhook.Source{
		{Name: "mist", Via: event.ViaWebhook, Secrets: keys},
		{Name: "junos", Via: event.ViaJunos, Secrets: keys},
	}
}

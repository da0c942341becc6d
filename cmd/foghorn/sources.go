package main

import (
	"fmt"
	"net"
	"net/netip"
	"time"

	"foghorn/config"
	"foghorn/feeds/webhook"
	"foghorn/journal/decode"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

// collectorOptions is the collector that the configuration describes; a
// non-empty listen overrides its address.
func (s *settings) collectorOptions(command, listen string) collectorOptions {
	o := collectorOptions{command: command, address: s.config.Listen.Address}
	if listen != "" {
		o.address = listen
	}
	return o
}

// sources turns the configured senders into what the listener checks against.
func (s *settings) sources() []webhook.Source {
	var out []webhook.Source
	for _, m := range s.config.Mist {
		out = append(out, webhook.Source{
			Name: m.Name, Via: event.ViaWebhook, RequireV2: m.RequireV2, AllowUnsigned: m.AllowUnsigned,
			Secrets: secrets(m.WebhookSecret, m.PreviousWebhookSecret, m.PreviousUntil),
		})
	}
	for _, j := range s.config.Junos {
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

// replayAfter is how old what a signed delivery tells may be, for the projector.
func (s *settings) replayAfter() time.Duration {
	if d := time.Duration(s.config.Listen.ReplayAfter); d > 0 {
		return d
	}
	return -1 // "forever"
}

// decode is how deliveries are read by this configuration.
func (s *settings) decode() func(*event.Delivery) decode.Decoded {
	return decode.Options{EnginesApart: s.enginesApart()}.Delivery
}

// enginesApart are the Junos sources whose Routing Engines are devices of their own.
func (s *settings) enginesApart() map[string]bool {
	apart := map[string]bool{}
	if s.config == nil {
		return apart
	}
	for _, j := range s.config.Junos {
		apart[j.Name] = j.SeparateRoutingEngines
	}
	return apart
}

// listenerOptions puts the listener's limits together.
func (s *settings) listenerOptions(o collectorOptions, log store.Appender) webhook.Options {
	l := s.config.Listen
	return webhook.Options{
		Sources:        o.sources,
		Log:            log,
		Clock:          s.clock,
		Logger:         s.logger,
		MaxBody:        int64(l.MaxBody),
		TrustedProxies: l.TrustedProxies,
		CertFile:       l.TLSCertFile,
		KeyFile:        l.TLSKeyFile,
		HeaderTimeout:  time.Duration(l.HeaderTimeout),
		BodyTimeout:    time.Duration(l.BodyTimeout),
		IdleTimeout:    time.Duration(l.IdleTimeout),
	}
}

// hints are what the screen tells as long as nothing ever arrived.
func (c *collector) hints() []string {
	lines := []string{"Webhooks are taken at:"}
	for _, p := range c.paths() {
		lines = append(lines, "  "+p)
	}
	unconfigured := len(c.config.Mist)+len(c.config.Junos) == 0
	try := "foghorn send alarms"
	if addr := c.socket.Addr().String(); unconfigured && addr != c.config.Listen.Address {
		try += " --to http://" + reachable(addr) + "/mist"
	}
	if len(c.config.Mist) == 0 && len(c.config.Junos) > 0 {
		try = "foghorn junos test --source " + c.config.Junos[0].Name
	}
	lines = append(lines, "Try it from a second terminal:", "  "+try)
	if unconfigured {
		lines = append(lines, "For a real organisation:", "  foghorn config init")
	}
	return lines
}

// reachable is an address to connect to for an address to listen on: one that
// means every interface is reached on this machine at the loopback address.
func reachable(listen string) string {
	host, port, err := net.SplitHostPort(listen)
	if err != nil {
		return listen
	}
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	return net.JoinHostPort(host, port)
}

// paths lists where each source posts to, for people to copy.
func (c *collector) paths() []string {
	scheme := "http"
	if c.config.Listen.TLSCertFile != "" {
		scheme = "https"
	}
	host := reachable(c.socket.Addr().String())
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

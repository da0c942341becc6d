package config

import (
	"net/netip"
	"slices"
	"time"

	"foghorn/journal/priority"
)

// Config is the whole configuration.
type Config struct {
	DataDir   string         `toml:"data_dir"` // empty for the default; use DataDirectory
	ReadOnly  bool           `toml:"read_only"`
	Listen    Listen         `toml:"listen"`
	Mist      []Mist         `toml:"mist"`
	Junos     []Junos        `toml:"junos"`
	Relays    []Relay        `toml:"relay"`
	ChatOps   ChatOps        `toml:"chatops"`
	Priority  priority.Table `toml:"priority"` // importance of events, by topic
	Retention Retention      `toml:"retention"`
	Jobs      Jobs           `toml:"jobs"`
	Scheduled []Job          `toml:"job"`
	Configs   Configs        `toml:"configs"`
	Screen    Screen         `toml:"screen"`

	// File is the path of the configuration; empty without a file.
	File string `toml:"-"`
	// Warnings are about settings that are allowed but unwise, one line each.
	// Advise adds more.
	Warnings []string `toml:"-"`

	getenv  func(string) string
	fetched func(secret string)
	sources map[string]source // of the secrets, by the position path of their key
	where   positions
}

// Listen is the HTTP listener.
type Listen struct {
	Address        string         `toml:"address"` // host:port
	TLSCertFile    string         `toml:"tls_cert_file"`
	TLSKeyFile     string         `toml:"tls_key_file"`
	MaxBody        Size           `toml:"max_body"`        // of one body, decompressed
	TrustedProxies []netip.Prefix `toml:"trusted_proxies"` // whose X-Forwarded-For is trusted
	HeaderTimeout  Duration       `toml:"header_timeout"`  // for the headers of a request
	BodyTimeout    Duration       `toml:"body_timeout"`    // for a whole request
	IdleTimeout    Duration       `toml:"idle_timeout"`    // between requests of a connection
	ReplayAfter    Duration       `toml:"replay_after"`    // a signed delivery with only older timestamps raises nothing
}

// Mist is one organization. It listens at /mist/<name>.
type Mist struct {
	Name                  string   `toml:"name"`
	Region                string   `toml:"region"` // or APIURL and StreamURL
	APIURL                string   `toml:"api_url"`
	StreamURL             string   `toml:"stream_url"`
	OrgID                 string   `toml:"org_id"`
	Token                 Secret   `toml:"token"`
	Email                 string   `toml:"email"` // with Password, in place of a token
	Password              Secret   `toml:"password"`
	TwoFactor             Secret   `toml:"two_factor"` // a code that is good for one login: give it by two_factor_command
	Sites                 []string `toml:"sites"`      // names, ids or globs; "*" for all
	Channels              []string `toml:"channels"`   // of the stream, beyond those foghorn needs itself
	WebhookSecret         Secret   `toml:"webhook_secret"`
	PreviousWebhookSecret Secret   `toml:"previous_webhook_secret"` // also valid, during a rotation
	PreviousUntil         Moment   `toml:"previous_webhook_secret_until"`
	RequireV2             bool     `toml:"require_v2"`
	AllowUnsigned         bool     `toml:"allow_unsigned"`
}

// HasSource reports whether a source of that name is configured, or no source at
// all: then the command decides who may send.
func (c *Config) HasSource(name string) bool {
	return len(c.Mist)+len(c.Junos) == 0 ||
		slices.ContainsFunc(c.Mist, func(m Mist) bool { return m.Name == name }) ||
		slices.ContainsFunc(c.Junos, func(j Junos) bool { return j.Name == name })
}

// Junos is one group of Junos devices. It listens at /junos/<name>.
type Junos struct {
	Name           string `toml:"name"`
	Secret         Secret `toml:"secret"`
	PreviousSecret Secret `toml:"previous_secret"`
	PreviousUntil  Moment `toml:"previous_secret_until"`
	AllowUnsigned  bool   `toml:"allow_unsigned"`
	// Heartbeat is how often a device's timer sends a heartbeat. SilentAfter is
	// how long such a device may be silent before an alert.
	Heartbeat   Duration `toml:"heartbeat"`
	SilentAfter Duration `toml:"silent_after"`
	// SeparateRoutingEngines treats re0.edge01 and re1.edge01 as two devices.
	SeparateRoutingEngines bool `toml:"separate_routing_engines"`
}

// Screen configures the terminal program.
type Screen struct {
	Theme string `toml:"theme"` // auto, dark, light or high-contrast
	ASCII bool   `toml:"ascii"` // no characters beyond ASCII
	Time  string `toml:"time"`  // relative, local or utc
	Mouse bool   `toml:"mouse"`
	// Linear prints a sentence per change in place of the screen.
	Linear bool `toml:"linear"`
	// LowBandwidth draws at most twice a second.
	LowBandwidth bool `toml:"low_bandwidth"`
}

// Default returns the configuration without a file.
func Default() *Config {
	return &Config{
		Listen: Listen{
			Address:       "127.0.0.1:8484",
			MaxBody:       8 << 20,
			HeaderTimeout: Duration(5 * time.Second),
			BodyTimeout:   Duration(15 * time.Second),
			IdleTimeout:   Duration(time.Minute),
			ReplayAfter:   Duration(24 * time.Hour),
		},
		ChatOps:   defaultChatOps(),
		Jobs:      Jobs{PerOrganization: defaultPerOrganization},
		Configs:   Configs{StaleAfter: defaultStaleAfter},
		Retention: defaultRetention(),
		Screen:    Screen{Theme: "auto", Time: "relative"},
	}
}

package config

// Relay is one destination that events or alerts are sent to. Which keys a kind takes
// is in relayKinds; a key of another kind is a mistake.
type Relay struct {
	Name  string `toml:"name"`
	Kind  string `toml:"kind"`
	Send  string `toml:"send"`  // alerts or events
	Query string `toml:"query"` // which of them; all when empty

	// Hold sends an alert only if it still holds after that time.
	Hold Duration `toml:"hold"`
	// Remind repeats an alert that nobody has acknowledged; 0 never does.
	Remind Duration `toml:"remind"`
	// Group is how alerts are told together: site (those of one site and kind) or none.
	Group       string   `toml:"group"`
	GroupWindow Duration `toml:"group_window"` // how long after the first an alert joins
	// MaxPerMinute is how many messages a minute may bring; the last of them tells the rest.
	MaxPerMinute int `toml:"max_per_minute"`
	// DropAfter is how long something is tried before it is given up.
	DropAfter Duration `toml:"drop_after"`
	Timeout   Duration `toml:"timeout"` // of one request
	CAFile    string   `toml:"ca_file"` // certificates to trust besides the system's

	// URL is where to send. It is a secret, because that of an incoming webhook is.
	URL Secret `toml:"url"`

	Token    Secret `toml:"token"`
	APIKey   Secret `toml:"api_key"`
	User     string `toml:"user"`
	Password Secret `toml:"password"`
	Secret   Secret `toml:"secret"` // signs requests
	DSN      Secret `toml:"dsn"`    // of a database

	// Chats.
	Channel   string `toml:"channel"`
	Server    string `toml:"server"`   // of Mattermost, with a token
	Username  string `toml:"username"` // shown as the sender
	IconURL   string `toml:"icon_url"`
	IconEmoji string `toml:"icon_emoji"`
	Detail    string `toml:"detail"` // full, summary, or by the level of the alert: level

	// Log stores.
	Site       string   `toml:"site"` // of Datadog
	Format     string   `toml:"format"`
	Escape     bool     `toml:"escape"` // quotes in the format relay
	Service    string   `toml:"service"`
	Tags       []string `toml:"tags"`
	Restamp    bool     `toml:"restamp"` // what is too old for the service gets the present time, and is not dropped
	Index      string   `toml:"index"`
	SourceType string   `toml:"sourcetype"`
	Ack        bool     `toml:"ack"` // ask Splunk whether it has indexed

	// ServiceNow.
	CloseCode       string `toml:"close_code"`
	Caller          string `toml:"caller"`
	AssignmentGroup string `toml:"assignment_group"`
	Category        string `toml:"category"`
	CI              string `toml:"ci"` // which text of the alert names the configuration item: device, mac, site or none

	// Webhooks and commands.
	Method       string   `toml:"method"`
	Headers      []string `toml:"headers"` // "Name: value"
	TemplateFile string   `toml:"template_file"`
	ContentType  string   `toml:"content_type"`
	Signing      string   `toml:"signing"` // mist, standard or both
	Command      []string `toml:"command"`
	Parallel     int      `toml:"parallel"`

	// Files, syslog and databases.
	Address  string   `toml:"address"` // udp://, tcp:// or tls://
	Facility string   `toml:"facility"`
	AppName  string   `toml:"app_name"`
	Path     string   `toml:"path"`
	MaxSize  Size     `toml:"max_size"` // of a file before it is rotated
	Keep     int      `toml:"keep"`     // how many rotated files
	Fsync    string   `toml:"fsync"`    // always, interval or never
	Interval Duration `toml:"fsync_interval"`
	Table    string   `toml:"table"`
	Columns  string   `toml:"columns"` // foghorn or network-assistant

	// Derived is set for a relay that no [[relay]] configures; see ChatRelays.
	Derived *Derived `toml:"-"`

	file string // that configures the relay
}

package event

import "time"

// What can be asked of the cloud again is state and not history: the collector
// keeps it in tables of the view, written at most once a second, and it never
// goes to the log. Updated says when the cloud last reported any of a row, so that
// a reader can call it stale.

// The states of a device that foghorn itself draws conclusions from. Others
// ("upgrading", "restarting") are kept as Mist says them.
const (
	DeviceConnected    = "connected"
	DeviceDisconnected = "disconnected"
)

// Device is an access point, switch, gateway or Mist Edge.
type Device struct {
	Source   string    `json:"source"`
	OrgID    string    `json:"org_id"`
	SiteID   string    `json:"site_id,omitempty"`
	Site     string    `json:"site,omitempty"`
	MAC      MAC       `json:"mac"`
	ID       string    `json:"id,omitempty"` // Mist's device id
	Name     string    `json:"name,omitempty"`
	Type     string    `json:"type"` // ap, switch, gateway, mxedge
	Model    string    `json:"model,omitempty"`
	Serial   string    `json:"serial,omitempty"`
	Version  string    `json:"version,omitempty"`
	IP       string    `json:"ip,omitempty"`
	Status   string    `json:"status,omitempty"` // empty when nothing is known
	Since    time.Time `json:"since"`            // when Status was first seen to be so; zero when not known
	LastSeen time.Time `json:"last_seen"`        // when the cloud last heard from it
	UptimeS  int64     `json:"uptime_s,omitempty"`
	Clients  int       `json:"clients"`
	CPU      float64   `json:"cpu,omitempty"`    // percent; 0 when not reported
	Memory   float64   `json:"memory,omitempty"` // percent; 0 when not reported
	Uplink   string    `json:"uplink,omitempty"` // by LLDP, "sw-ham-01 ge-0/0/3"
	Radios   []Radio   `json:"radios,omitempty"`
	Updated  time.Time `json:"updated"`
}

// Radio is one radio of an access point.
type Radio struct {
	Band        string `json:"band"` // 2.4, 5 or 6
	Channel     int    `json:"channel,omitempty"`
	Bandwidth   int    `json:"bandwidth,omitempty"`   // MHz
	Power       int    `json:"power,omitempty"`       // dBm
	Utilization int    `json:"utilization,omitempty"` // percent of air time
	Clients     int    `json:"clients"`
}

// LiveClient is a client that is connected, with its radio as last measured.
type LiveClient struct {
	Source   string    `json:"source"`
	OrgID    string    `json:"org_id"`
	SiteID   string    `json:"site_id"`
	Site     string    `json:"site,omitempty"`
	MAC      MAC       `json:"mac"`
	Hostname string    `json:"hostname,omitempty"`
	Username string    `json:"username,omitempty"`
	IP       string    `json:"ip,omitempty"`
	SSID     string    `json:"ssid,omitempty"`
	AP       MAC       `json:"ap,omitempty"`
	APName   string    `json:"ap_name,omitempty"`
	Band     string    `json:"band,omitempty"` // 2.4, 5 or 6
	Channel  int       `json:"channel,omitempty"`
	RSSI     int       `json:"rssi,omitempty"` // dBm; 0 when not reported
	SNR      int       `json:"snr,omitempty"`  // dB; 0 when not reported
	Since    time.Time `json:"since"`          // of the present association
	LastSeen time.Time `json:"last_seen"`
	Roams    int       `json:"roams"` // changes of AP that foghorn saw
	Updated  time.Time `json:"updated"`
}

// Webhook is one webhook that an organization or a site has configured in Mist.
type Webhook struct {
	Source     string    `json:"source"`
	OrgID      string    `json:"org_id"`
	SiteID     string    `json:"site_id,omitempty"` // empty for one of the organization
	Site       string    `json:"site,omitempty"`
	ID         string    `json:"id"`
	Name       string    `json:"name"`
	Type       string    `json:"type"` // http-post, splunk, ...
	URL        string    `json:"url"`  // user and password masked
	Enabled    bool      `json:"enabled"`
	HasSecret  bool      `json:"has_secret"`
	VerifyCert bool      `json:"verify_cert"`
	Single     bool      `json:"single_event_per_message"`
	Topics     []string  `json:"topics"`
	Updated    time.Time `json:"updated"`
}

// Budget is what an API token has used of its hourly limit.
type Budget struct {
	Sources []string      `json:"sources"` // those that share the token
	Used    int           `json:"used"`
	Limit   int           `json:"limit"`
	Resets  time.Time     `json:"resets"`
	Blocked time.Time     `json:"blocked,omitzero"` // the cloud answers 429 until then
	Callers []CallerUsage `json:"spenders,omitempty"`
}

// CallerUsage is what one user of a token's calls takes of it.
type CallerUsage struct {
	Name    string `json:"name"`    // "inventory", "alarms", "operator" ...
	Urgency string `json:"urgency"` // background, routine, prompt, operator
	Calls   int    `json:"calls"`   // in this hour, as far as this process made them
	PerHour int    `json:"per_hour"`
	State   string `json:"state,omitempty"` // empty, "slowed" or "stopped"
}

// Others is the caller that stands for all calls with a token which its collector did
// not make: foghorn's commands, other programs, people.
const Others = "others"

// BudgetUse is what one caller takes of a token's hourly limit, and the token's limit.
type BudgetUse struct {
	Sources []string  `json:"sources"` // those that share the token
	Caller  string    `json:"caller"`
	Urgency string    `json:"urgency,omitempty"`
	Calls   int       `json:"calls"` // in this hour
	PerHour int       `json:"per_hour"`
	State   string    `json:"state,omitempty"` // empty, "slowed" or "stopped"
	Used    int       `json:"used"`            // of the token, by all callers
	Limit   int       `json:"limit"`
	Resets  time.Time `json:"resets"`
	Blocked time.Time `json:"blocked,omitzero"` // the cloud answers 429 until then
}

// Uses returns a budget by caller. The last is Others, so that all calls add up to what
// Mist says is used.
func (b *Budget) Uses() []BudgetUse {
	use := func(c CallerUsage) BudgetUse {
		return BudgetUse{Sources: b.Sources, Caller: c.Name, Urgency: c.Urgency, Calls: c.Calls, PerHour: c.PerHour, State: c.State,
			Used: b.Used, Limit: b.Limit, Resets: b.Resets, Blocked: b.Blocked}
	}
	var out []BudgetUse
	for _, c := range b.Callers {
		out = append(out, use(c))
	}
	return append(out, use(CallerUsage{Name: Others, Calls: b.Others()}))
}

// Others is how many calls the collector did not make itself. It is 0 while Mist's count
// is behind the collector's.
func (b *Budget) Others() int {
	rest := b.Used
	for _, c := range b.Callers {
		rest -= c.Calls
	}
	return max(0, rest)
}

// Frame is one raw message of a stream, for looking at.
type Frame struct {
	ID      int64     `json:"id"` // grows with arrival while the collector runs
	Time    time.Time `json:"time"`
	Source  string    `json:"source"`
	Channel string    `json:"channel"`
	Event   string    `json:"event"` // data, channel_subscribed, subscribe_failed ...
	Size    int       `json:"size"`
	Text    string    `json:"text"` // cut short
}

// Subscription is a stream channel that somebody asked for beyond the usual ones.
type Subscription struct {
	Source  string    `json:"source"`
	Channel string    `json:"channel"`
	Actor   string    `json:"actor"`
	Time    time.Time `json:"time"`
}

package config

import (
	"reflect"
	"slices"
	"strings"
	"time"
)

// What a relay can send.
const (
	SendAlerts = "alerts"
	SendEvents = "events"
)

// Ways in which alerts are told together.
const (
	GroupSite = "site"
	GroupNone = "none"
)

// relayKind is what the configuration knows of a kind of destination.
type relayKind struct {
	name string
	send string // by default
	chat bool   // people read it as it comes
	http bool   // it takes url and ca_file
	keys string // that it takes besides
	// check reports wrong combinations and values of the kind's own keys.
	check func(c *relayCheck)
}

// relayKinds lists the kinds, by name.
var relayKinds = []relayKind{
	{name: "command", send: SendAlerts, keys: "command parallel", check: checkCommand},
	{name: "datadog", send: SendEvents, http: true, keys: "api_key site format escape service tags restamp", check: checkDatadog},
	{name: "file", send: SendEvents, keys: "path max_size keep fsync fsync_interval", check: checkFile},
	{name: "mattermost", send: SendAlerts, chat: true, http: true, keys: "server token channel username icon_url icon_emoji detail", check: checkMattermost},
	{name: "servicenow", send: SendAlerts, http: true, keys: "user password token api_key close_code caller assignment_group category ci", check: checkServiceNow},
	{name: "slack", send: SendAlerts, chat: true, http: true, keys: "token channel username icon_url icon_emoji detail", check: checkSlack},
	{name: "splunk", send: SendEvents, http: true, keys: "token index sourcetype ack", check: checkSplunk},
	{name: "sql", send: SendEvents, keys: "dsn table columns", check: checkSQL},
	{name: "syslog", send: SendEvents, keys: "address facility app_name ca_file", check: checkSyslog},
	{name: "teams", send: SendAlerts, chat: true, http: true, keys: "detail", check: checkTeams},
	{name: "webhook", send: SendAlerts, http: true, keys: "method headers template_file content_type secret signing parallel", check: checkWebhook},
}

// commonRelayKeys are the keys that every kind takes; chats take chatKeys too.
var (
	commonRelayKeys = strings.Fields("name kind send query hold remind drop_after timeout")
	chatKeys        = strings.Fields("group group_window max_per_minute")
	httpKeys        = strings.Fields("url ca_file")
)

// RelayKinds are the names of the kinds of relays, sorted.
func RelayKinds() []string {
	names := make([]string, len(relayKinds))
	for i, k := range relayKinds {
		names[i] = k.name
	}
	return names
}

// kindNamed returns a kind, or nil for an unknown one.
func kindNamed(name string) *relayKind {
	if i := slices.IndexFunc(relayKinds, func(k relayKind) bool { return k.name == name }); i >= 0 {
		return &relayKinds[i]
	}
	return nil
}

// all returns every key that the kind takes.
func (k *relayKind) all() []string {
	keys := slices.Concat(commonRelayKeys, strings.Fields(k.keys))
	if k.chat {
		keys = append(keys, chatKeys...)
	}
	if k.http {
		keys = append(keys, httpKeys...)
	}
	return keys
}

// keys returns the keys that the relay's kind takes; none for an unknown kind.
func (r *Relay) keys() []string {
	if k := kindNamed(r.Kind); k != nil {
		return k.all()
	}
	return nil
}

// kindsWith names the kinds that take a key: "mattermost and slack".
func kindsWith(key string) string {
	var names []string
	for i := range relayKinds {
		if slices.Contains(relayKinds[i].all(), key) {
			names = append(names, relayKinds[i].name)
		}
	}
	if n := len(names); n > 1 {
		return strings.Join(names[:n-1], ", ") + " and " + names[n-1]
	}
	return strings.Join(names, "")
}

// relayKeys are all keys of relays by their names in the file; true for secrets.
var relayKeys = func() map[string]bool {
	keys := map[string]bool{}
	for field := range reflect.TypeFor[Relay]().Fields() {
		if key := field.Tag.Get("toml"); field.IsExported() && key != "-" {
			keys[key] = field.Type == reflect.TypeFor[Secret]()
		}
	}
	return keys
}()

// Defaults of relays.
const (
	defaultRelayTimeout = Duration(15 * time.Second)
	defaultDropAfter    = Duration(7 * 24 * time.Hour)
	datadogAge          = Duration(18 * time.Hour) // of the oldest log that Datadog takes
	defaultGroupWindow  = Duration(5 * time.Minute)
	defaultMaxPerMinute = 20
)

// inherit fills in the values that the file does not set. Those of a kind's own keys
// are up to its destination.
func (r *Relay) inherit(where positions, path string) {
	kind := kindNamed(r.Kind)
	if kind == nil {
		return
	}
	given := func(key string) bool { return where.has(path + "." + key) }
	if !given("send") {
		r.Send = kind.send
	}
	if !given("timeout") {
		r.Timeout = defaultRelayTimeout
	}
	if !given("drop_after") {
		r.DropAfter = defaultDropAfter
		if r.Kind == "datadog" && !r.Restamp {
			r.DropAfter = datadogAge
		}
	}
	if !given("group") {
		r.Group = GroupNone
		if kind.chat && r.Send == SendAlerts {
			r.Group = GroupSite
		}
	}
	if !given("group_window") && r.Group == GroupSite {
		r.GroupWindow = defaultGroupWindow
	}
	if !given("max_per_minute") && kind.chat && r.Send == SendAlerts {
		r.MaxPerMinute = defaultMaxPerMinute
	}
}

// Secrets are the secrets that the relay needs, for Config.Fetch.
func (r *Relay) Secrets() []*Secret {
	return []*Secret{&r.URL, &r.Token, &r.APIKey, &r.Password, &r.Secret, &r.DSN}
}

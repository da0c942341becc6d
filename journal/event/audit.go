package event

import "fmt"

// TopicAudits is the topic of the changes that people make.
const TopicAudits = "audits"

// Audit is what an event of the topic audits says: who changed what, and from where.
type Audit struct {
	Admin   string           `json:"admin,omitempty"`
	Address string           `json:"address,omitempty"` // the IP address that the admin came from
	Action  string           `json:"action,omitempty"`  // as Mist words it: Update
	Object  string           `json:"object,omitempty"`  // WLAN "Corp"
	Changes []ChangedSetting `json:"changes,omitempty"`
	More    int              `json:"more_changes,omitempty"` // changes that are not listed
}

// FirstChange is the first change in a line, and how many more there are.
func (a *Audit) FirstChange() string {
	if len(a.Changes) == 0 {
		return ""
	}
	first := a.Changes[0].String()
	if more := len(a.Changes) - 1 + a.More; more > 0 {
		first += fmt.Sprintf(" (+%d more)", more)
	}
	return first
}

// ChangedSetting is one setting that has another value after a change than before.
type ChangedSetting struct {
	Path   string `json:"path"`             // auth_servers[0].host
	Before string `json:"before,omitempty"` // empty: there was none
	After  string `json:"after,omitempty"`  // empty: there is none now
	// Hidden says that the values are not given: they are secret, or nested too deep.
	Hidden bool `json:"hidden,omitempty"`
}

// String is the change in a line: "auth_servers[0].host 10.0.8.40 → 10.0.8.4", and
// "psk changed" where the values are hidden.
func (c ChangedSetting) String() string {
	if c.Hidden {
		return c.Path + " changed"
	}
	return c.Path + " " + orNone(c.Before) + " → " + orNone(c.After)
}

func orNone(value string) string {
	if value == "" {
		return "none"
	}
	return value
}

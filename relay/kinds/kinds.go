// Package kinds makes the destination that a relay's configuration asks for.
//
// Callers may rely on this: every kind that config accepts is here. An error is about
// the configuration, names the relay, and holds no secret.
package kinds

import (
	"fmt"

	"foghorn/config"
	"foghorn/relay"
	"foghorn/relay/command"
	"foghorn/relay/datadog"
	"foghorn/relay/file"
	"foghorn/relay/mattermost"
	"foghorn/relay/servicenow"
	"foghorn/relay/slack"
	"foghorn/relay/splunk"
	"foghorn/relay/sql"
	"foghorn/relay/syslog"
	"foghorn/relay/teams"
	"foghorn/relay/webhook"
)

// constructors make a destination of each kind.
var constructors = map[string]func(config.Relay, relay.Env) (relay.Destination, error){
	"command":    command.New,
	"datadog":    datadog.New,
	"file":       file.New,
	"mattermost": mattermost.New,
	"servicenow": servicenow.New,
	"slack":      slack.New,
	"splunk":     splunk.New,
	"sql":        sql.New,
	"syslog":     syslog.New,
	"teams":      teams.New,
	"webhook":    webhook.New,
}

// New makes the destination of a relay.
func New(c config.Relay, e relay.Env) (relay.Destination, error) {
	construct, ok := constructors[c.Kind]
	if !ok {
		return nil, fmt.Errorf("relay %s: there is no kind %q", c.Name, c.Kind)
	}
	if err := c.MayRun(); err != nil {
		return nil, fmt.Errorf("relay %s: command: %w", c.Name, err)
	}
	d, err := construct(c, e)
	if err != nil {
		return nil, fmt.Errorf("relay %s: %w", c.Name, err)
	}
	return d, nil
}

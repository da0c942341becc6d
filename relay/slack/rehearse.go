package slack

import "foghorn/relay"

// Rehearse answers as Slack does when it takes a message.
func (s *slack) Rehearse(*relay.Request) *relay.Answer {
	if s.hook != "" {
		return &relay.Answer{Status: 200, Body: []byte("ok")}
	}
	return &relay.Answer{Status: 200, Body: []byte(`{"ok":true,"ts":"1700000000.000100"}`)}
}

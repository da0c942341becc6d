package e2e

import (
	"encoding/base64"
	"fmt"
	"net/http"
	"strings"

	"foghorn/relay/relaytest"
)

// place is one way in which a relay speaks HTTP: how it is configured, the stand-in of
// its service, and what people find there.
type place struct {
	name  string
	table string // of the configuration; %s is where the service is
	// secrets are parts of the configuration that must never be seen, besides those that
	// are secrets as a whole.
	secrets []string
	stand   func(*stepClock) (behind http.Handler, found func(name string) int)
	// twice says that an item whose answer was lost is there twice.
	twice bool
	// wrong is an answer that says yes by its code and no by its body, and what it means.
	wrong     string
	wrongCode int
	want      string // of wrong
	// any says that each answer with 2xx is a yes, whatever its body says.
	any bool
}

// The secrets of the places.
const (
	mattermostToken = "bottokenbottokenbottokenbo"
	datadogKey      = "0123456789abcdef0123456789abcdef"
	splunkToken     = "11111111-2222-3333-4444-555555555555"
	serviceNowWord  = "correct-horse-battery-staple"
	webhookSecret   = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
	webhookPath     = "in/hook-path-that-nobody-may-see"
)

// places are all ways in which relays speak HTTP.
func places() []place {
	slack := func(c *stepClock) (http.Handler, func(string) int) {
		s := relaytest.NewSlack(slackToken, c.Now)
		return s, func(name string) (n int) {
			for _, m := range s.Messages("C0123456789") {
				if m.Thread == "" && !m.Hidden && strings.Contains(m.Text, name) {
					n++
				}
			}
			return n
		}
	}
	mattermost := func(c *stepClock) (http.Handler, func(string) int) {
		m := relaytest.NewMattermost(c.Now)
		return m, func(name string) (n int) {
			for _, p := range m.Posts() {
				if p.RootID == "" && strings.Contains(p.Message, name) {
					n++
				}
			}
			return n
		}
	}
	splunk := func(ack bool) func(*stepClock) (http.Handler, func(string) int) {
		return func(*stepClock) (http.Handler, func(string) int) {
			s := relaytest.NewSplunk(relaytest.SplunkToken{Value: splunkToken, Ack: ack})
			return s, func(name string) (n int) {
				for _, e := range s.Events() {
					if strings.Contains(string(e.Event), name) {
						n++
					}
				}
				return n
			}
		}
	}
	return []place{
		{name: "slack bot", stand: slack, twice: true, wrongCode: 200, wrong: `{"ok":false,"error":"invalid_auth"}`, want: misconfigured,
			table: "kind = \"slack\"\ntoken = \"" + slackToken + "\"\nchannel = \"C0123456789\"\nurl = \"%s/api/\"\ngroup = \"none\""},
		{name: "slack hook", stand: slack, twice: true, wrongCode: 200, wrong: `{"ok":false,"error":"fatal_error"}`, want: waits, secrets: []string{"synthetichooksecret000"},
			table: "kind = \"slack\"\nurl = \"%s" + relaytest.SlackHook + "\"\ngroup = \"none\""},
		{name: "mattermost bot", stand: mattermost, wrongCode: 200, wrong: `{"id":"api.x.app_error","message":"no","status_code":500}`, want: misconfigured,
			table: "kind = \"mattermost\"\ntoken = \"" + mattermostToken + "\"\nserver = \"%s\"\nchannel = \"cnetworkalertscnetworkaler\"\ngroup = \"none\""},
		{name: "mattermost hook", stand: mattermost, twice: true, wrongCode: 200, wrong: "no", want: misconfigured, secrets: []string{"xxx-generatedkey-xxx"},
			table: "kind = \"mattermost\"\nurl = \"%s/hooks/xxx-generatedkey-xxx\"\ngroup = \"none\""},
		{name: "teams", stand: standTeams, twice: true, wrongCode: 200, secrets: []string{"made-up-signature"}, want: waits,
			wrong: "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId tcid=0",
			table: "kind = \"teams\"\nurl = \"%s/workflows/1/triggers/manual/paths/invoke?sig=made-up-signature\"\ngroup = \"none\""},
		{name: "servicenow", stand: standServiceNow, wrongCode: 201, wrong: `{"error":{"message":"Operation Failed","detail":"a business rule says no"},"status":"failure"}`, want: refused,
			secrets: []string{base64.StdEncoding.EncodeToString([]byte("foghorn:" + serviceNowWord))},
			table:   "kind = \"servicenow\"\nurl = \"%s\"\nuser = \"foghorn\"\npassword = \"" + serviceNowWord + "\""},
		{name: "datadog", stand: standDatadog, twice: true, any: true, wrongCode: 202, wrong: `{"errors":[{"detail":"no"}]}`, want: waits,
			table: "kind = \"datadog\"\nurl = \"%s\"\napi_key = \"" + datadogKey + "\"\nsend = \"events\""},
		{name: "splunk", stand: splunk(false), twice: true, wrongCode: 200, wrong: `{"text":"Server is busy","code":9}`, want: waits,
			table: "kind = \"splunk\"\nurl = \"%s\"\ntoken = \"" + splunkToken + "\""},
		{name: "splunk ack", stand: splunk(true), twice: true, wrongCode: 200, wrong: `{"text":"Invalid token","code":4}`, want: misconfigured,
			table: "kind = \"splunk\"\nurl = \"%s\"\ntoken = \"" + splunkToken + "\"\nack = true"},
		{name: "webhook", stand: standWebhook, twice: true, any: true, wrongCode: 200, wrong: `{"error":"no"}`, want: sent, secrets: []string{"hook-path-that-nobody-may-see"},
			table: "kind = \"webhook\"\nurl = \"%s/" + webhookPath + "\"\nsecret = \"" + webhookSecret + "\"\nsigning = \"standard\""},
	}
}

func standTeams(c *stepClock) (http.Handler, func(string) int) {
	s := relaytest.NewTeams(c.Now)
	return s, func(name string) (n int) {
		for _, card := range s.Cards() {
			if strings.Contains(string(card.Body), name) {
				n++
			}
		}
		return n
	}
}

func standServiceNow(c *stepClock) (http.Handler, func(string) int) {
	s := relaytest.NewServiceNow(relaytest.ServiceNowOptions{User: "foghorn", Password: serviceNowWord, Now: c.Now})
	return s, func(name string) (n int) {
		for _, row := range s.Incidents() {
			if strings.Contains(row["short_description"], name) {
				n++
			}
		}
		return n
	}
}

func standDatadog(c *stepClock) (http.Handler, func(string) int) {
	s := relaytest.NewDatadog(datadogKey, c.Now)
	return s, func(name string) (n int) {
		for _, l := range s.Logs() {
			if strings.Contains(string(l.JSON), name) {
				n++
			}
		}
		return n
	}
}

func standWebhook(c *stepClock) (http.Handler, func(string) int) {
	s := relaytest.NewWebhook(relaytest.WebhookOptions{StandardSecret: webhookSecret}, c.Now)
	return s, func(name string) (n int) {
		for _, p := range s.Posts() {
			if strings.Contains(string(p.Body), name) {
				n++
			}
		}
		return n
	}
}

// at is the table of the place, with the service at a base, and lines of its own.
func (p *place) at(base, lines string) string {
	return "[[relay]]\nname = \"r\"\n" + fmt.Sprintf(p.table, base) + "\n" + lines
}

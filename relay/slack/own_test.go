package slack

import (
	"encoding/json"

	"foghorn/journal/event"
)

// failedBackup is the end of a job, with an error that tries to ring somebody.
func failedBackup() *event.Event {
	return &event.Event{ID: 4120000, Time: start, Received: start, Source: "acme", Topic: event.TopicJobs, Type: "JOB_PARTIAL", Severity: event.Warn,
		Text: "Backup of acme: partial after 1m41s: 2 of 3 sites: some of it failed",
		Raw:  json.RawMessage(`{"job":7,"kind":"backup","state":"partial","via":"cli","actor":"kim","error":"2 of 3 sites: some of it failed\nvienna: 403 <!channel>\n*berlin*: no answer"}`)}
}

func violation(of string) *event.Event {
	return &event.Event{ID: 4130000, Time: start, Received: start, Source: "acme", Topic: event.TopicConfigs, Type: "rule", Severity: event.Warn, Site: "berlin",
		Text: of + ": is open and has no portal, rule open-wlan", Raw: json.RawMessage(`{}`)}
}

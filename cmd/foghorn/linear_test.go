package main

import (
	"testing"
	"time"

	"foghorn/journal"
	"foghorn/journal/event"
)

// A sentence begins with the severity as a word and says what, where, by whom and why.
func TestStepsAreSentences(t *testing.T) {
	began := time.Date(2026, 11, 27, 13, 3, 4, 0, time.UTC)
	ended := began.Add(6*time.Minute + 12*time.Second)
	for want, s := range map[string]event.AlertStep{
		"Critical: Switch sw-1 is down, at berlin.":                {Step: "opened", To: event.Open, Severity: event.Critical, Title: "Switch sw-1 is down", Device: "sw-1", Site: "berlin"},
		"Warning again: ap-7: AP is disconnected.":                 {Step: "reopened", From: event.Resolved, To: event.Open, Severity: event.Warn, Title: "AP is disconnected", Device: "ap-7"},
		"Now critical: 5c:5b:35:00:00:01: is down.":                {Step: "severity", From: event.Open, To: event.Open, Severity: event.Critical, Title: "is down", DeviceMAC: "5c5b35000001"},
		"Now critical: ap-7 is slow.":                              {Step: "severity", From: event.Acked, To: event.Acked, Severity: event.Critical, Title: "ap-7 is slow", Device: "ap-7"},
		"Info, acked by ada: ap-7 is slow. Reason: on it.":         {Step: "acked", From: event.Open, To: event.Acked, Severity: event.Info, Title: "ap-7 is slow", Device: "ap-7", Actor: "ada", Reason: "on it"},
		"Info, no longer acked by ada: ap-7 is slow.":              {Step: "unacked", From: event.Acked, To: event.Open, Severity: event.Info, Title: "ap-7 is slow", Device: "ap-7", Actor: "ada"},
		"Info, no longer snoozed: ap-7 is slow.":                   {Step: "woke", From: event.Snoozed, To: event.Open, Severity: event.Info, Title: "ap-7 is slow", Device: "ap-7"},
		"Info, resolved after 6m12s: ap-7 is slow.":                {Step: "resolved", From: event.Open, To: event.Resolved, Severity: event.Info, Title: "ap-7 is slow", Device: "ap-7"},
		"Info, resolved: Switch sw-1 was down 6m12s.":              {Step: "resolved", From: event.Open, To: event.Resolved, Severity: event.Info, Title: "Switch sw-1 was down 6m12s", Device: "sw-1"},
		"Info, closed by ada: ap-7 is slow. Reason: gone.":         {Step: "resolved", From: event.Open, To: event.Resolved, Severity: event.Info, Title: "ap-7 is slow", Device: "ap-7", Actor: "ada", Reason: "gone."},
		"Critical, resolved: alert a345, which is no longer kept.": {Step: "resolved", To: event.Resolved, Severity: event.Critical, AlertID: event.ID(345, 0)},
	} {
		if s.Time = ended; s.Title != "" {
			s.Opened = began
		}
		if got := stepSentence(&s); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestTroublesAreSentences(t *testing.T) {
	for want, trouble := range map[string]journal.Trouble{
		"Critical: deliveries of acme are refused, 6 in a row. Reason: the secret differs; compare them.": {Kind: journal.SourceRefused, Name: "acme", What: "deliveries of acme are refused, 6 in a row", Detail: "the secret differs; compare them."},
		"Warning: acme api has sent nothing for 4m.":                                                      {Kind: journal.FeedStale, Name: "acme", What: "acme api has sent nothing for 4m"},
	} {
		if got := troubleSentence(trouble); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

package decode

import (
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/mist"
)

// ReadAudit reads an element of the topic audits; false for what is not one.
func ReadAudit(raw []byte) (event.Audit, bool) {
	fields, ok := mist.Fields(raw, nil)
	if !ok {
		return event.Audit{}, false
	}
	return auditOf(&element{fields: fields}), true
}

func auditOf(el *element) event.Audit {
	a := event.Audit{Admin: adminName(el.text("admin_name")), Address: safetext.Clip(el.text("src_ip"), maxID)}
	a.Action, a.Object, _ = strings.Cut(strings.TrimSpace(safetext.Clip(el.text("message"), maxText)), " ")
	changes, total := changesOf(el.value("before"), el.value("after"))
	a.Changes, a.More = changes, total-len(changes)
	return a
}

// adminName is the name out of Mist's "Name mail@example.com".
func adminName(s string) string {
	s = strings.TrimSpace(safetext.Clip(s, maxName))
	if i := strings.LastIndexByte(s, ' '); i > 0 && strings.Contains(s[i:], "@") {
		s = strings.TrimSpace(s[:i])
	}
	return s
}

// done are the past tenses of the verbs that Mist's messages begin with.
var done = map[string]string{
	"login": "logged in", "logout": "logged out", "set": "set", "send": "sent", "reset": "reset", "put": "put", "run": "ran",
}

// pastOf is the past tense of the verb a message begins with, or "": Invoked is past.
func pastOf(verb string) string {
	verb = strings.ToLower(verb)
	switch past, irregular := done[verb]; {
	case irregular:
		return past
	case strings.HasSuffix(verb, "ed"):
		return verb
	case !auditVerbs[verb]:
		return ""
	case strings.HasSuffix(verb, "e"):
		return verb + "d"
	case strings.HasSuffix(verb, "y"):
		return strings.TrimSuffix(verb, "y") + "ied"
	case verb == "unplug" || verb == "swap" || verb == "stop":
		return verb + verb[len(verb)-1:] + "ed"
	}
	return verb + "ed"
}

// auditVerbs are the regular verbs among them.
var auditVerbs = wordSet("update add create delete remove assign unassign upgrade restart reboot replace claim release adopt clone import export invite " +
	"revoke enable disable start stop clear move rename modify change register unregister locate unlocate push sync approve reject request upload " +
	"provision convert bounce ack acknowledge unack cancel schedule reboot view access invoke install uninstall download generate rotate restore apply copy merge " +
	"swap deny allow block unblock authorize reauthorize deauthorize disconnect")

// looking are the verbs of what changes nothing.
var looking = wordSet("login logout log accessed access invoked invoke viewed view locate unlocate export download")

func wordSet(words string) map[string]bool {
	m := map[string]bool{}
	for w := range strings.FieldsSeq(words) {
		m[w] = true
	}
	return m
}

// readAudit reads what an admin did:
//
//	John Doe updated WLAN "Corp": auth_servers[0].host 10.0.8.40 → 10.0.8.4 (+3 more)
func readAudit(el *element, e *event.Event) {
	a := auditOf(el)
	head, _, _ := strings.Cut(el.text("message"), ` "`)
	e.Rank.Name = safetext.Clip(head, maxID) // audits have no type: Update Site "Vienna" is ranked as Update Site
	who, what := a.Admin, joinNonEmpty(" ", a.Action, a.Object)
	if who == "" {
		who = "Somebody" // changes by Mist itself have no admin
	}
	if !looking[strings.ToLower(a.Action)] {
		e.Change = event.ChangeAudit
	}
	past := pastOf(a.Action)
	switch {
	case what == "":
		e.Text = who + " changed something that the audit does not name"
	case past != "":
		e.Text = joinNonEmpty(" ", who, past, a.Object)
	default:
		e.Text = who + ": " + what
	}
	if !isMissing(el.value("before")) && !isMissing(el.value("after")) { // else all of it is new, or gone
		e.Text = joinNonEmpty(": ", e.Text, a.FirstChange())
	}
}

// isMissing reports whether an audit lacks a side.
func isMissing(v mist.Value) bool {
	side, ok := unwrapped(v)
	return ok && side == nil
}

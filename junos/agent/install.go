package agent

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"foghorn/junos"
)

// Install has the parameters of a device's configuration.
type Install struct {
	URL       string
	Secret    string
	User      string // the device's user that runs the script
	Events    []string
	Heartbeat time.Duration // none when zero
}

// policy is the prefix of the names in the device's configuration.
const policy = "FOGHORN"

// thinned are events that come in floods, of which only the first in a minute are
// sent. It must not contain an event that opens or closes a condition: after a
// flapping link's last event, the alert would show the wrong state.
var thinned = map[string]string{
	"LOGIN_FAILED":              "trigger until 5",
	"SSHD_LOGIN_FAILED":         "trigger until 5",
	"UI_LOGIN_EVENT":            "trigger until 10",
	"DH_SVC_SENDMSG_FAILURE":    "trigger until 3",
	"TOPO_CH":                   "trigger until 5",
	"ROOT_PORT":                 "trigger until 5",
	"DOT1XD_USR_UNATHENTICATED": "trigger until 10",
	"DOT1XD_USR_AUTHENTICATED":  "trigger until 10",
	"DOT1XD_USR_ACCESS_DENIED":  "trigger until 10",
}

// thinnedWithin is the interval for the counts in thinned, in seconds.
const thinnedWithin = 60

// matched has the patterns that the messages of generic ids must match, because
// these ids cover everything that a component logs.
var matched = map[string]string{
	"SYSTEM": "[Aa]larm (set|cleared)",
	"KERNEL": "(error|fail|panic)",
	"PIC":    "(error|fail)",
	"PFE":    "(error|fail)",
	"LCC":    "(error|fail)",
	"SCC":    "(error|fail)",
}

// beginnings are the ids to hook for the catalogue's prefix entries, because a
// policy needs complete ids.
var beginnings = []string{"JSRPD_RG_STATE_CHANGE", "JSRPD_HA_CONTROL_LINK_DOWN", "JSRPD_HA_CONTROL_LINK_UP", "DOT1XD_USR_UNATHENTICATED"}

// notByDefault are events of components that most devices do not have, and
// logins, which are frequent.
var notByDefault = []string{"PFE", "LCC", "SCC", "FPC 0 PIC 0", "UI_LOGIN_EVENT", "DOT1XD_USR_AUTHENTICATED"}

// Refused returns why an event must not be hooked, or "" if it may be.
func Refused(event string) string {
	switch {
	case event == "EVENTD_POLICY_LIMIT_EXCEEDED":
		return "cannot be hooked: it says that no further policy can run; send it by syslog"
	case event == "UI_COMMIT_PROGRESS":
		return "comes some 25 times with each commit and would use up the 15 policies that run at a time: hook UI_COMMIT_COMPLETED"
	case event == junos.Heartbeat:
		return "is hooked with the heartbeat's own timer"
	case strings.TrimSpace(event) == "" || len(event) > junos.MaxEvent || strings.ContainsFunc(event, func(r rune) bool { return r < ' ' || r > '~' || strings.ContainsRune("\"'`\\*", r) }):
		return "is not the id of an event"
	}
	return ""
}

// DefaultEvents lists the catalogue's ids that are worth hooking, without those
// of level 4.
func DefaultEvents() []string {
	var out []string
	for _, e := range junos.Catalogue() {
		if e.Level < 4 && Refused(e.ID) == "" && !slices.Contains(notByDefault, e.ID) {
			out = append(out, e.ID)
		}
	}
	return append(out, beginnings...)
}

// statement is a Junos configuration statement: its words, and the statements in
// braces after them. A leaf has none.
type statement struct {
	words string
	list  []string // after the words, as in "events [ A B ]"
	inner []*statement
}

func leaf(words string) *statement { return &statement{words: words} }
func block(words string, inner ...*statement) *statement {
	return &statement{words: words, inner: inner}
}

// statements returns the whole configuration.
func (i Install) statements() []*statement {
	options := block("event-options")
	add := func(s ...*statement) { options.inner = append(options.inner, s...) }
	var plain []string
	var own []*statement
	for _, id := range i.Events {
		count, thin := thinned[id]
		match, bare := matched[id]
		if !thin && !bare {
			plain = append(plain, quote(id))
			continue
		}
		p := block("policy "+quote(policy+"-"+id), &statement{words: "events", list: []string{quote(id)}})
		if bare {
			p.inner = append(p.inner, block("attributes-match", leaf(id+".message matches "+always(match))))
		}
		if thin || bare && id != "SYSTEM" {
			if count == "" {
				count = "trigger until 10"
			}
			p.inner = append(p.inner, block(fmt.Sprintf("within %d", thinnedWithin), leaf(count)))
		}
		p.inner = append(p.inner, i.then())
		own = append(own, p)
	}
	if i.Heartbeat > 0 {
		add(block("generate-event "+junos.Heartbeat, leaf(fmt.Sprintf("time-interval %d", int(i.Heartbeat.Seconds())))))
	}
	if len(plain) > 0 {
		add(block("policy "+policy, &statement{words: "events", list: plain}, i.then()))
	}
	add(own...)
	if i.Heartbeat > 0 {
		add(block("policy "+policy+"-HEARTBEAT", &statement{words: "events", list: []string{junos.Heartbeat}}, i.then()))
	}
	add(block("event-script", block("file "+File, leaf("python-script-user "+quote(i.User)), leaf("checksum sha-256 "+Checksum()))))
	return []*statement{block("system", block("scripts", leaf("language python3"))), options}
}

func (i Install) then() *statement {
	return block("then", block("event-script "+File, block("arguments", leaf("url "+always(i.URL)), leaf("secret "+always(i.Secret)))))
}

// Set returns the configuration as set commands, one per line.
func (i Install) Set() []string {
	var out []string
	for _, s := range i.statements() {
		out = s.set("set", out)
	}
	return out
}

func (s *statement) set(path string, out []string) []string {
	path += " " + s.words
	for _, item := range s.list {
		out = append(out, path+" "+item)
	}
	for _, in := range s.inner {
		out = in.set(path, out)
	}
	if len(s.list)+len(s.inner) == 0 {
		out = append(out, path)
	}
	return out
}

// Curly returns the configuration in braces, for load merge.
func (i Install) Curly() string {
	var b strings.Builder
	for _, s := range i.statements() {
		s.curly(&b, "")
	}
	return b.String()
}

// perLine is the number of events in one set command: terminals accept pasted
// lines only up to some length.
const perLine = 3

func (s *statement) curly(b *strings.Builder, indent string) {
	const step = "    "
	switch {
	case len(s.list) == 1:
		fmt.Fprintf(b, "%s%s %s;\n", indent, s.words, s.list[0])
	case len(s.list) > 0:
		fmt.Fprintf(b, "%s%s [\n", indent, s.words)
		for items := range slices.Chunk(s.list, perLine) {
			fmt.Fprintf(b, "%s%s\n", indent+step, strings.Join(items, " "))
		}
		fmt.Fprintf(b, "%s];\n", indent)
	case len(s.inner) > 0:
		fmt.Fprintf(b, "%s%s {\n", indent, s.words)
		for _, in := range s.inner {
			in.curly(b, indent+step)
		}
		fmt.Fprintf(b, "%s}\n", indent)
	default:
		fmt.Fprintf(b, "%s%s;\n", indent, s.words)
	}
}

// quote returns a word, quoted only if Junos requires it.
func quote(s string) string {
	plain := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.", r)
	}
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) {
		return s
	}
	return always(s)
}

// always returns a quoted text.
func always(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

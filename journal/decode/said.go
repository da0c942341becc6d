package decode

import (
	"regexp"
	"strings"

	"foghorn/journal/condition"
)

// said is a condition in words.
type said struct {
	title string // what holds, and why: "BGP neighbor 192.0.2.9 down (hold time expired)"
	text  string // what began or ended, and what else the device said about it
}

// conditionText words the beginning or the end of a condition: the object and its state
// first, then why, then what the device's own message adds. reason is one that the
// sender gives beside the message.
func conditionText(k *condition.Kind, object string, begins bool, message, reason string) said {
	why := ""
	if begins {
		if why = k.Reason(message); why == "" && !strings.EqualFold(reason, "unknown") {
			why = reason
		}
	}
	s := said{title: k.Sentence(object) + parens(why)}
	s.text = s.title
	if over := k.Over(object); !begins && over != "" {
		s.text = over
	}
	if message = linkStates.ReplaceAllString(message, ""); addsTo(s.text, message) {
		s.text += "; " + message
	}
	return s
}

// addsTo reports whether a message says more than a sentence.
func addsTo(sentence, message string) bool {
	known := map[string]bool{}
	for _, w := range wordsOf(sentence) {
		known[w] = true
	}
	for _, w := range wordsOf(message) {
		if !known[w] && !emptyWords[w] {
			return true
		}
	}
	return false
}

var (
	// linkStates are the states and the index of a link that a message begins with.
	linkStates = regexp.MustCompile(`^(?:if[A-Z]\w+ \S+(?:, | |$))+`)
	emptyWords = wordSet("a an the is are was has been now to with of on at in went gone came neighbor peer session interface port link status state power off")
)

func wordsOf(s string) []string {
	return strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return strings.ContainsRune(` ,;()"'=`, r) })
}

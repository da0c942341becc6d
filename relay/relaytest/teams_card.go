package relaytest

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
)

// What Teams knows of Adaptive Cards 1.4, as far as relays need it.
var (
	teamsStyles  = []any{nil, "default", "emphasis", "good", "attention", "warning", "accent"}
	teamsColors  = []any{nil, "Default", "Dark", "Light", "Accent", "Good", "Warning", "Attention"}
	teamsMention = regexp.MustCompile(`</?at>|\{\{(DATE|TIME)\(`)
)

// teamsElements says what is wrong with the elements of a card. Text that would be cut to
// one line, or that mentions somebody, counts as wrong.
func teamsElements(list []any) string {
	for _, item := range list {
		e, ok := item.(map[string]any)
		if !ok {
			return fmt.Sprintf("%v is no element", item)
		}
		if why := teamsElement(e); why != "" {
			return why
		}
	}
	return ""
}

func teamsElement(e map[string]any) string {
	text, _ := e["text"].(string)
	items, _ := e["items"].([]any)
	facts, _ := e["facts"].([]any)
	switch kind := e["type"]; {
	case !slices.Contains(teamsStyles, e["style"]) || !slices.Contains(teamsColors, e["color"]):
		return fmt.Sprintf("style %v and color %v are not known", e["style"], e["color"])
	case kind == "TextBlock" && text == "":
		return "a TextBlock has no text"
	case kind == "TextBlock" && e["wrap"] != true:
		return fmt.Sprintf("%.40q would be cut to one line", text)
	case kind == "TextBlock" && teamsMention.MatchString(text):
		return fmt.Sprintf("%.40q acts", text)
	case kind == "Container" && len(items) == 0:
		return "a Container is empty"
	case kind == "Container":
		return teamsElements(items)
	case kind == "FactSet" && len(facts) == 0:
		return "a FactSet is empty"
	case kind == "FactSet":
		return teamsFacts(facts)
	case kind != "TextBlock":
		return fmt.Sprintf("%v is not shown in Teams", kind)
	}
	return ""
}

func teamsFacts(facts []any) string {
	for _, f := range facts {
		fact, _ := f.(map[string]any)
		title, _ := fact["title"].(string)
		value, _ := fact["value"].(string)
		if title == "" || value == "" {
			return fmt.Sprintf("%v is no fact", f)
		}
		if teamsMention.MatchString(title + value) {
			return fmt.Sprintf("%.40q acts", value)
		}
	}
	return ""
}

// teamsActions says what is wrong with the buttons: only those that open an address work.
func teamsActions(v any) string {
	list, _ := v.([]any)
	if v != nil && len(list) == 0 || len(list) > 6 {
		return fmt.Sprintf("%d actions", len(list))
	}
	for _, item := range list {
		a, _ := item.(map[string]any)
		address, _ := a["url"].(string)
		title, _ := a["title"].(string)
		if u, err := url.Parse(address); a["type"] != "Action.OpenUrl" || title == "" || err != nil || u.Scheme != "https" {
			return fmt.Sprintf("the action %v does not work in Teams", item)
		}
	}
	return ""
}

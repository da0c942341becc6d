package relaytest

import (
	"html"
	"regexp"
	"strings"
	"unicode"
)

// Mattermost makes mentions and links of what Slack writes for them, before it reads the
// Markdown of a hook.
var (
	slackAnnouncement = regexp.MustCompile(`<!(here|channel|all|everyone)(\|[^>]*)?>`)
	slackLink         = regexp.MustCompile(`<([^<|]+)\|([^>]+)>`)
	markdownEscape    = regexp.MustCompile("\\\\([!-/:-@\\[-`{-~])")
	codeBlock         = regexp.MustCompile("(?ms)^```$.*?^```$")
	codeSpan          = regexp.MustCompile("`[^`\n]*`")
)

func slackText(s string) string {
	s = slackAnnouncement.ReplaceAllString(s, "@$1")
	return slackLink.ReplaceAllString(s, "[$2]($1)")
}

func slackAttachments(list []any) []any {
	for _, a := range list {
		m, ok := a.(map[string]any)
		if !ok {
			continue
		}
		for _, key := range []string{"text", "pretext", "title"} {
			if s, ok := m[key].(string); ok {
				m[key] = slackText(s)
			}
		}
		fields, _ := m["fields"].([]any)
		for _, f := range fields {
			if f, ok := f.(map[string]any); ok {
				if s, ok := f["value"].(string); ok {
					f["value"] = slackText(s)
				}
			}
		}
	}
	return list
}

// MattermostMentions finds the words of a text that ring people.
func MattermostMentions(text string) []string { return mentions(&MattermostPost{Message: text}) }

// mentions finds the words of a post that ring people. Any word that begins with @ counts,
// because anybody may be called so.
func mentions(p *MattermostPost) (out []string) {
	texts := []string{p.Message}
	for _, a := range p.Attachments() {
		for _, key := range []string{"pretext", "text"} {
			if s, ok := a[key].(string); ok {
				texts = append(texts, s)
			}
		}
		fields, _ := a["fields"].([]any)
		for _, f := range fields {
			if f, ok := f.(map[string]any); ok {
				if s, ok := f["value"].(string); ok {
					texts = append(texts, s)
				}
			}
		}
	}
	for _, t := range texts {
		t = codeBlock.ReplaceAllString(t, " ")
		t = codeSpan.ReplaceAllString(strings.ReplaceAll(t, "\\`", " "), " ")
		t = html.UnescapeString(markdownEscape.ReplaceAllString(t, "$1"))
		for _, word := range strings.FieldsFunc(t, func(r rune) bool {
			return !strings.ContainsRune(":.-_@", r) && !unicode.IsLetter(r) && !unicode.IsNumber(r)
		}) {
			word = strings.TrimLeft(word, ":.-_")
			for _, part := range append([]string{word}, strings.FieldsFunc(word, func(r rune) bool { return r == ':' || r == '.' || r == '-' })...) {
				if len(part) > 1 && part[0] == '@' && strings.Trim(part, "@") != "" {
					out = append(out, part)
				}
			}
		}
	}
	return out
}

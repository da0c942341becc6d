package junos

import "strings"

// Plain returns a message without the event id it usually begins with, and
// without the colon some begin with in its place: "UI_COMMIT_COMPLETED:  : commit
// complete".
func Plain(id, message string) string {
	if rest, ok := strings.CutPrefix(message, id+":"); ok {
		message = rest
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(message), ": "))
}

package junos

import "strings"

// Plain removes the event id at the beginning of a message, and the extra colon
// that some messages have after it: "UI_COMMIT_COMPLETED:  : commit complete".
func Plain(id, message string) string {
	if rest, ok := strings.CutPrefix(message, id+":"); ok {
		message = rest
	}
	return strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(message), ": "))
}

package journal

import (
	"foghorn/journal/decode"
	"foghorn/journal/event"
)

// AuditOf is what an event of the topic audits says, given its element (see
// [Journal.Raw]): who changed which settings from what to what. It is nil for other
// events, and without the element. Secrets are listed without their values.
func AuditOf(ev *event.Event, raw []byte) *event.Audit {
	if ev.Topic != event.TopicAudits {
		return nil
	}
	a, ok := decode.ReadAudit(raw)
	if !ok {
		return nil
	}
	return &a
}

package relay

import (
	"encoding/json"
	"testing"

	"foghorn/journal/event"
)

// An element that is cut off would make the whole item no JSON, and a service would
// refuse it for ever.
func TestAnItemIsJSONWhateverItsElementIs(t *testing.T) {
	t.Parallel()
	for _, raw := range []string{"", `{"a":1}`, `{"a":"cut o`, "\xff\xfe", "null"} {
		e := event.Event{ID: 3450012, Raw: json.RawMessage(raw)}
		for _, it := range []Item{{Event: &e}, {Notice: &Notice{Alerts: []event.Alert{{ID: 3450000}}, Event: &e}}} {
			text, err := it.JSON()
			if err != nil || !json.Valid(text) {
				t.Errorf("%q: %v: %s", raw, err, text)
			}
			if e.Raw != nil && string(e.Raw) != raw {
				t.Errorf("the event itself was changed to %q", e.Raw)
			}
		}
	}
}

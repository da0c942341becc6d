package servicenow

import (
	"encoding/json"
	"net/http"
	"net/url"
	"path"

	"foghorn/relay"
)

// rehearsed is the incident of rehearsals.
const rehearsed = "0123456789abcdef0123456789abcdef"

// Rehearse answers as an instance does that has an incident once it was opened.
func (d *destination) Rehearse(request *relay.Request) *relay.Answer {
	row := map[string]string{"sys_id": rehearsed, "number": "INC0000000", "state": stateInProgress, "active": "true"}
	u, err := url.Parse(request.URL)
	if request.Step == stepLookUp && (err != nil || path.Base(u.Path) != rehearsed) {
		return &relay.Answer{Status: http.StatusOK, Body: []byte(`{"result":[]}`)}
	}
	var written fields
	if json.Unmarshal(request.Body, &written) == nil && written.State != "" {
		row["state"] = written.State
	}
	text, _ := json.Marshal(map[string]any{"result": row}) // texts can always be written
	return &relay.Answer{Status: http.StatusOK, Body: text}
}

package mattermost

import (
	"encoding/json"
	"strconv"

	"foghorn/relay"
	"foghorn/relay/chattext"
)

// serverError is the body of Mattermost's errors.
type serverError struct {
	ID      string `json:"id"`
	Message string `json:"message"`
}

func parseError(a *relay.Answer) (e serverError, ok bool) {
	ok = json.Unmarshal(a.Body, &e) == nil && e.ID != ""
	return e, ok
}

// explain is the error in a line, with its id, which people can search for.
func (e serverError) explain(status int) string {
	const most = 200
	return strconv.Itoa(status) + ": " + join(" ", chattext.Line(e.Message, most), "("+chattext.Line(e.ID, most)+")")
}

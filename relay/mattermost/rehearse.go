package mattermost

import (
	"net/http"
	"strings"

	"foghorn/relay"
)

// Rehearse answers as Mattermost does when it takes a post.
func (b *bot) Rehearse(*relay.Request) *relay.Answer {
	return &relay.Answer{Status: http.StatusCreated, Body: []byte(`{"id":"` + strings.Repeat("p", idLength) + `"}`)}
}

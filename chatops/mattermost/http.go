package mattermost

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"foghorn/chatops/platform"
	"foghorn/config"
)

const (
	// maxBody bounds a request. What people type is 16,383 characters at most.
	maxBody     = 256 << 10
	basePath    = "/api/v1/chatops/mattermost/"
	commandPath = "commands"
	actionPath  = "actions"
)

// Endpoints are what Mattermost posts to: slash commands, and clicks on buttons.
func (s *Mattermost) Endpoints() []platform.Endpoint {
	return []platform.Endpoint{
		{Path: basePath + commandPath, Handler: s.endpoint("command", "application/x-www-form-urlencoded", s.serveCommand)},
		{Path: basePath + actionPath, Handler: s.endpoint("click", "application/json", s.serveAction)},
	}
}

// endpoint takes a body of a kind.
func (s *Mattermost) endpoint(what, kind string, serve func(http.ResponseWriter, *http.Request, []byte)) http.HandlerFunc {
	takes := platform.Takes{What: what, Most: maxBody, Advice: "set the request method of the slash command to POST"}
	return s.Endpoint(takes, func(w http.ResponseWriter, r *http.Request, body []byte) {
		got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || got != kind {
			s.Refuse(r.Context(), w, http.StatusUnsupportedMediaType, fmt.Sprintf("a %s is %.64q, not %s", what, r.Header.Get("Content-Type"), kind))
			return
		}
		serve(w, r, body)
	})
}

// same compares secrets in a time that says nothing about them.
func same(a, b string) bool {
	x, y := sha256.Sum256([]byte(a)), sha256.Sum256([]byte(b))
	return subtle.ConstantTimeCompare(x[:], y[:]) == 1
}

// verify returns the workspaces whose token a request has: in the form, in the header, or
// in both, where each must be right. Every token is tried, so that the time it takes tells
// nothing.
func verify(header http.Header, form url.Values, workspaces []config.ChatWorkspace) ([]config.ChatWorkspace, error) {
	if len(form["token"]) > 1 || len(header.Values("Authorization")) > 1 {
		return nil, errors.New("it has more than one token")
	}
	inForm := form.Get("token")
	inHeader, isToken := strings.CutPrefix(header.Get("Authorization"), "Token ")
	if !isToken {
		inHeader = "" // a proxy's own
	}
	if inForm == "" && inHeader == "" {
		return nil, errors.New("it has no token")
	}
	var right []config.ChatWorkspace
	tokens := 0
	for _, w := range workspaces {
		found := false
		for _, token := range w.CommandTokens() { // none is empty, which anybody could send
			tokens++
			formRight, headerRight := same(inForm, token), same(inHeader, token)
			if (formRight || inForm == "") && (headerRight || inHeader == "") {
				found = true
			}
		}
		if found {
			right = append(right, w)
		}
	}
	switch {
	case tokens == 0:
		return nil, errors.New("no workspace has a command_token")
	case len(right) == 0:
		return nil, errors.New("the token is wrong: copy the token of the slash command into command_token")
	}
	return right, nil
}

func (s *Mattermost) serveCommand(w http.ResponseWriter, r *http.Request, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil || !utf8.Valid(body) {
		s.Refuse(r.Context(), w, http.StatusBadRequest, "the body of a command is not a form")
		return
	}
	right, err := verify(r.Header, form, s.All())
	if err != nil {
		s.Refuse(r.Context(), w, http.StatusUnauthorized, "a command: "+err.Error())
		return
	}
	platform.WriteJSON(w, s.command(r.Context(), form, right, baseOf(r)))
}

// baseOf is where Mattermost reaches this listener, as a request that was found to be
// its own says; empty when that is no address.
func baseOf(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https") {
		scheme = "https"
	}
	base := strings.TrimSuffix(r.URL.Path, commandPath)
	u, err := url.Parse(scheme + "://" + r.Host + base)
	if err != nil || r.Host == "" || u.Host != r.Host || len(r.Host) > platform.MaxID || u.Path != base {
		return ""
	}
	return u.String()
}

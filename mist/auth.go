package mist

import (
	"context"
	"net/http"
	"strings"
)

// authorizer is who a client is. What it knows is behind functions, because fmt
// prints a function as an address and never looks inside.
type authorizer interface {
	// sign adds what authorises a request. login is true for the calls that log
	// in, which cannot wait for a session.
	sign(ctx context.Context, req *http.Request, login bool) error
	// header adds what authorises an upgrade of the stream.
	header(ctx context.Context, h http.Header) error
	// redact takes the secrets out of a text that may hold them.
	redact(s string) string
}

// masked stands where a secret was.
const masked = "<secret>"

// tokenAuth is an API token. The word is Token, not Bearer (FACTS section 2).
type tokenAuth struct{ reveal func() string }

func (a tokenAuth) sign(_ context.Context, req *http.Request, _ bool) error {
	req.Header.Set("Authorization", "Token "+a.reveal())
	return nil
}

func (a tokenAuth) header(_ context.Context, h http.Header) error {
	h.Set("Authorization", "Token "+a.reveal())
	return nil
}

func (a tokenAuth) redact(s string) string { return without(s, a.reveal()) }

// without replaces secrets in s. Very short ones would be found by chance in
// any text, and say nothing about themselves by being there.
func without(s string, secrets ...string) string {
	for _, secret := range secrets {
		if len(secret) >= 4 {
			s = strings.ReplaceAll(s, secret, masked)
		}
	}
	return s
}

package mist

import (
	"context"
	"net/http"
	"strings"
)

// authorizer is who a client is. What it knows is behind functions, because fmt
// prints a function as an address and never looks inside.
type authorizer interface {
	// ready makes sure that a call can be authorised, by logging in if need be.
	ready(ctx context.Context) error
	// sign adds what authorises a request.
	sign(req *http.Request)
	// header adds what authorises an upgrade of the stream.
	header(h http.Header)
	// redact takes the secrets out of a text that may hold them.
	redact(s string) string
}

// masked stands where a secret was.
const masked = "<secret>"

// tokenAuth is an API token. The word is Token, not Bearer (docs/mist-api.md,
// Authentication).
type tokenAuth struct{ reveal func() string }

func (a tokenAuth) ready(context.Context) error { return nil }

func (a tokenAuth) sign(req *http.Request) { a.header(req.Header) }

func (a tokenAuth) header(h http.Header) { h.Set("Authorization", "Token "+a.reveal()) }

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

// secretsOf lists what a call sends that must not come back in an error: the
// cloud repeats what it refuses.
func secretsOf(k call) []string {
	var out []string
	for name, values := range k.url.Query() {
		if secretName(name) {
			out = append(out, values...)
		}
	}
	body, _ := ParseObject(k.body)
	for _, m := range body {
		if secretName(string(m.Name)) {
			s, _ := m.Value.Text()
			out = append(out, s)
		}
	}
	return out
}

// secretName reports whether what has such a name is likely to be one.
func secretName(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"secret", "password", "passwd", "token", "two_factor", "psk", "passphrase", "jwt", "apikey", "api_key", "key"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

package mist

import (
	"context"
	"net/http"
	"strings"
)

// authorizer holds a client's credentials. Implementations keep secrets inside
// functions, because fmt prints a function as an address and never its contents.
type authorizer interface {
	// ready logs in if a call needs that first.
	ready(ctx context.Context) error
	// sign adds the credentials to a request.
	sign(req *http.Request)
	// header adds the credentials to the stream's upgrade request.
	header(h http.Header)
	// redact removes the secrets from a text.
	redact(s string) string
}

// masked replaces a secret.
const masked = "<secret>"

// tokenAuth authorizes by API token. The scheme is "Token", not "Bearer"
// (docs/mist-api.md, Authentication).
type tokenAuth struct{ reveal func() string }

func (a tokenAuth) ready(context.Context) error { return nil }

func (a tokenAuth) sign(req *http.Request) { a.header(req.Header) }

func (a tokenAuth) header(h http.Header) { h.Set("Authorization", "Token "+a.reveal()) }

func (a tokenAuth) redact(s string) string { return without(s, a.reveal()) }

// without replaces secrets in s. It skips very short ones: any text contains
// them by chance, so masking them would garble the text and protect nothing.
func without(s string, secrets ...string) string {
	for _, secret := range secrets {
		if len(secret) >= 4 {
			s = strings.ReplaceAll(s, secret, masked)
		}
	}
	return s
}

// secretsOf lists the secrets that a call sends. They must not appear in an
// error, and the cloud repeats values that it refuses.
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

// secretName reports whether a value with this name is likely a secret.
func secretName(name string) bool {
	name = strings.ToLower(name)
	for _, part := range []string{"secret", "password", "passwd", "token", "two_factor", "psk", "passphrase", "jwt", "apikey", "api_key", "key"} {
		if strings.Contains(name, part) {
			return true
		}
	}
	return false
}

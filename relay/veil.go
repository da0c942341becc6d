package relay

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"foghorn/config"
	"foghorn/internal/mask"
)

// veil hides the secrets of a relay in what people see of its requests.
type veil struct {
	set *mask.Set
	// bare says that the address is the credential: that of an incoming webhook.
	bare bool
}

// credential matches the names of headers whose values are hidden.
var credential = regexp.MustCompile(`(?i)auth|key|token|secret|cookie|password`)

func newVeil(c config.Relay) veil {
	var secrets []string
	for _, s := range []config.Secret{c.Token, c.APIKey, c.Password, c.Secret, c.DSN} {
		secrets = append(secrets, s.Reveal())
	}
	if !c.Password.IsZero() {
		secrets = append(secrets, base64.StdEncoding.EncodeToString([]byte(c.User+":"+c.Password.Reveal())))
	}
	secrets = append(secrets, headerSecrets(c.Headers)...)
	v := veil{bare: !c.URL.IsZero() && c.Token.IsZero() && c.APIKey.IsZero() && c.Password.IsZero()}
	if v.bare {
		secrets = append(secrets, c.URL.Reveal())
	}
	v.set = mask.New(slices.DeleteFunc(secrets, func(s string) bool { return s == "" })...)
	return v
}

// headerSecrets are the values of headers, "Name: value", that are credentials, whole and
// without their scheme.
func headerSecrets(lines []string) (secrets []string) {
	for _, line := range lines {
		name, value, _ := strings.Cut(line, ":")
		if !credential.MatchString(name) {
			continue
		}
		value = strings.TrimSpace(value)
		secrets = append(secrets, value)
		if _, bare, ok := strings.Cut(value, " "); ok {
			secrets = append(secrets, bare)
		}
	}
	return secrets
}

// url is an address: of an incoming webhook the host alone.
func (v veil) url(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return mask.Mark
	}
	if v.bare && u.Host != "" {
		return u.Scheme + "://" + u.Host + "/" + mask.Mark
	}
	if u.User != nil {
		u.User = nil
	}
	return v.set.Text(u.Redacted())
}

// header lists headers, sorted by name. A credential keeps its scheme: "Bearer ...".
func (v veil) header(h http.Header) (out []string) {
	for name, values := range h {
		for _, value := range values {
			if credential.MatchString(name) {
				scheme, _, ok := strings.Cut(value, " ")
				value = mask.Mark
				if ok {
					value = scheme + " " + mask.Mark
				}
			}
			out = append(out, name+": "+v.set.Text(value))
		}
	}
	slices.Sort(out)
	return out
}

// body is what is sent, as text.
func (v veil) body(b []byte) string {
	b = bytes.TrimSuffix(v.set.Body(b), []byte("\n"))
	if !utf8.Valid(b) {
		return strings.ToValidUTF8(string(b), "�")
	}
	return string(b)
}

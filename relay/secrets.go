package relay

import (
	"encoding/base64"
	"net/url"
	"strings"

	"foghorn/config"
	"foghorn/internal/mask"
)

// longSegment is how long a part of an address must be to be taken for a secret of its
// own: keys of webhooks are longer, and words are shorter.
const longSegment = 16

// masked returns what hides the secrets of a relay in texts from its service, besides
// those that others hide: the secrets whole, and in the parts in which a service, or a
// proxy before it, repeats them. An incoming webhook's is a part of its path.
func masked(c config.Relay, others func(string) string) func(string) string {
	var texts []string
	for _, secret := range c.Secrets() {
		if secret.IsZero() {
			continue
		}
		text := secret.Reveal()
		texts = append(texts, text)
		if u, err := url.Parse(text); err == nil && u.Host != "" {
			texts = append(texts, partsOf(u)...)
		}
	}
	if c.User != "" && !c.Password.IsZero() {
		texts = append(texts, base64.StdEncoding.EncodeToString([]byte(c.User+":"+c.Password.Reveal())))
	}
	own := mask.New(append(texts, headerSecrets(c.Headers)...)...)
	return func(text string) string { return others(own.Text(text)) }
}

// partsOf are the parts of an address that may be secrets.
func partsOf(u *url.URL) (parts []string) {
	if u.User != nil {
		word, _ := u.User.Password()
		parts = append(parts, word)
	}
	if u.RawQuery != "" {
		parts = append(parts, u.RawQuery)
	}
	for _, values := range u.Query() {
		for _, v := range values {
			if len(v) >= longSegment {
				parts = append(parts, v)
			}
		}
	}
	secret := false
	for segment := range strings.SplitSeq(u.Path, "/") {
		if len(segment) >= longSegment {
			parts, secret = append(parts, segment), true
		}
	}
	if secret { // the rest of the path is one with it: the ids of a workspace and of a webhook
		parts = append(parts, u.Path, u.EscapedPath())
	}
	return parts
}

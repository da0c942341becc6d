package config

import (
	"regexp"
	"strings"
)

// credentialHeader matches the names of headers whose values are secrets.
var credentialHeader = regexp.MustCompile(`(?i)auth|key|token|secret|cookie|password`)

// headerSecret returns the value of a header that holds a credential, such as
// "Authorization: Bearer x"; empty for others.
func headerSecret(header string) string {
	name, value, _ := strings.Cut(header, ":")
	if !credentialHeader.MatchString(name) {
		return ""
	}
	return strings.TrimSpace(value)
}

// headerSecrets returns the credentials in the headers of all relays.
func (c *Config) headerSecrets() []string {
	var secrets []string
	for i := range c.Relays {
		for _, header := range c.Relays[i].Headers {
			secret := headerSecret(header)
			if secret == "" {
				continue
			}
			secrets = append(secrets, secret)
			if _, bare, ok := strings.Cut(secret, " "); ok { // "Bearer x"
				secrets = append(secrets, bare)
			}
		}
	}
	return secrets
}

// maskedHeaders are headers as they may be shown.
func maskedHeaders(headers []string) []string {
	shown := make([]string, len(headers))
	for i, header := range headers {
		shown[i] = header
		if headerSecret(header) != "" {
			name, _, _ := strings.Cut(header, ":")
			shown[i] = name + ": " + masked
		}
	}
	return shown
}

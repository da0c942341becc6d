package config

import (
	"context"
	"strings"
)

// Asks reports whether the organisation at index i of Mist can be asked by API:
// it has an org_id, and a token or a login is given, fetched or not.
func (c *Config) Asks(i int) bool {
	m, path := c.Mist[i], element("mist", i)
	return m.OrgID != "" && (!m.Token.IsZero() || !m.Password.IsZero() || c.given(path+".token") || c.given(path+".password"))
}

// ResolveCloud fetches only the secrets that the Mist API is asked with, for a
// process that takes no webhooks. It fetches what it can: the error, which is
// Problems, is about the rest.
func (c *Config) ResolveCloud(ctx context.Context) error {
	return c.resolve(ctx, func(path string) bool {
		return strings.HasSuffix(path, ".token") || strings.HasSuffix(path, ".password") || strings.HasSuffix(path, ".two_factor")
	})
}

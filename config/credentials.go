package config

import (
	"context"
	"slices"
)

// Credentials returns the secrets for the Mist API.
func (m *Mist) Credentials() []*Secret { return []*Secret{&m.Token, &m.Password, &m.TwoFactor} }

// Authorized reports whether the organization at index i of Mist has a token or
// a login, fetched or not.
func (c *Config) Authorized(i int) bool {
	m, path := c.Mist[i], element("mist", i)
	return !m.Token.IsZero() || !m.Password.IsZero() || c.given(path+".token") || c.given(path+".password")
}

// HasAPI reports whether the organization at index i of Mist can be followed by
// API: it has an org_id, and a token or a login is given, fetched or not.
func (c *Config) HasAPI(i int) bool { return c.Mist[i].OrgID != "" && c.Authorized(i) }

// Fetch fetches only the secrets that a command needs: a problem with another one
// must not stop the command. Secrets that are not configured stay zero. It fetches
// as many as it can; the error, of type Problems, is about the rest.
func (c *Config) Fetch(ctx context.Context, secrets ...*Secret) error {
	return c.resolve(ctx, func(src source) bool { return slices.Contains(secrets, src.secret) })
}

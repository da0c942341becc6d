package config

import (
	"context"
	"slices"
)

// Credentials are the secrets that the Mist API is asked with.
func (m *Mist) Credentials() []*Secret { return []*Secret{&m.Token, &m.Password, &m.TwoFactor} }

// Authorised reports whether the organisation at index i of Mist has a token or
// a login, fetched or not.
func (c *Config) Authorised(i int) bool {
	m, path := c.Mist[i], element("mist", i)
	return !m.Token.IsZero() || !m.Password.IsZero() || c.given(path+".token") || c.given(path+".password")
}

// HasAPI reports whether the organisation at index i of Mist can be followed by
// API: it has an org_id, and a token or a login is given, fetched or not.
func (c *Config) HasAPI(i int) bool { return c.Mist[i].OrgID != "" && c.Authorised(i) }

// Fetch fetches the secrets of the configuration that a command needs, and no
// other: one that is missing elsewhere must not keep it from its work. Those
// that are not given stay zero. It fetches what it can: the error, which is
// Problems, is about the rest.
func (c *Config) Fetch(ctx context.Context, secrets ...*Secret) error {
	return c.resolve(ctx, func(src source) bool { return slices.Contains(secrets, src.secret) })
}

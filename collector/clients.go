package collector

import (
	"context"
	"fmt"

	"foghorn/config"
	"foghorn/mist"
)

// Organization is a configured [[mist]] with credentials and its API client.
type Organization struct {
	config.Mist
	Client *mist.Client
}

// streamURL is the address of the organization's stream; empty when only the
// API's address is configured.
func (o Organization) streamURL() string {
	if o.StreamURL != "" || o.Region == "" {
		return o.StreamURL
	}
	r, err := mist.LookupRegion(o.Region)
	if err != nil {
		return "" // validated when the configuration was read
	}
	return r.Stream
}

// Connect makes a client for every organization whose secrets were fetched.
// Those that share a token share its budget. It makes no request.
func (s *Settings) Connect() ([]Organization, error) {
	budgets := map[string]*mist.Governor{}
	var out []Organization
	for _, m := range s.Config.Mist {
		key := m.APIURL + m.Region + " " + m.Email + m.Token.Reveal()
		if m.Token.IsZero() && m.Password.IsZero() {
			continue
		}
		if budgets[key] == nil {
			budgets[key] = mist.NewGovernor(0, s.Clock.Now)
		}
		c, err := s.NewClient(m, budgets[key])
		if err != nil {
			return nil, err
		}
		out = append(out, Organization{Mist: m, Client: c})
	}
	return out, nil
}

// NewClient makes the client of one organization, whose calls are charged to budget.
func (s *Settings) NewClient(m config.Mist, budget *mist.Governor) (*mist.Client, error) {
	where := mist.WithBaseURL(m.APIURL)
	if m.APIURL == "" {
		where = mist.WithRegion(m.Region)
	}
	who := mist.WithToken(m.Token.Reveal())
	if m.Token.IsZero() {
		who = mist.WithLogin(m.Email, m.Password.Reveal(), s.secondFactor(m.Name))
	}
	c, err := mist.NewClient(where, who, mist.WithGovernor(budget), mist.WithNow(s.Clock.Now), mist.WithMask(s.Secrets), mist.WithUserAgent("foghorn/"+s.Version))
	if err != nil {
		return nil, configError(fmt.Errorf("[[mist]] %s: %w", m.Name, err))
	}
	return c, nil
}

// secondFactor fetches the code each time it is asked for: a code is valid for
// half a minute.
func (s *Settings) secondFactor(source string) mist.TwoFactor {
	for i := range s.Config.Mist {
		if m := &s.Config.Mist[i]; m.Name == source && !m.TwoFactor.IsZero() {
			return func(ctx context.Context) (string, error) {
				code, err := s.Config.Refetch(ctx, &m.TwoFactor)
				return code.Reveal(), err
			}
		}
	}
	return nil
}

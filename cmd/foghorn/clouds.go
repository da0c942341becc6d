package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"foghorn/config"
	"foghorn/journal"
	"foghorn/mist"
)

// organisation is a configured [[mist]] with credentials: one that can be asked.
// The client is nil where this process could not fetch them.
type organisation struct {
	config.Mist
	client *mist.Client
}

// streamURL is where the organisation's stream is; empty when only the API's
// address is configured.
func (o organisation) streamURL() string {
	if o.StreamURL != "" || o.Region == "" {
		return o.StreamURL
	}
	r, err := mist.LookupRegion(o.Region)
	if err != nil {
		return "" // checked when the configuration was read
	}
	return r.Stream
}

// connect makes a client for every organisation whose secrets were fetched.
// Those that share a token share its budget.
func (s *settings) connect() ([]organisation, error) {
	budgets := map[string]*mist.Governor{}
	var out []organisation
	for _, m := range s.config.Mist {
		key := m.APIURL + m.Region + " " + m.Email + m.Token.Reveal()
		if m.Token.IsZero() && m.Password.IsZero() {
			continue
		}
		if budgets[key] == nil {
			budgets[key] = mist.NewGovernor(0, s.clock.Now)
		}
		c, err := s.newClient(m, budgets[key])
		if err != nil {
			return nil, usageError(fmt.Errorf("[[mist]] %s: %w", m.Name, err))
		}
		out = append(out, organisation{Mist: m, client: c})
	}
	return out, nil
}

func (s *settings) newClient(m config.Mist, budget *mist.Governor) (*mist.Client, error) {
	where := mist.WithBaseURL(m.APIURL)
	if m.APIURL == "" {
		where = mist.WithRegion(m.Region)
	}
	who := mist.WithToken(m.Token.Reveal())
	if m.Token.IsZero() {
		who = mist.WithLogin(m.Email, m.Password.Reveal(), s.secondFactor(m.Name))
	}
	return mist.NewClient(where, who, mist.WithGovernor(budget), mist.WithNow(s.clock.Now), mist.WithMask(s.secrets), mist.WithUserAgent("foghorn/"+version()))
}

// secondFactor fetches the code anew each time it is asked for: one that was
// fetched at the start is good for half a minute.
func (s *settings) secondFactor(source string) mist.TwoFactor {
	for i := range s.config.Mist {
		if m := &s.config.Mist[i]; m.Name == source && !m.TwoFactor.IsZero() {
			return func(ctx context.Context) (string, error) {
				code, err := s.config.Refetch(ctx, &m.TwoFactor)
				return code.Reveal(), err
			}
		}
	}
	return nil
}

// organisation is the one of that name, or the only one there is. Only its
// secrets are fetched.
func (s *settings) organisation(ctx context.Context, source string) (organisation, error) {
	i, err := s.chooseOrganisation(source, s.config.Authorised)
	if err != nil {
		return organisation{}, err
	}
	m := &s.config.Mist[i]
	if err := s.config.Fetch(ctx, m.Credentials()...); err != nil {
		return organisation{}, usageError(err)
	}
	c, err := s.newClient(*m, mist.NewGovernor(0, s.clock.Now))
	if err != nil {
		return organisation{}, usageError(fmt.Errorf("[[mist]] %s: %w", m.Name, err))
	}
	return organisation{Mist: *m, client: c}, nil
}

// chooseOrganisation is the index of the organization of that name, or of the
// only one that fits.
func (s *settings) chooseOrganisation(source string, fits func(i int) bool) (int, error) {
	var names []string
	for i, m := range s.config.Mist {
		if fits(i) {
			names = append(names, m.Name)
		}
	}
	if len(names) == 0 {
		return 0, usageError(errors.New("no [[mist]] organisation has a token: give one its region, org_id and token (foghorn config init shows how)"))
	}
	name, err := journal.FindSource(names, source)
	if err != nil {
		return 0, usageError(err)
	}
	return slices.IndexFunc(s.config.Mist, func(m config.Mist) bool { return m.Name == name }), nil
}

// cloudError gives an error of the cloud its exit code, and says in one line
// what went wrong and what to do.
func cloudError(err error) error {
	var e *mist.Error
	var budget *mist.BudgetError
	code := exitProblem
	switch {
	case err == nil:
		return nil
	case errors.As(err, &budget):
		code = exitRateLimited
	case errors.Is(err, context.DeadlineExceeded):
		code = exitTimeout
	case !errors.As(err, &e):
		return err
	case e.Kind == mist.KindAuth, e.Kind == mist.KindPermission:
		code = exitRefused
	case e.Kind == mist.KindRateLimit:
		code = exitRateLimited
	}
	return &exitError{code: code, err: errors.New(mist.Explain(err))}
}

package main

import (
	"context"
	"errors"
	"slices"

	"foghorn/collector"
	"foghorn/config"
	"foghorn/journal"
	"foghorn/mist"
)

// organization returns the configured organization of a name, or the only one. It
// fetches the secrets of that one alone.
func (s *settings) organization(ctx context.Context, source string) (collector.Organization, error) {
	i, err := s.chooseOrganization(source, s.config.Authorized)
	if err != nil {
		return collector.Organization{}, err
	}
	m := &s.config.Mist[i]
	if err := s.config.Fetch(ctx, m.Credentials()...); err != nil {
		return collector.Organization{}, usageError(err)
	}
	c, err := s.collecting().NewClient(*m, mist.NewGovernor(0, s.clock.Now))
	return collector.Organization{Mist: *m, Client: c}, err
}

// chooseOrganization returns the index of the organization of that name, or of the
// only one that fits.
func (s *settings) chooseOrganization(source string, fits func(i int) bool) (int, error) {
	var names []string
	for i, m := range s.config.Mist {
		if fits(i) {
			names = append(names, m.Name)
		}
	}
	if len(names) == 0 {
		return 0, usageError(errors.New("no [[mist]] organization has a token: set the region, org_id and token of one (foghorn config init shows how)"))
	}
	name, err := journal.FindSource(names, source)
	if err != nil {
		return 0, usageError(err)
	}
	return slices.IndexFunc(s.config.Mist, func(m config.Mist) bool { return m.Name == name }), nil
}

// cloudError gives an API error its exit code and explains it in one line: what
// went wrong and what to do.
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

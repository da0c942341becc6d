package actions

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"foghorn/journal/event"
	"foghorn/mist"
)

// Bounds of one question: parts asked at the same time, classifiers asked for
// by themselves, and what is kept of the lists.
const (
	atOnce         = 4
	maxClassifiers = 16
	maxImpacted    = 100
	maxSLESamples  = 2000
)

// SLE asks how a metric of a site did, and composes the answer of what can be
// had: the error is only for a metric of which nothing can. What could not be
// had is in Problems.
func (a *Actions) SLE(ctx context.Context, q event.SLEQuestion) (event.SLEDetail, error) {
	c, err := a.cloud(q.Source)
	if err != nil {
		return event.SLEDetail{}, err
	}
	if q.SiteID == "" || q.Metric == "" {
		return event.SLEDetail{}, errors.New("an SLE needs a site and a metric")
	}
	ctx, cancel := context.WithTimeout(asOperator(ctx), callLimit)
	defer cancel()
	s := &sleQuestion{api: c.API, scope: mist.SiteScope(q.SiteID), window: mist.Window{Start: q.Start, End: q.End}}
	s.detail = event.SLEDetail{Source: q.Source, SiteID: q.SiteID, Metric: q.Metric, Start: q.Start, End: q.End}
	if err := s.name(ctx, q.Metric); err != nil {
		return event.SLEDetail{}, err
	}
	trend, err := c.API.SLESummaryTrend(ctx, s.scope, s.detail.Metric, s.window)
	if err != nil {
		return event.SLEDetail{}, explain(err)
	}
	s.summary(trend)
	s.others(ctx, trend)
	return s.detail, nil
}

// sleQuestion is a question under way.
type sleQuestion struct {
	api    API
	scope  mist.SLEScope
	window mist.Window

	mu     sync.Mutex
	detail event.SLEDetail
}

func (s *sleQuestion) problem(part string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.detail.Problems = append(s.detail.Problems, part+": "+mist.Explain(err))
}

// name puts in place of the metric's name the one that the SLE endpoints have
// for it. They are asked, because names differ between the endpoints, between
// licenses, and in hyphens and underscores.
func (s *sleQuestion) name(ctx context.Context, metric string) error {
	enabled, supported, err := s.api.SLEMetrics(ctx, s.scope)
	if err != nil {
		s.problem("metrics of the site", err)
		return nil // the name may be right as it is
	}
	for _, list := range [][]string{enabled, supported} {
		if name, ok := metricNamed(metric, list); ok {
			s.detail.Metric = name
			return nil
		}
	}
	if len(enabled) == 0 {
		return nil
	}
	return fmt.Errorf("the site has no metric %s; it has %s", metric, strings.Join(enabled, ", "))
}

// otherNames are metrics that one endpoint calls something else.
var otherNames = map[string]string{
	"successful-connect": "failed-to-connect",
	"failed-to-connect":  "successful-connect",
}

// metricNamed finds a metric in a list of names: itself, the same in other
// punctuation, its other name, or its second version.
func metricNamed(metric string, names []string) (string, bool) {
	fold := func(s string) string { return strings.ReplaceAll(strings.ToLower(s), "_", "-") }
	for _, want := range []string{fold(metric), otherNames[fold(metric)], fold(metric) + "-v2", strings.TrimSuffix(fold(metric), "-v2"),
		fold(metric) + "-new"} {
		if want == "" {
			continue
		}
		for _, n := range names {
			if fold(n) == want {
				return n, true
			}
		}
	}
	return "", false
}

// summary takes the series over and works the rate out.
func (s *sleQuestion) summary(t mist.SLETrend) {
	d, m := &s.detail, t.Metric
	if !t.Start.IsZero() {
		d.Start = t.Start
	}
	if !t.End.IsZero() {
		d.End = t.End
	}
	d.IntervalS, d.Counted = int(m.Interval/time.Second), m.Counted
	d.Success, d.HasData = mist.Success(m.Samples)
	n := min(max(len(m.Samples.Total), len(m.Samples.Degraded)), maxSLESamples)
	for i := range n {
		sample := event.SLESample{Time: d.Start.Add(time.Duration(i) * m.Interval)}
		sample.Success, sample.Known = mist.SuccessAt(m.Samples, i)
		sample.Total, sample.Degraded = number(m.Samples.Total, i), number(m.Samples.Degraded, i)
		d.Series = append(d.Series, sample)
	}
	for i := range min(len(m.Samples.Value), n) {
		v := m.Samples.Value[i]
		if math.IsInf(v, 0) {
			v = math.NaN()
		}
		d.Measured = append(d.Measured, v)
	}
	// The cloud's last step ends with its full hour, which is still to come.
	if !s.window.End.IsZero() && d.End.After(s.window.End) {
		d.End = s.window.End
	}
}

// number is a sample, 0 where nothing was counted: Known says which is which.
func number(list []float64, i int) float64 {
	if i >= len(list) || math.IsNaN(list[i]) || math.IsInf(list[i], 0) {
		return 0
	}
	return list[i]
}

// others asks for everything beside the summary at the same time, a few at once.
func (s *sleQuestion) others(ctx context.Context, t mist.SLETrend) {
	g := errgroup.Group{}
	g.SetLimit(atOnce)
	classifiers := make([]mist.SLESeries, min(len(t.Classifiers), maxClassifiers))
	copy(classifiers, t.Classifiers)
	if left := len(t.Classifiers) - len(classifiers); left > 0 {
		s.detail.Problems = append(s.detail.Problems, fmt.Sprintf("%d more classifiers were not asked for", left))
	}
	g.Go(func() error { s.threshold(ctx); return nil })
	g.Go(func() error { s.aps(ctx); return nil })
	g.Go(func() error { s.users(ctx); return nil })
	for i := range classifiers {
		g.Go(func() error { s.classifier(ctx, &classifiers[i]); return nil })
	}
	_ = g.Wait() // each part keeps its own problem
	shares := mist.Shares(classifiers)
	for i, c := range classifiers {
		s.detail.Classifiers = append(s.detail.Classifiers, event.SLEClassifier{
			Name: c.Name, Degraded: mist.Degraded(c.Samples), Share: shares[i], Users: c.Users, APs: c.APs,
		})
	}
	slices.SortStableFunc(s.detail.Classifiers, func(a, b event.SLEClassifier) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(a.Name, b.Name))
	})
	slices.Sort(s.detail.Problems)
}

// classifier asks for one reason, in place of what the summary said of it.
func (s *sleQuestion) classifier(ctx context.Context, c *mist.SLESeries) {
	got, err := s.api.SLEClassifierTrend(ctx, s.scope, s.detail.Metric, c.Name, s.window)
	if err != nil {
		s.problem("classifier "+c.Name, err)
		return
	}
	got.Name = c.Name
	if len(got.Samples.Degraded) == 0 {
		got.Samples = c.Samples
	}
	if got.Users == 0 && got.APs == 0 {
		got.Users, got.TotalUsers, got.APs, got.TotalAPs = c.Users, c.TotalUsers, c.APs, c.TotalAPs
	}
	*c = got
}

func (s *sleQuestion) threshold(ctx context.Context) {
	t, err := s.api.SLEThreshold(ctx, s.scope, s.detail.Metric)
	switch {
	case mist.IsKind(err, mist.KindNotFound):
		return // not every metric has one
	case err != nil:
		s.problem("threshold", err)
	case t.Known && (t.Value != 0 || t.Minimum != t.Maximum): // where there is none, some answer 0 of 0 to 0
		s.detail.Threshold = strings.TrimSpace(strconv.FormatFloat(t.Value, 'f', -1, 64) + " " + t.Units)
	}
}

func (s *sleQuestion) aps(ctx context.Context) {
	list, err := s.api.ImpactedAPs(ctx, s.scope, s.detail.Metric, "", s.window)
	if err != nil {
		s.problem("impacted APs", err)
		return
	}
	for _, i := range worst(list) {
		mac, _ := event.ParseMAC(i.MAC)
		s.detail.APs = append(s.detail.APs, event.ImpactedAP{MAC: mac, Name: i.Name, Degraded: i.Degraded, Total: i.Total})
	}
}

func (s *sleQuestion) users(ctx context.Context) {
	list, err := s.api.ImpactedUsers(ctx, s.scope, s.detail.Metric, "", s.window)
	if err != nil {
		s.problem("impacted users", err)
		return
	}
	for _, i := range worst(list) {
		mac, _ := event.ParseMAC(i.MAC)
		ap, _ := event.ParseMAC(i.APMAC)
		s.detail.Users = append(s.detail.Users, event.ImpactedUser{MAC: mac, Name: i.Name, AP: ap, APName: i.APName, SSID: i.SSID,
			Device: strings.TrimSpace(i.DeviceType + " " + i.DeviceOS), Degraded: i.Degraded, Total: i.Total})
	}
}

// worst are those that suffered most.
func worst(list []mist.Impacted) []mist.Impacted {
	slices.SortStableFunc(list, func(a, b mist.Impacted) int {
		return cmp.Or(cmp.Compare(b.Degraded, a.Degraded), cmp.Compare(a.MAC, b.MAC))
	})
	return list[:min(len(list), maxImpacted)]
}

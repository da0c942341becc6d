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

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Bounds of one question: calls before the operator asks for more, parts asked at the
// same time, classifiers asked for by themselves, and what is kept of the lists.
const (
	usualCalls     = 3
	atOnce         = 4
	maxClassifiers = 16
	maxImpacted    = 100
	maxSLESamples  = 2000
)

// SLE asks how a metric of a site did, and composes the answer of what can be
// had: the error is only for a metric of which nothing can. What could not be
// had is in Problems. It takes at most three calls, unless the question is Full.
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
	s := &sleQuestion{api: c.API, scope: mist.SiteScope(q.SiteID), window: mist.Window{Start: q.Start, End: q.End}, full: q.Full}
	s.detail = event.SLEDetail{Source: q.Source, SiteID: q.SiteID, Metric: a.sleNames.name(q), Start: q.Start, End: q.End}
	trend, err := s.trend(ctx, q.Metric)
	if err != nil {
		return event.SLEDetail{}, err
	}
	a.sleNames.keep(q, s.detail.Metric)
	s.summary(trend)
	s.others(ctx, trend, cmp.Or(q.Family, journal.SLEFamily(event.SLEScore{Metric: q.Metric})))
	return s.detail, nil
}

// sleNames remembers what the SLE endpoints of a site call a metric, so that it is
// asked for once and not with every question.
type sleNames struct {
	mu    sync.Mutex
	names map[sleKey]string
}

type sleKey struct{ source, site, metric string }

// maxSLENames bounds what is remembered.
const maxSLENames = 10_000

func keyOf(q event.SLEQuestion) sleKey { return sleKey{q.Source, q.SiteID, q.Metric} }

func (n *sleNames) name(q event.SLEQuestion) string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return cmp.Or(n.names[keyOf(q)], mist.SLEEndpointName(q.Metric))
}

func (n *sleNames) keep(q event.SLEQuestion, name string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.names == nil || len(n.names) >= maxSLENames {
		n.names = map[sleKey]string{}
	}
	n.names[keyOf(q)] = name
}

// sleQuestion is a question under way.
type sleQuestion struct {
	api    API
	scope  mist.SLEScope
	window mist.Window
	full   bool
	calls  int // made so far

	mu     sync.Mutex
	detail event.SLEDetail
}

func (s *sleQuestion) problem(part string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.detail.Problems = append(s.detail.Problems, part+": "+mist.Explain(err))
}

// trend reads the summary. If the site knows no metric of that name, trend asks which
// it has, because names differ between the endpoints, between licenses, and in
// hyphens and underscores.
func (s *sleQuestion) trend(ctx context.Context, metric string) (mist.SLETrend, error) {
	s.calls++
	trend, err := s.api.SLESummaryTrend(ctx, s.scope, s.detail.Metric, s.window)
	if !mist.IsKind(err, mist.KindNotFound) && !mist.IsKind(err, mist.KindBadRequest) {
		return trend, explain(err)
	}
	s.calls++
	enabled, supported, nerr := s.api.SLEMetrics(ctx, s.scope)
	if nerr != nil {
		return trend, explain(err)
	}
	for _, list := range [][]string{enabled, supported} {
		if name, ok := mist.FindSLEMetric(metric, list); ok && name != s.detail.Metric {
			s.detail.Metric = name
			s.calls++
			trend, err = s.api.SLESummaryTrend(ctx, s.scope, name, s.window)
			return trend, explain(err)
		} else if ok {
			return trend, explain(err)
		}
	}
	if len(enabled) == 0 {
		return trend, explain(err)
	}
	return trend, fmt.Errorf("the site has no metric %s; it has %s", metric, strings.Join(enabled, ", "))
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

// impactedLists are the lists of those whom a metric of a family affected.
var impactedLists = map[string]struct{ device, devices, users string }{
	event.FamilyWiFi:  {"ap", mist.ImpactedAPs, mist.ImpactedUsers},
	event.FamilyWired: {"switch", mist.ImpactedSwitches, mist.ImpactedClients},
	event.FamilyWAN:   {"gateway", mist.ImpactedGateways, ""},
}

// others asks for what the summary does not have at the same time, a few at once.
func (s *sleQuestion) others(ctx context.Context, t mist.SLETrend, family string) {
	g := errgroup.Group{}
	g.SetLimit(atOnce)
	ask := func(part func()) {
		if s.full || s.calls < usualCalls {
			s.calls++
			g.Go(func() error { part(); return nil })
		}
	}
	classifiers := make([]mist.SLESeries, min(len(t.Classifiers), maxClassifiers))
	copy(classifiers, t.Classifiers)
	lists := impactedLists[family]
	s.detail.DeviceType = lists.device
	ask(func() { s.devices(ctx, lists.devices) })
	if lists.users != "" {
		ask(func() { s.users(ctx, lists.users) })
	}
	if s.full {
		if left := len(t.Classifiers) - len(classifiers); left > 0 {
			s.detail.Problems = append(s.detail.Problems, fmt.Sprintf("%d more classifiers were not asked for", left))
		}
		ask(func() { s.threshold(ctx) })
		for i := range classifiers {
			ask(func() { s.classifier(ctx, &classifiers[i]) })
		}
	} else {
		s.detail.MoreCalls = usualCalls + 1 + len(classifiers)
		if lists.users == "" {
			s.detail.MoreCalls--
		}
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

func (s *sleQuestion) devices(ctx context.Context, which string) {
	list, err := s.api.Impacted(ctx, s.scope, s.detail.Metric, "", which, s.window)
	if err != nil {
		s.problem("impacted "+which, err)
		return
	}
	s.detail.Devices = []event.ImpactedDevice{}
	for _, i := range worst(list) {
		mac, _ := event.ParseMAC(i.MAC)
		s.detail.Devices = append(s.detail.Devices, event.ImpactedDevice{MAC: mac, Name: i.Name, Degraded: i.Degraded, Total: i.Total})
	}
}

func (s *sleQuestion) users(ctx context.Context, which string) {
	list, err := s.api.Impacted(ctx, s.scope, s.detail.Metric, "", which, s.window)
	if err != nil {
		s.problem("impacted "+which, err)
		return
	}
	s.detail.Users = []event.ImpactedUser{}
	for _, i := range worst(list) {
		mac, _ := event.ParseMAC(i.MAC)
		on, _ := event.ParseMAC(i.DeviceMAC)
		s.detail.Users = append(s.detail.Users, event.ImpactedUser{MAC: mac, Name: i.Name, On: on, OnName: i.DeviceName, SSID: i.SSID,
			Device: strings.TrimSpace(i.DeviceType + " " + i.DeviceOS), Degraded: i.Degraded, Total: i.Total})
	}
}

// worst are those that were affected most. Mist also lists some that were not.
func worst(list []mist.Impacted) []mist.Impacted {
	list = slices.DeleteFunc(list, func(i mist.Impacted) bool { return !(i.Degraded > 0) })
	slices.SortStableFunc(list, func(a, b mist.Impacted) int {
		return cmp.Or(cmp.Compare(b.Degraded, a.Degraded), cmp.Compare(a.MAC, b.MAC))
	})
	return list[:min(len(list), maxImpacted)]
}

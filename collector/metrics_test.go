package collector

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/prometheus/client_golang/prometheus"
)

// Alert rules are written from the documentation, so it has to list every metric.
func TestMetricsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../docs/WEBHOOKS.md")
	if err != nil {
		t.Fatal(err)
	}
	r := prometheus.NewRegistry()
	registerMetrics(r, nil, nil) // nothing reads the values here
	descs := make(chan *prometheus.Desc)
	go func() { r.Describe(descs); close(descs) }()
	name := regexp.MustCompile(`fqName: "(.*?)"`)
	found := map[string]bool{}
	for d := range descs {
		metric := name.FindStringSubmatch(d.String())[1]
		if found[metric] = true; !strings.Contains(string(doc), "`"+metric+"`") {
			t.Errorf("docs/WEBHOOKS.md does not list %s", metric)
		}
	}
	if !found["foghorn_event_duplicates_total"] {
		t.Errorf("no metric counts the events that were known already: %v", found)
	}
}

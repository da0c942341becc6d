package mist

import (
	"fmt"
	"slices"
	"strings"
)

// Region is one of Mist's clouds. A token works only in the region of its
// organization. WebhookIPs are the published source addresses of webhook
// deliveries; they may change, so treat them as a default.
type Region struct {
	Name       string // "global-01"
	API        string // https://...
	Stream     string // wss://...
	Portal     string // https://...
	WebhookIPs []string
}

// domains has the domain that a region's hosts share (docs/mist-api.md, Regions).
var domains = []struct {
	name, domain string
	ips          []string
}{
	{"global-01", "mist.com", []string{"54.193.71.17", "54.215.237.20"}},
	{"global-02", "gc1.mist.com", []string{"34.94.226.48/28"}},
	{"global-03", "ac2.mist.com", []string{"34.231.34.177", "54.235.187.11", "18.233.33.230"}},
	{"global-04", "gc2.mist.com", []string{"34.152.4.85", "35.203.21.42", "34.152.7.156"}},
	{"global-05", "gc4.mist.com", []string{"35.192.224.0/29"}},
	{"emea-01", "eu.mist.com", []string{"3.122.172.223", "3.121.19.146", "3.120.167.1"}},
	{"emea-02", "gc3.mist.com", []string{"35.234.156.66"}},
	{"emea-03", "ac6.mist.com", []string{"51.112.15.151", "51.112.76.109", "51.112.86.222"}},
	{"emea-04", "gc6.mist.com", []string{"34.166.152.112/29"}},
	{"apac-01", "ac5.mist.com", []string{"54.206.226.168", "13.238.77.6", "54.79.134.226"}},
	{"apac-02", "gc5.mist.com", []string{"34.47.180.168/29"}},
	{"apac-03", "gc7.mist.com", []string{"34.104.128.8/29"}},
}

// Regions lists all regions in Mist's order.
func Regions() []Region {
	rs := make([]Region, len(domains))
	for i, d := range domains {
		rs[i] = Region{
			Name:       d.name,
			API:        "https://api." + d.domain,
			Stream:     "wss://api-ws." + d.domain,
			Portal:     "https://manage." + d.domain,
			WebhookIPs: slices.Clone(d.ips),
		}
	}
	return rs
}

// LookupRegion finds a region by its name, in any case and with a space, a dash
// or nothing in between ("Global 01", "emea03"), or by one of its hosts
// ("api.eu.mist.com"). The error suggests the nearest name.
func LookupRegion(name string) (Region, error) {
	want := squash(name)
	nearest, best := "", len(want)
	for _, r := range Regions() {
		if squash(r.Name) == want {
			return r, nil
		}
		for _, host := range []string{r.API, r.Stream, r.Portal} {
			_, bare, _ := strings.Cut(host, "://")
			if strings.EqualFold(name, bare) || strings.EqualFold(name, host) {
				return r, nil
			}
		}
		if d := distance(want, squash(r.Name)); d < best {
			nearest, best = r.Name, d
		}
	}
	if nearest != "" && best <= 3 {
		return Region{}, fmt.Errorf("%q is not a region; did you mean %q?", name, nearest)
	}
	var names []string
	for _, d := range domains {
		names = append(names, d.name)
	}
	return Region{}, fmt.Errorf("%q is not a region; the regions are %s", name, strings.Join(names, ", "))
}

// squash normalizes the spelling of a region's name.
func squash(s string) string {
	const most = 32 // longer than any name, so the rest does not matter
	return strings.NewReplacer(" ", "", "-", "", "_", "").Replace(strings.ToLower(s[:min(len(s), most)]))
}

// distance is the edit distance of a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost++
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+1, diagonal+1)
		}
	}
	return row[len(b)]
}

package configs

import "time"

// Cost is how many calls a backup of a whole organization takes: with so many sites and
// so many switches and gateways, and no list longer than a page.
func Cost(sites, wired int) int {
	calls := 1 // the list of sites, which has the sites' own objects too
	for _, t := range types {
		switch {
		case t.Device:
			calls += wired
		case !t.Site:
			calls++
		case t.Name != "info":
			calls += sites
		}
	}
	return calls
}

// Duration is how long that takes within its share of an hour's calls.
func Duration(calls, limit, share int) time.Duration {
	most := max(limit*share/100, 1)
	burst := max(min(paceBurst, most/2), 1)
	if calls <= burst {
		return 0
	}
	return time.Duration(float64(calls-burst) / float64(max(most-burst, 1)) * float64(time.Hour))
}

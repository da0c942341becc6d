package event

import "time"

// The families of SLE metrics.
const (
	FamilyWiFi  = "wifi"
	FamilyWired = "wired"
	FamilyWAN   = "wan"
)

// SLEQuestion asks how one metric of one site did.
type SLEQuestion struct {
	Source     string
	SiteID     string
	Metric     string
	Family     string // of the metric, where it is known
	Start, End time.Time
	// Full asks for the threshold, and for how many each classifier affected,
	// too. That costs a call for each.
	Full bool
}

// SLEDetail is the answer. HasData is false when nothing was counted: there is
// then no success rate, neither 0 nor 1 (docs/mist-api.md, Success rates).
type SLEDetail struct {
	Source      string          `json:"source"`
	SiteID      string          `json:"site_id"`
	Site        string          `json:"site"`
	Metric      string          `json:"metric"`
	Start       time.Time       `json:"start"`
	End         time.Time       `json:"end"`
	IntervalS   int             `json:"interval_s"`
	Counted     string          `json:"counted"` // user-minutes, or what else the cloud counts
	HasData     bool            `json:"has_data"`
	Success     float64         `json:"success"` // 0 to 1
	Series      []SLESample     `json:"series"`
	Threshold   string          `json:"threshold,omitempty"` // with its unit, "-72 dBm"
	Measured    Values          `json:"measured,omitempty"`  // the quantity the threshold is about, by sample
	Classifiers []SLEClassifier `json:"classifiers"`         // the largest share first
	// DeviceType says what Devices are: ap, switch or gateway.
	DeviceType string           `json:"device_type"`
	Devices    []ImpactedDevice `json:"devices"`            // the most degraded first; null if they were not asked for
	Users      []ImpactedUser   `json:"users"`              // likewise; Mist lists none for WAN metrics
	Problems   []string         `json:"problems,omitempty"` // parts that could not be had, and why
	// MoreCalls is what asking with Full would cost in API calls; 0 when
	// everything was asked for.
	MoreCalls int `json:"more_calls,omitempty"`
}

// Reasons are the classifiers that have a share.
func (d *SLEDetail) Reasons() []SLEClassifier {
	n := 0
	for n < len(d.Classifiers) && d.Classifiers[n].Share > 0 { // the largest share first
		n++
	}
	return d.Classifiers[:n]
}

// SLESample is one interval. Known is false where the cloud reported nothing.
type SLESample struct {
	Time     time.Time `json:"time"`
	Total    float64   `json:"total"`
	Degraded float64   `json:"degraded"`
	Success  float64   `json:"success"`
	Known    bool      `json:"known"`
}

// SLEClassifier is a reason and its part of all that was degraded, 0 to 1.
type SLEClassifier struct {
	Name     string  `json:"name"`
	Degraded float64 `json:"degraded"`
	Share    float64 `json:"share"`
	Users    int     `json:"users,omitempty"`
	APs      int     `json:"aps,omitempty"`
}

// ImpactedDevice is an access point, switch or gateway that a metric's failures affected.
type ImpactedDevice struct {
	MAC      MAC     `json:"mac"`
	Name     string  `json:"name"`
	Degraded float64 `json:"degraded"`
	Total    float64 `json:"total"`
}

// ImpactedUser is a client that a metric's failures affected.
type ImpactedUser struct {
	MAC      MAC     `json:"mac"`
	Name     string  `json:"name"`
	On       MAC     `json:"on"` // the access point or switch that it is on
	OnName   string  `json:"on_name"`
	SSID     string  `json:"ssid"`
	Device   string  `json:"device"` // type and system, "iPhone iOS 17"
	Degraded float64 `json:"degraded"`
	Total    float64 `json:"total"`
}

// CheckStep is one step of a check that goes from place to place, such as a webhook's
// ping: asked the cloud, the cloud took it, it arrived, its signature fits.
type CheckStep struct {
	Name  string        `json:"name"`
	Time  time.Time     `json:"time"`
	Took  time.Duration `json:"took_ns"` // since the first hop
	State string        `json:"state"`   // HopOK, HopWait or HopFailed
	Text  string        `json:"text"`    // what was found, or what is wrong and what to do
}

// The states of a hop.
const (
	HopOK     = "ok"
	HopWait   = "wait"
	HopFailed = "failed"
)

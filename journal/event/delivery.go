package event

import "time"

// Verdict is what the listener decided about a request.
type Verdict string

// The verdicts. Verified means the preferred signature matched; VerifiedV1 that
// only Mist's older SHA-1 header was there and matched; Failed that a signature
// was wrong or missing; Malformed that the sender is who it should be but the
// body is not a delivery; Refused everything else the listener turned away.
const (
	Verified   Verdict = "verified"
	VerifiedV1 Verdict = "verified-v1"
	Unsigned   Verdict = "unsigned"
	Failed     Verdict = "failed"
	Malformed  Verdict = "malformed"
	Refused    Verdict = "refused"
)

// Accepted reports whether deliveries with this verdict become events.
func (v Verdict) Accepted() bool {
	return v == Verified || v == VerifiedV1 || v == Unsigned
}

// Delivery is one HTTP request that reached the listener, accepted or refused.
type Delivery struct {
	ID         int64               `json:"id"` // the sequence of its record
	Received   time.Time           `json:"received"`
	Source     string              `json:"source"`
	Via        Via                 `json:"via"` // webhook or junos: which decoder reads the body
	Remote     string              `json:"remote"`
	Method     string              `json:"method"`
	Path       string              `json:"path"`
	Headers    map[string][]string `json:"headers,omitempty"` // secrets already masked
	Body       []byte              `json:"-"`                 // as it was sent, gzip undone; cut short when Truncated
	Truncated  bool                `json:"truncated,omitempty"`
	Size       int64               `json:"size"` // bytes of the whole body
	Verdict    Verdict             `json:"verdict"`
	Cause      string              `json:"cause,omitempty"`   // why it was not accepted, and the likely mend
	Warning    string              `json:"warning,omitempty"` // accepted, but something is off (X-Mist-Error)
	Status     int                 `json:"status"`
	DurationMS float64             `json:"duration_ms"`
	Topic      string              `json:"topic,omitempty"`
	Events     int                 `json:"events"`
	Duplicates int                 `json:"duplicates"` // events of it that were known already
	Masked     bool                `json:"-"`          // a configured secret is masked in Body
	ReplayOf   int64               `json:"replay_of,omitempty"`
	Ignored    int                 `json:"ignored,omitempty"`    // events of it that are not kept, by priority
	IgnoredBy  string              `json:"ignored_by,omitempty"` // the priority rules that apply
}

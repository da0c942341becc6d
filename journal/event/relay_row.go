package event

// RelayNew is the state of a relay that is configured, and that no collector has
// begun with yet.
const RelayNew = "new"

// RelayRow is a relay as people see it: how it does, and what its query chooses.
type RelayRow struct {
	RelayState
	Configured bool   `json:"configured"` // false: it ran once, and is not in the configuration any more
	Query      string `json:"query,omitempty"`
	// From says which part of the configuration the relay comes from where that is no
	// [[relay]]: "[chatops]".
	From string `json:"from,omitempty"`
	// Matches is how many alerts that are not over the query chooses; nil for events.
	Matches *int `json:"matches,omitempty"`
	// MatchesDay is how many alerts opened, or events happened, within 24 hours.
	MatchesDay int64 `json:"matches_24h"`
}

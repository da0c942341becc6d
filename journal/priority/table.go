package priority

// Level is how much an event matters.
type Level int

// The levels. None means that nobody ranked the event.
const (
	None    Level = 0
	Detail  Level = 1 // an alert with the detail in its title
	Summary Level = 2 // an alert in short
	Journal Level = 3 // kept in the journal, no alert
	Ignore  Level = 4 // no event: only the delivery is kept, and names the rule
)

// Valid reports whether it is one of the four levels.
func (l Level) Valid() bool { return l >= Detail && l <= Ignore }

// Words describes the level.
func (l Level) Words() string {
	switch l {
	case Detail:
		return "alert with detail"
	case Summary:
		return "alert with summary"
	case Journal:
		return "journal only"
	case Ignore:
		return "ignored"
	}
	return "as decoded"
}

// Topics are the topics that can have priorities.
func Topics() []string {
	return []string{"junos", "device-events", "device-updowns", "mxedge-events", "alarms", "audits"}
}

// Table is the rules as people wrote them, by topic.
type Table map[string]Section

// Section ranks the events of one topic.
type Section struct {
	// Default is the level of events that neither Events nor the program's own
	// catalogue lists; None leaves them as they are.
	Default Level
	// Filter are texts; an event that contains one of them is ignored.
	Filter []string
	// Events are the rules by event id, matched exactly and case-sensitive. An id
	// that ends in * matches all that begin with the text before it. A full id wins,
	// then the longest beginning.
	Events map[string]Rule
}

// Rule ranks one event id.
type Rule struct {
	// Subs are tried in order, and the first whose text is part of what the
	// event says decides.
	Subs []Sub
	// Level is for everything else; None asks the catalogue.
	Level Level
}

// Sub is a sub-priority.
type Sub struct {
	Text  string
	Level Level
}

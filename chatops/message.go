package chatops

// Message is an answer, for every platform. A platform's room renders it within its
// limits, and never fails for its length: what does not fit becomes pages, then a file.
// All text is from outside unless this package wrote it; the platform escapes it.
type Message struct {
	// Ephemeral messages, such as refusals, are shown only to the caller.
	Ephemeral bool
	Title     string
	Severity  string // colors the message: critical, warn, info, or "" for none
	Sections  []Section
	Buttons   []Button
	// Replace says that a click's message is replaced by this one.
	Replace bool
	// Follows means that more answers to the same call follow, such as a job's result. A
	// platform with threads starts one with this message, and adds the answers to it.
	Follows bool
}

// Section is a part of a message: a paragraph, labeled values, or rows.
type Section struct {
	Title  string
	Text   string
	Fields []Field
	// Rows are lines of a table with aligned columns, in a fixed font. Head names the
	// columns. There may be thousands.
	Head []string
	Rows [][]string
	// Code is text in a fixed font, as it is: a diff, the output of a ping.
	Code string
}

// Field is a label and a value.
type Field struct{ Label, Value string }

// Button is something to press. Danger marks what disrupts.
type Button struct {
	Label, Action, Value string
	Danger               bool
	URL                  string // a link instead of an action
}

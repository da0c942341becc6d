package event

import "fmt"

// Severity orders how much an event or alert matters. The zero value is Debug,
// so that a decoder that forgets to judge never pages anyone.
type Severity uint8

// Severities, from noise to trouble. Mist itself uses info, warn and critical
// (docs/mist-api.md, Alarms); debug is ours, for chatter such as location updates.
const (
	Debug Severity = iota
	Info
	Warn
	Critical
)

var severityNames = [...]string{Debug: "debug", Info: "info", Warn: "warn", Critical: "critical"}

// Severities lists all severities from the least to the most severe.
func Severities() []Severity { return []Severity{Debug, Info, Warn, Critical} }

// String returns the lower-case name used in JSON, queries and configuration.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// ParseSeverity accepts the names of String, their first letters, and the
// spellings other systems use ("warning", "error", "notice").
func ParseSeverity(s string) (Severity, error) {
	switch foldASCII(s) {
	case "debug", "d":
		return Debug, nil
	case "info", "i", "notice", "informational":
		return Info, nil
	case "warn", "w", "warning":
		return Warn, nil
	case "critical", "c", "crit", "error", "major":
		return Critical, nil
	}
	return Debug, fmt.Errorf("%q is not a severity; use critical, warn, info or debug", s)
}

// MarshalText prints the name of the severity.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText accepts what ParseSeverity accepts.
func (s *Severity) UnmarshalText(b []byte) error {
	v, err := ParseSeverity(string(b))
	if err != nil {
		return err
	}
	*s = v
	return nil
}

// foldASCII lower-cases ASCII letters only: the same folding SQLite's LIKE and
// NOCASE use, so that memory and SQL agree on what is equal.
func foldASCII(s string) string {
	for i := 0; i < len(s); i++ {
		if c := s[i]; 'A' <= c && c <= 'Z' {
			b := []byte(s)
			for ; i < len(b); i++ {
				if c := b[i]; 'A' <= c && c <= 'Z' {
					b[i] = c + 'a' - 'A'
				}
			}
			return string(b)
		}
	}
	return s
}

//go:build race

package tui

// few keeps the first of several windows or themes that a test looks at. The race
// detector finds nothing in a second one, and makes each ten times as slow.
func few[T any](all ...T) []T { return all[:1] }

//go:build race

package datadog

// hostileFormats are those that the largest texts are tried in. The race detector makes
// each ten times as slow, and finds nothing in a second one.
var hostileFormats = []entryFormat{{"json", false}}

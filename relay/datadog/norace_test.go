//go:build !race

package datadog

var hostileFormats = []entryFormat{{"json", false}, {"relay", false}, {"readme", true}}

package junos

import "regexp"

// A device with two Routing Engines calls itself by the one that is active, in the
// ways that groups re0 and re1 are usually configured: re0.edge01, edge01-re1,
// edge01_RE0.example.com.
var (
	engineBefore = regexp.MustCompile(`(?i)^re[01][._-](.+)$`)
	engineAfter  = regexp.MustCompile(`(?i)^([^.]+)[_-]re[01](\..+)?$`)
)

// Device is the name of the device whose Routing Engine calls itself by the host
// name: re0.edge01 and re1.edge01 are edge01.
func Device(hostname string) string {
	if m := engineBefore.FindStringSubmatch(hostname); m != nil {
		return m[1]
	}
	if m := engineAfter.FindStringSubmatch(hostname); m != nil {
		return m[1] + m[2]
	}
	return hostname
}

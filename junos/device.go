package junos

import "regexp"

// The host name of a device with two Routing Engines contains the active one, in
// the forms that groups re0 and re1 usually configure: re0.edge01, edge01-re1,
// edge01_RE0.example.com.
var (
	engineBefore = regexp.MustCompile(`(?i)^re[01][._-](.+)$`)
	engineAfter  = regexp.MustCompile(`(?i)^([^.]+)[_-]re[01](\..+)?$`)
)

// Device returns the name of the device for a Routing Engine's host name:
// re0.edge01 and re1.edge01 are edge01.
func Device(hostname string) string {
	if m := engineBefore.FindStringSubmatch(hostname); m != nil {
		return m[1]
	}
	if m := engineAfter.FindStringSubmatch(hostname); m != nil {
		return m[1] + m[2]
	}
	return hostname
}

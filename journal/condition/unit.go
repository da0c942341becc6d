package condition

import (
	"regexp"
	"strings"
)

// units are the words for a part that can be removed from a chassis, each with the one
// name that is used for it.
var units = map[string]string{
	"fpc": "FPC", "pic": "PIC", "mic": "MIC", "psu": "PSU", "pem": "PSU", "ps": "PSU", "powersupply": "PSU", "powerinput": "PSU", "powersupplyunit": "PSU",
	"fan": "fan", "fantray": "fan-tray", "tray": "fan-tray", "cb": "CB", "re": "RE", "routingengine": "RE", "sfp": "SFP", "optic": "SFP", "xcvr": "SFP",
	"sfm": "SFM", "sib": "SIB", "slot": "slot", "fruslot": "slot", "sensor": "sensor", "disk": "disk", "host": "host", "member": "member", "module": "module",
}

var unitLike = regexp.MustCompile(`(?i)\b(power supply unit|power supply|power input|routing engine|fan tray|fru slot|fpc|pic|mic|psu|pem|ps|fan|tray|cb|re|sfp|optic|xcvr|sfm|sib|slot|sensor|disk|host|member|module)(?: slot)?[ _#:=-]{0,3}(\d{1,3})\b`)

// unit returns a finder of the number of a unit in a text.
func unit(word string) func(string) string {
	return func(text string) string {
		for _, m := range unitLike.FindAllStringSubmatch(text, 16) {
			if units[strings.ToLower(strings.ReplaceAll(m[1], " ", ""))] == word {
				return strings.TrimLeft(m[2], "0") + zero(m[2])
			}
		}
		return ""
	}
}

// zero is the result for a number of only zeros.
func zero(digits string) string {
	if strings.Trim(digits, "0") == "" {
		return "0"
	}
	return ""
}

// number normalizes a slot: PS1, "PSU 01" and 1 are 1.
func number(s string) string {
	s = strings.TrimSpace(s)
	i := len(s)
	for i > 0 && '0' <= s[i-1] && s[i-1] <= '9' {
		i--
	}
	if digits := s[i:]; digits != "" {
		return strings.TrimLeft(digits, "0") + zero(digits)
	}
	return strings.ToLower(s)
}

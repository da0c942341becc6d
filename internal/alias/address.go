package alias

import (
	"net/netip"
	"strings"

	"github.com/charmbracelet/x/ansi"
)

const hidden = "••"

// addressAt recognizes a MAC address, an IP address or an e-mail address that begins here.
func addressAt(text string, at int) (length int, with string) {
	inner := at > 0 && addressByte(text[at-1]) // a MAC ends a device's id, and a target
	end := at
	for end < len(text) && addressByte(text[end]) {
		end++
	}
	word := strings.TrimRight(text[at:end], ".:-@")
	if word == "" {
		return 0, ""
	}
	if i := strings.IndexByte(word, '@'); i > 0 && !inner && strings.Contains(word[i:], ".") {
		return len(word), "person" + hidden
	}
	if n, with := mac(word); n > 0 {
		return n, with
	}
	if inner {
		return 0, ""
	}
	return ip(word)
}

// addressByte reports whether an address can contain a byte.
func addressByte(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || strings.IndexByte(".:-@_+%", c) >= 0
}

// mac keeps the vendor and the last byte: 5c:5b:35:••:••:01. Devices of one site still
// differ, and nobody can look them up.
func mac(word string) (int, string) {
	hex, sep := 0, byte(0)
	for i := 0; i < len(word); i++ {
		switch c := word[i]; {
		case isHex(c):
			hex++
		case strings.IndexByte(":-.", c) >= 0 && (sep == 0 || sep == c):
			sep = c
		default:
			return 0, ""
		}
		if hex == 12 && i+1 < len(word) && inWord(rune(word[i+1])) {
			return 0, ""
		}
		if hex == 12 {
			return masked(word[:i+1], sep)
		}
	}
	return 0, ""
}

// masked hides the middle of a MAC in its own notation.
func masked(word string, sep byte) (int, string) {
	groups := [][]int{{12}}
	switch {
	case sep == '.':
		groups = [][]int{{4, 4, 4}}
	case sep != 0:
		groups = [][]int{{2, 2, 2, 2, 2, 2}}
	}
	parts := []string{word}
	if sep != 0 {
		parts = strings.Split(word, string(sep))
	}
	if len(parts) != len(groups[0]) {
		return 0, ""
	}
	for i, p := range parts {
		if len(p) != groups[0][i] {
			return 0, ""
		}
	}
	if sep == 0 && !strings.ContainsAny(word, "abcdefABCDEF") {
		return 0, "" // a number
	}
	digit := 0
	var b strings.Builder
	for _, c := range word {
		if !isHex(byte(c)) {
			b.WriteRune(c)
			continue
		}
		if digit < 6 || digit >= 10 {
			b.WriteRune(c)
		} else {
			b.WriteRune('•')
		}
		digit++
	}
	return len(word), b.String()
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}

// ip keeps the first and the last part. Addresses that every machine has stay.
func ip(word string) (int, string) {
	host := word
	if i := strings.IndexByte(host, ':'); i > 0 && strings.Count(host, ":") == 1 { // with a port
		host = host[:i]
	}
	if i := strings.IndexByte(host, '%'); i > 0 {
		host = host[:i]
	}
	addr, err := netip.ParseAddr(host)
	if err != nil || addr.IsLoopback() || addr.IsUnspecified() {
		return 0, ""
	}
	sep := "."
	if addr.Is6() {
		sep = ":"
	}
	parts := strings.Split(host, sep)
	return len(host), parts[0] + sep + hidden + sep + parts[len(parts)-1]
}

// fit makes an alias as wide as what it replaces.
func fit(with, what string) string {
	width := ansi.StringWidth(what)
	with = ansi.Truncate(with, width, "")
	return with + strings.Repeat("•", max(0, width-ansi.StringWidth(with)))
}

package webhook

import (
	"net/http"
	"sort"
	"strings"
	"unicode/utf8"
)

// What is kept of a request's line and headers.
const (
	maxHeaders     = 64
	maxHeaderBytes = 8 << 10 // all names and values together
	maxValue       = 1 << 10
	maxPath        = 512
	maxMethod      = 24
)

// masked stands for a value that must not reach the journal.
const masked = "<secret>"

// keptHeaders returns the headers as they may be stored: secrets masked,
// number and size bounded. Signatures stay: they are digests, and a check or a
// replay needs them. The map given is returned itself when nothing had to change.
func keptHeaders(h http.Header) map[string][]string {
	size, plain := 0, len(h) <= maxHeaders
	for k, vs := range h {
		size += len(k)
		plain = plain && !isSecretHeader(k)
		for _, v := range vs {
			size += len(v)
			plain = plain && len(v) <= maxValue
		}
	}
	if plain && size <= maxHeaderBytes {
		return h
	}
	return boundHeaders(h)
}

// boundHeaders copies what fits, the headers that decide a verdict first.
func boundHeaders(h http.Header) map[string][]string {
	names := make([]string, 0, len(h))
	for k := range h {
		names = append(names, k)
	}
	sort.Slice(names, func(i, j int) bool {
		a, b := weight(names[i]), weight(names[j])
		if a != b {
			return a > b
		}
		return names[i] < names[j]
	})
	out := make(map[string][]string, min(len(h), maxHeaders))
	left := maxHeaderBytes
	for _, k := range names {
		if len(out) == maxHeaders || left < len(k) {
			break
		}
		left -= len(k)
		var kept []string
		for _, v := range h[k] {
			if isSecretHeader(k) {
				v = masked
			}
			v = cut(v, min(maxValue, left))
			left -= len(v)
			kept = append(kept, v)
			if left <= 0 || len(kept) == maxHeaders {
				break
			}
		}
		out[k] = kept
	}
	return out
}

// weight orders headers by how much a person debugging needs them.
func weight(k string) int {
	switch k {
	case keyV2, keyV1, keyJunos, keyError, "Content-Type", "Content-Encoding", "Content-Length", "User-Agent":
		return 1
	}
	return 0
}

// isSecretHeader reports whether the header's value gives its reader a right.
func isSecretHeader(k string) bool {
	switch k {
	case keyV2, keyV1, keyJunos, keyError, "Content-Type", "Content-Length", "User-Agent", "Accept-Encoding", "Accept":
		return false
	case "Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie":
		return true
	}
	k = strings.ToLower(k)
	for _, w := range [...]string{"token", "secret", "password", "passwd", "api-key", "apikey", "authorization", "cookie", "credential", "session", "csrf", "jwt", "access-key", "x-auth"} {
		if strings.Contains(k, w) {
			return true
		}
	}
	return false
}

// cut shortens s to at most n bytes without splitting a character.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	if n <= 0 {
		return ""
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

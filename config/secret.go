package config

import (
	"fmt"
	"io"
	"log/slog"
)

// Secret is a text that never prints itself: every verb, marshaler and logger gets
// "<secret>", or nothing for an empty one.
type Secret struct {
	// value is behind a pointer, because fmt prints a pointer inside an
	// unexported field as an address and never follows it.
	value *string
}

// masked is the printed form of a secret.
const masked = "<secret>"

// NewSecret wraps a text; the empty text is no secret.
func NewSecret(s string) Secret {
	if s == "" {
		return Secret{}
	}
	return Secret{value: &s}
}

// Reveal returns the text. Never print it.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return s.value == nil }

// String returns "<secret>", or nothing when there is none.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return masked
}

// Format prints String for every verb, %#v and %x included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// MarshalText serves JSON, TOML and whatever else marshals texts.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue serves slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

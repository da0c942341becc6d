package junos

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// Header is the header with the signature of a post: HMAC-SHA256 of the raw body
// in hex, without prefix, timestamp or nonce (docs/integrations.md, Junos-Auth).
const Header = "Junos-Auth"

// Sign returns the value of Header for body.
func Sign(secret, body []byte) string { return hex.EncodeToString(sum(secret, body)) }

// Check reports whether got is the signature of body. It accepts hex of either
// case and compares in constant time. An empty secret never matches, because
// anyone could sign with it.
func Check(secret, body []byte, got string) bool {
	if len(secret) == 0 || len(got) != hex.EncodedLen(sha256.Size) {
		return false
	}
	sig, err := hex.DecodeString(got)
	return err == nil && hmac.Equal(sig, sum(secret, body))
}

func sum(secret, body []byte) []byte {
	m := hmac.New(sha256.New, secret)
	m.Write(body)
	return m.Sum(nil)
}

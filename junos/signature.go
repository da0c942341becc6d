package junos

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// Header carries the signature of a post: HMAC-SHA256 of the raw body in hex,
// without prefix, timestamp or nonce (docs/integrations.md, Junos-Auth).
const Header = "Junos-Auth"

// Sign returns the value of Header for body.
func Sign(secret, body []byte) string { return hex.EncodeToString(sum(secret, body)) }

// Check reports whether got is the signature of body. Hex of either case is
// accepted; the comparison takes constant time. An empty secret never matches,
// since anyone could sign with it.
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

package mist

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"
)

// Headers of a delivery (docs/mist-api.md, Webhook signature). Mist sends both
// signatures if the webhook has a secret. It sends HeaderError instead of custom
// headers that are invalid in the webhook's configuration.
const (
	HeaderV2    = "X-Mist-Signature-v2" // HMAC-SHA256 of the raw body, hex
	HeaderV1    = "X-Mist-Signature"    // HMAC-SHA1 of the raw body, hex
	HeaderError = "X-Mist-Error"
)

// UserAgent is the User-Agent of Mist's deliveries (docs/mist-api.md, Webhook
// delivery).
const UserAgent = "Mist-webhook"

// Sign returns both signatures of body in lower-case hex, as Mist sends them.
func Sign(secret, body []byte) (v1, v2 string) {
	return hex.EncodeToString(sum(sha1.New, secret, body)),
		hex.EncodeToString(sum(sha256.New, secret, body))
}

// CheckV2 reports whether got is the SHA-256 signature of body. It accepts hex of
// either case and compares in constant time. An empty secret never matches,
// because anyone could sign with it.
func CheckV2(secret, body []byte, got string) bool {
	return check(sha256.New, secret, body, got)
}

// CheckV1 is CheckV2 for the older SHA-1 signature.
func CheckV1(secret, body []byte, got string) bool {
	return check(sha1.New, secret, body, got)
}

func check(h func() hash.Hash, secret, body []byte, got string) bool {
	if len(secret) == 0 {
		return false
	}
	want := sum(h, secret, body)
	var room [sha256.Size]byte
	if len(got) != hex.EncodedLen(len(want)) {
		return false
	}
	n, err := hex.Decode(room[:], []byte(got))
	return err == nil && hmac.Equal(room[:n], want)
}

func sum(h func() hash.Hash, secret, body []byte) []byte {
	m := hmac.New(h, secret)
	m.Write(body)
	return m.Sum(nil)
}

package webhook

import (
	"crypto/hmac"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The headers of both schemes: of Mist (docs/mist-api.md, Webhook signature), and of
// Standard Webhooks, version 1.0.0.
const (
	headerMistV2    = "X-Mist-Signature-V2"
	headerMistV1    = "X-Mist-Signature"
	headerID        = "Webhook-Id"
	headerTimestamp = "Webhook-Timestamp"
	headerSignature = "Webhook-Signature"
)

// The schemes.
const (
	signMist     = "mist"
	signStandard = "standard"
	signBoth     = "both"
)

// secretPrefix marks a secret of Standard Webhooks; base64 of the key follows.
const secretPrefix = "whsec_"

// minKey and maxKey are how long a key of Standard Webhooks may be. Its page asks for
// 24 bytes at least, yet shorter ones are in use.
const minKey, maxKey = 16, 64

// signer signs requests. A nil signer signs nothing.
type signer struct {
	mist     []byte // the key; nil for no signature of Mist's scheme
	standard []byte // likewise
}

// newSigner reads the scheme and the secret. Without a scheme the form of the secret decides.
func newSigner(scheme, secret string) (*signer, error) {
	if secret == "" {
		if scheme != "" {
			return nil, fmt.Errorf("signing = %q needs a secret", scheme)
		}
		return nil, nil
	}
	if scheme == "" {
		scheme = signMist
		if strings.HasPrefix(secret, secretPrefix) {
			scheme = signStandard
		}
	}
	s := &signer{}
	switch scheme {
	case signMist, signStandard, signBoth:
	default:
		return nil, fmt.Errorf("signing %q is unknown: use mist, standard or both", scheme)
	}
	if scheme != signStandard {
		s.mist = []byte(secret)
	}
	if scheme != signMist {
		key, err := standardKey(secret)
		if err != nil {
			return nil, err
		}
		s.standard = key
	}
	return s, nil
}

// standardKey is the key in a secret of Standard Webhooks.
func standardKey(secret string) ([]byte, error) {
	text, ok := strings.CutPrefix(secret, secretPrefix)
	if !ok {
		return nil, errors.New("secret does not begin with whsec_, as Standard Webhooks asks for; make one with: echo whsec_$(openssl rand -base64 32)")
	}
	key, err := base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))
	if err != nil {
		return nil, errors.New("secret is not base64 behind whsec_") // the decoder's error quotes the input
	}
	if len(key) < minKey || len(key) > maxKey {
		return nil, fmt.Errorf("secret holds a key of %d bytes behind whsec_: Standard Webhooks uses 24 to 64", len(key))
	}
	return key, nil
}

// makes reports whether a header is the signer's own.
func (s *signer) makes(name string) bool {
	return s != nil && slices.Contains([]string{headerMistV2, headerMistV1, headerID, headerTimestamp, headerSignature}, name)
}

// add adds the headers for one attempt.
func (s *signer) add(h http.Header, id string, now time.Time, body []byte) {
	if s == nil {
		return
	}
	if s.mist != nil { // Mist sends both, and a receiver may know only the older
		h.Set(headerMistV2, hex.EncodeToString(sum(sha256.New, s.mist, body)))
		h.Set(headerMistV1, hex.EncodeToString(sum(sha1.New, s.mist, body)))
	}
	if s.standard != nil {
		// A dot ends the id in what is signed, so that an id must not have one.
		id = strings.ReplaceAll(id, ".", "-")
		timestamp := strconv.FormatInt(now.Unix(), 10)
		signed := append([]byte(id+"."+timestamp+"."), body...)
		h.Set(headerID, id)
		h.Set(headerTimestamp, timestamp)
		h.Set(headerSignature, "v1,"+base64.StdEncoding.EncodeToString(sum(sha256.New, s.standard, signed)))
	}
}

func sum(h func() hash.Hash, key, message []byte) []byte {
	m := hmac.New(h, key)
	m.Write(message)
	return m.Sum(nil)
}

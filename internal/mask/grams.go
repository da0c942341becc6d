package mask

import (
	"bytes"
	"encoding/binary"
)

// grams rules out quickly that a body holds a secret: hardly any does, and each
// delivery waits for the answer. It knows the pieces of four bytes that
// begin in the first and the last six bytes of each secret: a body that has one
// of a secret, or what was left of it by a cut, has one of these at every third byte.
type grams [1 << 13]byte // a bit for each hash of a piece

const (
	gram   = 4
	stride = shortest - gram + 1
)

func newGrams(secrets []string) *grams {
	var g grams
	for _, secret := range secrets {
		for k := range stride {
			for _, piece := range []string{secret[k : k+gram], secret[len(secret)-shortest+k : len(secret)-shortest+k+gram]} {
				h := hash([]byte(piece))
				g[h>>3] |= 1 << (h & 7)
			}
		}
	}
	return &g
}

func hash(b []byte) uint32 { return binary.LittleEndian.Uint32(b) * 2654435761 >> 16 }

// suspect reports whether a body may hold a secret. One written with escapes of
// JSON may have none of its pieces.
func (g *grams) suspect(body []byte) bool {
	for i := 0; i+gram <= len(body); i += stride {
		if h := hash(body[i:]); g[h>>3]&(1<<(h&7)) != 0 {
			return true
		}
	}
	return bytes.IndexByte(body, '\\') >= 0
}

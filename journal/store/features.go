package store

// The search index works on blocks of blockRows consecutive events. For every
// feature an event may have (a few bytes in a row in one of its searched
// texts, a column's whole value, a MAC) a segment of the index has one
// bit per block: set when some event of the block has the feature, or another
// with the same hash. A search combines the bits of what it looks for and then
// examines only the blocks that are left; it may examine a block in vain, and
// never misses one.
const (
	blockRows   = 64
	bucketBits  = 15 // what features hash to; about one in eight is set by a block
	buckets     = 1 << bucketBits
	exactHashes = 3 // buckets that a whole value sets, so that chance hits are rare
)

// indexedColumns numbers the columns whose whole values are features. Numbers
// are hashed into the view: a change of them is a change of its layout.
var indexedColumns = map[string]uint64{
	"source": 1, "via": 2, "topic": 3, "type": 4, "severity": 5, "org_id": 6, "site_id": 7, "site": 8,
	"device": 9, "device_type": 10, "client": 11, "ssid": 12, "alert_id": alertColumn,
}

const alertColumn = 13

// fnv is FNV-1a, the hash of whole values, with the column as its seed.
func fnv(column uint64) uint64 { return (14695981039346656037 ^ column) * 1099511628211 }

func fnvAdd(h uint64, c byte) uint64 { return (h ^ uint64(c)) * 1099511628211 }

// spread turns a hash into the buckets it sets.
func spread(h uint64) [exactHashes]uint32 {
	h ^= h >> 32
	h *= 0x9E3779B97F4A7C15
	return [exactHashes]uint32{
		uint32(h >> (64 - bucketBits)),
		uint32(h >> (64 - 2*bucketBits) % buckets),
		uint32(h >> (64 - 3*bucketBits) % buckets),
	}
}

// grams are the lengths of the pieces of text that are features. Short ones
// find short words; long ones distinguish what is made of common short ones, such
// as numbers.
var grams = [...]int{3, 4, 6}

// gram is the bucket of the last n bytes of t.
func gram(t uint64, n int) uint32 {
	return uint32(((t<<(64-8*n))>>(64-8*n) + uint64(n)) * 0x9E3779B97F4A7C15 >> (64 - bucketBits))
}

// lower folds an ASCII letter, as LIKE and NOCASE do.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }

// macDigits is the length of the runs of hex digits that are a feature of their
// own: shorter pieces of hex are too common to distinguish MACs.
const macDigits = 12

// features calls set for every bucket that a text sets which contains s. A
// bucket may be set more than once.
func features(s string, set func(bucket uint32)) {
	var t uint64
	hex := 0
	for i := 0; i < len(s); i++ {
		c := lower(s[i])
		t = t<<8 | uint64(c)
		for _, n := range grams {
			if i+1 >= n {
				set(gram(t, n))
			}
		}
		if !isHex(c) {
			hex = 0
			continue
		}
		if hex++; hex >= macDigits {
			for _, b := range macBuckets(s[i+1-macDigits : i+1]) {
				set(b)
			}
		}
	}
}

func macBuckets(digits string) [exactHashes]uint32 {
	h := fnv(0)
	for i := 0; i < len(digits); i++ {
		h = fnvAdd(h, lower(digits[i]))
	}
	return spread(h)
}

// exact returns the buckets that a column's whole value sets. NOCASE compares
// texts of one length up to a NUL, so that is what is hashed.
func exact(column uint64, value string) [exactHashes]uint32 {
	h := fnv(column)
	for i := 0; i < len(value) && value[i] != 0; i++ {
		h = fnvAdd(h, lower(value[i]))
	}
	return spread(h ^ uint64(len(value))<<32)
}

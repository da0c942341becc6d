package store

import (
	"encoding/binary"
	"math"
	"strconv"

	"zombiezen.com/go/sqlite"

	"foghorn/event"
)

// The search index works on blocks of blockRows consecutive events, and spans
// of spanBlocks blocks. For every feature an event may have (a trigram of its
// searched texts, a column's whole value, a run of hex digits as long as a MAC)
// a span has a word with one bit per block: set when some event of the block
// has the feature, or another with the same hash. A search combines the words
// of what it looks for and then examines only the blocks whose bits are left;
// it may examine a block in vain, and never misses one.
//
// A span is written once, when its last event is put. The newest events, less
// than a span, are always examined.
const (
	blockRows  = 64
	spanBlocks = 64 // the bits of a word
	spanRows   = blockRows * spanBlocks

	bucketBits  = 14 // words of a span; about one in eight bits is set
	buckets     = 1 << bucketBits
	markWords   = 64 // words that are stored together
	spanMarks   = buckets / markWords
	exactHashes = 3 // words a whole value sets, so that chance hits are rare
)

// column numbers for hashing whole values; never changed, only added.
var indexedColumns = map[string]uint64{
	"source": 1, "via": 2, "topic": 3, "type": 4, "severity": 5, "org_id": 6, "site_id": 7, "site": 8, "device_mac": 9,
	"device": 10, "device_type": 11, "client_mac": 12, "client": 13, "ssid": 14, "alert_id": 15,
}

// fnv is FNV-1a, the hash of whole values, with the column as its seed.
func fnv(column uint64) uint64 { return (14695981039346656037 ^ column) * 1099511628211 }

func fnvAdd(h uint64, c byte) uint64 { return (h ^ uint64(c)) * 1099511628211 }

// spread turns a hash into the words it sets.
func spread(h uint64) [exactHashes]uint32 {
	h ^= h >> 32
	h *= 0x9E3779B97F4A7C15
	return [exactHashes]uint32{uint32(h >> (64 - bucketBits)), uint32(h >> (48 - bucketBits) % buckets), uint32(h >> (32 - bucketBits) % buckets)}
}

// gram is the word of a trigram given in the low 24 bits.
func gram(t uint32) uint32 { return t * 0x9E3779B1 >> (32 - bucketBits) }

// lower folds an ASCII letter, as LIKE and NOCASE do.
func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' }

// macDigits is the length of the runs of hex digits that are a feature of their
// own: trigrams of hex digits are too common to tell MACs apart.
const macDigits = 12

// features calls set for every word that a text with content s sets.
func features(s string, set func(bucket uint32)) {
	var t uint32
	hex := 0
	for i := 0; i < len(s); i++ {
		c := lower(s[i])
		t = (t<<8 | uint32(c)) & 0xFFFFFF
		if i >= 2 {
			set(gram(t))
		}
		if !isHex(c) {
			hex = 0
			continue
		}
		if hex++; hex >= macDigits {
			h := fnv(0)
			for _, c := range []byte(s[i+1-macDigits : i+1]) {
				h = fnvAdd(h, lower(c))
			}
			for _, b := range spread(h) {
				set(b)
			}
		}
	}
}

// exact returns the words that a column's whole value sets.
// NOCASE compares texts of one length up to a NUL, so that is what is hashed.
func exact(column uint64, value string) [exactHashes]uint32 {
	h := fnv(column)
	for i := 0; i < len(value) && value[i] != 0; i++ {
		h = fnvAdd(h, lower(value[i]))
	}
	return spread(h ^ uint64(len(value))<<32)
}

// indexer gathers the features of the newest events until they make a span.
type indexer struct {
	conn             *sqlite.Conn
	span             int64 // number of the span being gathered
	words            [buckets]uint64
	bounds           [spanBlocks]int64 // the first id of every block
	rows             int
	minTime, maxTime int64
	last             int64
}

// loadIndexer gathers the events that came after the last span.
func loadIndexer(c *sqlite.Conn) (*indexer, error) {
	x := &indexer{conn: c}
	no, err := number(c, "SELECT max(no) FROM spans")
	if err != nil {
		return nil, err
	}
	x.span = no + 1
	sealed, err := number(c, "SELECT last FROM spans WHERE no = ?", no)
	if err != nil {
		return nil, err
	}
	x.begin()
	st, err := c.Prepare("SELECT " + eventColumns + " FROM events WHERE id > ? ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer st.Reset()
	st.BindInt64(1, sealed)
	for {
		row, err := st.Step()
		if err != nil || !row {
			return x, err
		}
		e := scanEvent(st)
		if err := x.add(&e); err != nil {
			return nil, err
		}
	}
}

func (x *indexer) begin() {
	clear(x.words[:])
	x.rows, x.minTime, x.maxTime = 0, math.MaxInt64, math.MinInt64
}

// add gathers an event that was just put.
func (x *indexer) add(e *event.Event) error {
	block := x.rows / blockRows
	if x.rows%blockRows == 0 {
		x.bounds[block] = e.ID
	}
	bit := uint64(1) << block
	set := func(b uint32) { x.words[b] |= bit }
	for _, s := range [...]string{e.Type, e.Topic, e.Site, e.Device, e.Client, e.SSID, e.Text, string(e.DeviceMAC), string(e.ClientMAC), e.Source} {
		features(s, set)
	}
	whole := func(column uint64, value string) {
		for _, b := range exact(column, value) {
			x.words[b] |= bit
		}
	}
	for i, s := range [...]string{e.Source, string(e.Via), e.Topic, e.Type, strconv.Itoa(int(e.Severity)), e.OrgID, e.SiteID, e.Site,
		string(e.DeviceMAC), e.Device, e.DeviceType, string(e.ClientMAC), e.Client, e.SSID} {
		whole(uint64(i+1), s)
	}
	if e.AlertID != 0 {
		whole(15, strconv.FormatInt(e.AlertID, 10))
	}
	ms := millis(e.Time)
	x.minTime, x.maxTime = min(x.minTime, ms), max(x.maxTime, ms)
	x.last = e.ID
	if x.rows++; x.rows == spanRows {
		return x.seal()
	}
	return nil
}

// seal writes the span and begins the next.
func (x *indexer) seal() error {
	bounds := make([]byte, 0, 8*spanBlocks)
	for _, id := range x.bounds {
		bounds = binary.LittleEndian.AppendUint64(bounds, uint64(id))
	}
	st, err := x.conn.Prepare("INSERT INTO spans(no, first, last, min_time, max_time, bounds) VALUES(?, ?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	for i, n := range []int64{x.span, x.bounds[0], x.last, x.minTime, x.maxTime} {
		st.BindInt64(i+1, n)
	}
	st.BindBytes(6, bounds)
	if err := run(st); err != nil {
		return err
	}
	if st, err = x.conn.Prepare("INSERT INTO marks(id, words) VALUES(?, ?)"); err != nil {
		return err
	}
	blob := make([]byte, 0, 8*markWords)
	for m := range spanMarks {
		blob = blob[:0]
		for _, w := range x.words[m*markWords : (m+1)*markWords] {
			blob = binary.LittleEndian.AppendUint64(blob, w)
		}
		st.BindInt64(1, x.span*spanMarks+int64(m))
		st.BindBytes(2, blob)
		if err := run(st); err != nil {
			return err
		}
	}
	x.span++
	x.begin()
	return nil
}

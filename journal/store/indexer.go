package store

import (
	"encoding/binary"
	"math"
	"strconv"

	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
)

// The index of a run of consecutive events is a segment: a word of bits, one
// bit per block, for every bucket. A small segment covers spanBlocks blocks and
// is written when its last event is put. As soon as there are wideSpans of them
// they become one wide segment, with as many words per bucket, so that a search
// reads sixteen times fewer rows. The newest events, less than a small segment,
// are in none and always examined.
const (
	spanBlocks = 64 // the bits of a word
	wideSpans  = 16
	rowWords   = 64 // words that are stored as one row
)

// A segment's number is twice that of its last span, and one more when it is
// wide: in the order of numbers they are in the order of events.
func isWide(segment int64) bool { return segment%2 == 1 }

// bitRowID is the row of trigram_bits that holds a word of a segment.
func bitRowID(segment int64, word uint32) int64 { return segment<<16 | int64(word/rowWords) }

// indexer gathers the features of the newest events until they make a segment.
type indexer struct {
	conn  *sqlite.Conn
	block int   // events per block
	span  int64 // number of the span being gathered, from 1
	rows  int   // events in it
	spans []spanWords
}

// spanWords is one span of the wide segment that is in the making.
type spanWords struct {
	words            *[buckets]uint64
	first            [spanBlocks]int64 // the first id of every block
	last             int64
	minTime, maxTime int64
}

// loadIndexer reads what the wide segment in the making consists of so far, and
// gathers the events that came after it.
func loadIndexer(c *sqlite.Conn, block int) (*indexer, error) {
	x := &indexer{conn: c, block: block}
	newest, err := queryInt(c, "SELECT max(number) FROM index_segments")
	if err != nil {
		return nil, err
	}
	last, err := queryInt(c, "SELECT last_event FROM index_segments WHERE number = ?", newest)
	if err != nil {
		return nil, err
	}
	x.span = newest / 2
	for no := x.span - x.span%wideSpans + 1; no <= x.span; no++ {
		if err := x.loadSpan(no); err != nil {
			return nil, err
		}
	}
	x.begin()
	st, err := c.Prepare("SELECT " + eventColumns + " FROM events WHERE id > ? ORDER BY id")
	if err != nil {
		return nil, err
	}
	defer st.Reset()
	st.BindInt64(1, last)
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

// loadSpan reads a small segment back. One that retention removed, because it
// held no event any more, leaves an empty place.
func (x *indexer) loadSpan(no int64) error {
	s := spanWords{words: new([buckets]uint64), minTime: math.MaxInt64, maxTime: math.MinInt64}
	defer func() { x.spans = append(x.spans, s) }()
	seg, found, err := readSegment(x.conn, 2*no)
	if err != nil || !found {
		return err
	}
	s.last, s.minTime, s.maxTime = seg.last, seg.minTime, seg.maxTime
	copy(s.first[:], seg.first)
	r := bitReader{conn: x.conn}
	for b := range uint32(buckets) {
		if s.words[b], err = r.word(seg.no, b); err != nil {
			return err
		}
	}
	return nil
}

// begin starts the next span.
func (x *indexer) begin() {
	if len(x.spans) == wideSpans {
		clear(x.spans)
		x.spans = x.spans[:0]
	}
	x.span++
	x.rows = 0
	x.spans = append(x.spans, spanWords{words: new([buckets]uint64), minTime: math.MaxInt64, maxTime: math.MinInt64})
}

// add gathers an event that was just put.
func (x *indexer) add(e *event.Event) error {
	s := &x.spans[len(x.spans)-1]
	block := x.rows / x.block
	if x.rows%x.block == 0 {
		s.first[block] = e.ID
	}
	bit := uint64(1) << block
	words := s.words
	set := func(b uint32) { words[b%buckets] |= bit }
	for _, text := range [...]string{e.Type, e.Topic, e.Site, e.Device, e.Client, e.SSID, e.Text, string(e.DeviceMAC), string(e.ClientMAC), e.Source} {
		features(text, set)
	}
	for i, value := range [...]string{e.Source, string(e.Via), e.Topic, e.Type, severityDigits[e.Severity%4], e.OrgID, e.SiteID, e.Site,
		e.Device, e.DeviceType, e.Client, e.SSID} {
		for _, b := range exact(uint64(i+1), value) {
			set(b)
		}
	}
	for _, b := range exact(alertColumn, strconv.FormatInt(e.AlertID, 10)) {
		set(b)
	}
	ms := millis(e.Time)
	s.minTime, s.maxTime, s.last = min(s.minTime, ms), max(s.maxTime, ms), e.ID
	if x.rows++; x.rows == x.block*spanBlocks {
		return x.seal()
	}
	return nil
}

// severityDigits are the severities as required terms spell them.
var severityDigits = [4]string{"0", "1", "2", "3"}

// seal writes the span as a small segment, or, when it is the last that was
// missing, all of them as a wide one.
func (x *indexer) seal() error {
	var err error
	if len(x.spans) < wideSpans {
		err = x.write(2*x.span, x.spans[len(x.spans)-1:])
	} else {
		err = x.widen()
	}
	if err != nil {
		return err
	}
	x.begin()
	return nil
}

// widen replaces the small segments by the wide one.
func (x *indexer) widen() error {
	wide := 2*x.span + 1
	for no := wide - 2*wideSpans + 1; no < wide; no += 2 {
		if err := dropSegment(x.conn, no); err != nil {
			return err
		}
	}
	return x.write(wide, x.spans)
}

// write stores a segment: of every bucket the words of all spans, one behind
// the other.
func (x *indexer) write(no int64, spans []spanWords) error {
	seg := segment{no: no, first: make([]int64, 0, len(spans)*spanBlocks), minTime: math.MaxInt64, maxTime: math.MinInt64}
	for _, s := range spans {
		seg.first = append(seg.first, s.first[:]...)
		seg.last = max(seg.last, s.last)
		seg.minTime, seg.maxTime = min(seg.minTime, s.minTime), max(seg.maxTime, s.maxTime)
	}
	if err := writeSegment(x.conn, seg); err != nil {
		return err
	}
	st, err := x.conn.Prepare("INSERT INTO trigram_bits(id, bits) VALUES(?, ?)")
	if err != nil {
		return err
	}
	blob := make([]byte, 0, 8*rowWords)
	word := uint32(0)
	for b := range buckets {
		for i := range spans {
			blob = binary.LittleEndian.AppendUint64(blob, spans[i].words[b])
			if word++; word%rowWords != 0 {
				continue
			}
			st.BindInt64(1, bitRowID(no, word-1))
			st.BindBytes(2, blob)
			if err := run(st); err != nil {
				return err
			}
			blob = blob[:0]
		}
	}
	return nil
}

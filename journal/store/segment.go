package store

import (
	"encoding/binary"

	"zombiezen.com/go/sqlite"
)

// segment says which events a segment of the index covers.
type segment struct {
	no               int64
	first            []int64 // the first id of every block; 0 for a block that is gone
	last             int64
	minTime, maxTime int64
}

// begin is the first id of the segment.
func (s segment) begin() int64 {
	for _, id := range s.first {
		if id != 0 {
			return id
		}
	}
	return s.last
}

// end is the last id that can be in a block.
func (s segment) end(block int) int64 {
	for _, id := range s.first[block+1:] {
		if id != 0 {
			return id - 1
		}
	}
	return s.last
}

// width is how many words a segment has per bucket.
func (s segment) width() uint32 {
	if isWide(s.no) {
		return wideSpans
	}
	return 1
}

const segmentColumns = "number, last_event, min_time, max_time, block_starts"

func scanSegment(st *sqlite.Stmt) segment {
	s := segment{no: st.ColumnInt64(0), last: st.ColumnInt64(1), minTime: st.ColumnInt64(2), maxTime: st.ColumnInt64(3)}
	b := columnBytes(st, 4)
	s.first = make([]int64, len(b)/8)
	for i := range s.first {
		s.first[i] = int64(binary.LittleEndian.Uint64(b[8*i:]))
	}
	return s
}

func readSegment(c *sqlite.Conn, no int64) (s segment, found bool, err error) {
	st, err := c.Prepare("SELECT " + segmentColumns + " FROM index_segments WHERE number = ?")
	if err != nil {
		return s, false, err
	}
	st.BindInt64(1, no)
	row, err := st.Step()
	if err != nil {
		return s, false, err
	}
	if row {
		s = scanSegment(st)
	}
	return s, row, st.Reset()
}

func writeSegment(c *sqlite.Conn, s segment) error {
	st, err := c.Prepare("INSERT INTO index_segments(number, first_event, last_event, min_time, max_time, block_starts) VALUES(?, ?, ?, ?, ?, ?)")
	if err != nil {
		return err
	}
	blob := make([]byte, 0, 8*len(s.first))
	for _, id := range s.first {
		blob = binary.LittleEndian.AppendUint64(blob, uint64(id))
	}
	for i, n := range []int64{s.no, s.begin(), s.last, s.minTime, s.maxTime} {
		st.BindInt64(i+1, n)
	}
	st.BindBytes(6, blob)
	return run(st)
}

func dropSegment(c *sqlite.Conn, no int64) error {
	for _, sql := range []string{"DELETE FROM index_segments WHERE number = ?1", "DELETE FROM trigram_bits WHERE id BETWEEN ?1<<16 AND (?1<<16)+65535"} {
		st, err := c.Prepare(sql)
		if err != nil {
			return err
		}
		st.BindInt64(1, no)
		if err := run(st); err != nil {
			return err
		}
	}
	return nil
}

// bitReader reads words of segments. It keeps the row it read last.
type bitReader struct {
	conn *sqlite.Conn
	st   *sqlite.Stmt
	id   int64
	row  [8 * rowWords]byte
}

// word reads one word. What was never written has no bits.
func (r *bitReader) word(segment int64, word uint32) (uint64, error) {
	if id := bitRowID(segment, word); id != r.id {
		if err := r.read(id); err != nil {
			return 0, err
		}
	}
	return binary.LittleEndian.Uint64(r.row[8*(word%rowWords):]), nil
}

func (r *bitReader) read(id int64) (err error) {
	if r.st == nil {
		if r.st, err = r.conn.Prepare("SELECT bits FROM trigram_bits WHERE id = ?"); err != nil {
			return err
		}
	}
	r.id = id
	r.st.BindInt64(1, id)
	found, err := r.st.Step()
	if err != nil {
		return err
	}
	if found {
		r.st.ColumnBytes(0, r.row[:])
	} else {
		clear(r.row[:])
	}
	return r.st.Reset()
}

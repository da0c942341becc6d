package store

import (
	"context"
	"encoding/binary"
	"math/bits"
	"regexp"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/event"
	"foghorn/query"
)

// openReader opens a connection that can answer queries.
func openReader(path string) (*sqlite.Conn, error) {
	c, err := connect(path, settings{cache: readerCache, readOnly: true})
	if err != nil {
		return nil, err
	}
	err = c.CreateFunction("regexp", &sqlite.FunctionImpl{NArgs: 2, Deterministic: true, Scalar: matchRegexp})
	if err != nil {
		c.Close()
		return nil, wrap("open", path, err)
	}
	return c, nil
}

// matchRegexp is regexp(pattern, value), compiled once per statement.
func matchRegexp(ctx sqlite.Context, args []sqlite.Value) (sqlite.Value, error) {
	re, _ := ctx.AuxData(0).(*regexp.Regexp)
	if re == nil {
		var err error
		if re, err = query.Regexp(args[0].Text()); err != nil {
			return sqlite.Value{}, err
		}
		ctx.SetAuxData(0, re)
	}
	n := int64(0)
	if re.MatchString(args[1].Text()) {
		n = 1
	}
	return sqlite.IntegerValue(n), nil
}

// defaultLimit is what a page without a limit gets.
const defaultLimit = 100

// bounds turns the exclusive bounds of a page into inclusive ones.
func bounds(p query.Page) (low, high int64) {
	low, high = p.After+1, p.Before-1
	if p.Before == 0 {
		high = 1<<63 - 1
	}
	if p.After == 0 {
		low = 0
	}
	return low, high
}

func limit(p query.Page) int {
	if p.Limit <= 0 {
		return defaultLimit
	}
	return p.Limit
}

// Events returns the events of a page, newest first. Raw is left out; it is in
// the log.
func (v *View) Events(ctx context.Context, p query.Page) (events []event.Event, err error) {
	err = v.read(ctx, "search events", func(c *sqlite.Conn) error {
		s := search{conn: c, limit: limit(p), found: &events}
		return s.run(p, v.now(p.Now))
	})
	return events, err
}

// search is one walk over the events, newest first.
type search struct {
	conn  *sqlite.Conn
	st    *sqlite.Stmt
	args  int // of the query's own condition; the bounds and the limit follow
	mark  *sqlite.Stmt
	limit int
	found *[]event.Event
}

// run examines first the newest events, which no span covers yet, then span by
// span what the index leaves.
func (s *search) run(p query.Page, now time.Time) (err error) {
	sql := p.Where.SQL(query.Events, now)
	s.st, _, err = s.conn.PrepareTransient("SELECT " + eventColumns + " FROM events WHERE (" + sql.Where + ") AND id BETWEEN ? AND ? ORDER BY id DESC LIMIT ?")
	if err != nil {
		return err
	}
	defer s.st.Finalize()
	s.args = bindArgs(s.st, sql.Args)
	low, high := bounds(p)
	clues := cluesOf(p.Where, now)
	if clues.none() {
		return s.examine(low, high)
	}
	if s.mark, err = s.conn.Prepare("SELECT words FROM marks WHERE id = ?"); err != nil {
		return err
	}
	spans, err := s.conn.Prepare("SELECT no, first, last, min_time, max_time, bounds FROM spans WHERE first <= ? ORDER BY no DESC")
	if err != nil {
		return err
	}
	defer spans.Reset()
	spans.BindInt64(1, high)
	top := high // the newest id that was not examined or ruled out
	for len(*s.found) < s.limit {
		row, err := spans.Step()
		if err != nil {
			return err
		}
		if !row {
			return s.examine(low, top)
		}
		first, last := spans.ColumnInt64(1), spans.ColumnInt64(2)
		if last < low {
			return s.examine(low, top)
		}
		if err := s.examine(max(low, last+1), top); err != nil {
			return err
		}
		top = first - 1
		if !clues.inTime(spans.ColumnInt64(3), spans.ColumnInt64(4)) {
			continue
		}
		mask, err := clues.blocks(s, spans.ColumnInt64(0))
		if err != nil {
			return err
		}
		if err := s.examineBlocks(mask, columnBytes(spans, 5), last, low, high); err != nil {
			return err
		}
	}
	return nil
}

// examineBlocks examines the blocks of a span whose bits are set, newest first,
// neighbours in one go.
func (s *search) examineBlocks(mask uint64, bounds []byte, last, low, high int64) error {
	for mask != 0 {
		newest := 63 - bits.LeadingZeros64(mask)
		oldest := newest + 1 - bits.LeadingZeros64(^(mask << (63 - newest)))
		mask &= 1<<oldest - 1
		to := last
		if newest < spanBlocks-1 {
			to = int64(binary.LittleEndian.Uint64(bounds[8*(newest+1):])) - 1
		}
		from := int64(binary.LittleEndian.Uint64(bounds[8*oldest:]))
		if err := s.examine(max(from, low), min(to, high)); err != nil {
			return err
		}
	}
	return nil
}

// examine runs the condition on the events from low to high.
func (s *search) examine(low, high int64) error {
	left := s.limit - len(*s.found)
	if low > high || left <= 0 {
		return nil
	}
	s.st.BindInt64(s.args+1, low)
	s.st.BindInt64(s.args+2, high)
	s.st.BindInt64(s.args+3, int64(left))
	for {
		row, err := s.st.Step()
		if err != nil {
			return err
		}
		if !row {
			return s.st.Reset()
		}
		*s.found = append(*s.found, scanEvent(s.st))
	}
}

// words reads one word of a span.
func (s *search) word(span int64, bucket uint32) (uint64, error) {
	s.mark.BindInt64(1, span*spanMarks+int64(bucket/markWords))
	row, err := s.mark.Step()
	if err != nil {
		return 0, err
	}
	var buf [8 * markWords]byte
	if row {
		s.mark.ColumnBytes(0, buf[:])
	}
	return binary.LittleEndian.Uint64(buf[8*(bucket%markWords):]), s.mark.Reset()
}

// bindArgs binds the arguments of a query and returns how many there are.
func bindArgs(st *sqlite.Stmt, args []any) int {
	for i, a := range args {
		switch a := a.(type) {
		case int64:
			st.BindInt64(i+1, a)
		case float64:
			st.BindFloat(i+1, a)
		case string:
			st.BindText(i+1, a)
		}
	}
	return len(args)
}

package store

import (
	"context"
	"regexp"
	"time"

	"zombiezen.com/go/sqlite"

	"foghorn/journal/event"
	"foghorn/journal/query"
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
	marks markReader
	limit int
	found *[]event.Event
}

// run examines first the newest events, which no segment covers yet, then,
// segment by segment, what the index leaves.
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
	s.marks.conn = s.conn
	segments, err := s.conn.Prepare("SELECT " + segmentColumns + " FROM segments WHERE first <= ? AND last >= ? ORDER BY no DESC")
	if err != nil {
		return err
	}
	defer segments.Reset()
	segments.BindInt64(1, high)
	segments.BindInt64(2, low)
	top := high // the newest id that was neither examined nor ruled out
	for len(*s.found) < s.limit {
		row, err := segments.Step()
		if err != nil {
			return err
		}
		if !row {
			return s.examine(low, top)
		}
		seg := scanSegment(segments)
		if err := s.examine(max(low, seg.last+1), top); err != nil {
			return err
		}
		if err := s.examineSegment(seg, clues, low, high); err != nil {
			return err
		}
		top = seg.begin() - 1
	}
	return nil
}

// examineSegment examines the blocks of a segment that the clues leave, newest
// first.
func (s *search) examineSegment(seg segment, k clues, low, high int64) error {
	if !k.inTime(seg.minTime, seg.maxTime) {
		return nil
	}
	var masks [wideSpans]uint64
	left := masks[:seg.width()]
	if err := k.blocks(&s.marks, seg.no, left); err != nil {
		return err
	}
	to := seg.last
	for block := len(seg.first) - 1; block >= 0; block-- {
		from := seg.first[block]
		if from == 0 {
			continue
		}
		if left[block/spanBlocks]&(1<<(block%spanBlocks)) != 0 {
			if err := s.examine(max(from, low), min(to, high)); err != nil {
				return err
			}
		}
		to = from - 1
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

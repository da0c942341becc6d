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

// order is the SQL direction of ids in a page.
func order(p query.Page) string {
	if p.OldestFirst {
		return "ASC"
	}
	return "DESC"
}

// Events returns the events of a page, newest first or as the page says. Raw is
// left out; it is in the log.
func (v *View) Events(ctx context.Context, p query.Page) (events []event.Event, err error) {
	err = v.read(ctx, "search events", func(c *sqlite.Conn) error {
		s := search{conn: c, limit: limit(p), found: &events}
		return s.run(p, v.now(p.Now))
	})
	return events, err
}

// search is one walk over the events in the order of a page.
type search struct {
	conn  *sqlite.Conn
	st    *sqlite.Stmt
	args  int // of the query's own condition; the bounds and the limit follow
	bits  bitReader
	limit int
	found *[]event.Event
}

// run walks over the segments in the order of the page. It examines what the
// index leaves of each, and all events that no segment covers: the newest, and
// those between segments that retention left.
func (s *search) run(p query.Page, now time.Time) (err error) {
	sql := p.Where.SQL(query.Events, now)
	s.st, _, err = s.conn.PrepareTransient("SELECT " + eventColumns + " FROM events WHERE (" + sql.Where + ") AND id BETWEEN ? AND ? ORDER BY id " + order(p) + limited)
	if err != nil {
		return err
	}
	defer s.st.Finalize()
	s.args = bindArgs(s.st, sql.Args)
	low, high := bounds(p)
	constraints := constraintsOf(p.Where, now)
	if constraints.none() {
		return s.examine(low, high)
	}
	s.bits.conn = s.conn
	segments, err := s.conn.Prepare("SELECT " + segmentColumns + " FROM index_segments WHERE first_event <= ? AND last_event >= ? ORDER BY number " + order(p))
	if err != nil {
		return err
	}
	defer segments.Reset()
	segments.BindInt64(1, high)
	segments.BindInt64(2, low)
	bottom, top := low, high // the ids that were neither examined nor ruled out
	for len(*s.found) < s.limit {
		row, err := segments.Step()
		if err != nil {
			return err
		}
		if !row {
			return s.examine(bottom, top)
		}
		seg := scanSegment(segments)
		if p.OldestFirst {
			err = s.examine(bottom, min(top, seg.begin()-1))
			bottom = seg.last + 1
		} else {
			err = s.examine(max(bottom, seg.last+1), top)
			top = seg.begin() - 1
		}
		if err != nil {
			return err
		}
		if err := s.examineSegment(seg, constraints, low, high, p.OldestFirst); err != nil {
			return err
		}
	}
	return nil
}

// examineSegment examines the blocks of a segment that the constraints leave.
func (s *search) examineSegment(seg segment, k constraints, low, high int64, oldestFirst bool) error {
	if !k.overlaps(seg.minTime, seg.maxTime) {
		return nil
	}
	var masks [wideSpans]uint64
	left := masks[:seg.width()]
	if err := k.candidateBlocks(&s.bits, seg.no, left); err != nil {
		return err
	}
	for i := range seg.first {
		block := i
		if !oldestFirst {
			block = len(seg.first) - 1 - i
		}
		if left[block/spanBlocks]&(1<<(block%spanBlocks)) == 0 || seg.first[block] == 0 {
			continue
		}
		if err := s.examine(max(seg.first[block], low), min(seg.end(block), high)); err != nil {
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

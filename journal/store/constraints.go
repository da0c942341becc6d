package store

import (
	"slices"
	"time"

	"foghorn/journal/query"
)

// constraints are what the index is asked for on behalf of a query.
type constraints struct {
	all      [][]bucketSet
	from, to int64 // of the time, inclusive
	timed    bool
}

// bucketSet is the buckets that all have to be set where an event has it.
type bucketSet []uint32

// constraintsOf turns the constraints of a query into buckets. Lists that the index knows
// nothing about are left out: they rule nothing out.
func constraintsOf(q *query.Query, now time.Time) constraints {
	asked := q.Constraints(now)
	none := (*query.Query)(nil).Constraints(now)
	c := constraints{from: asked.From, to: asked.To, timed: asked.From != none.From || asked.To != none.To}
	for _, list := range asked.All {
		var alternatives []bucketSet
		for _, a := range list {
			words, ok := bucketsOf(a)
			if !ok {
				alternatives = nil
				break
			}
			alternatives = append(alternatives, words)
		}
		if alternatives != nil || len(list) == 0 {
			c.all = append(c.all, alternatives)
		}
	}
	// What rules out most is asked first: fewer alternatives.
	slices.SortStableFunc(c.all, func(a, b []bucketSet) int { return len(a) - len(b) })
	return c
}

func bucketsOf(c query.RequiredTerm) (buckets bucketSet, ok bool) {
	column, whole := indexedColumns[c.Column]
	switch {
	case whole:
		b := exact(column, c.Text)
		return b[:], true
	case c.Column == "" || c.Column == "device_mac" || c.Column == "client_mac":
		// MACs are searched texts, and a feature of their own when they are whole.
		seen := map[uint32]bool{}
		features(c.Text, func(b uint32) {
			if !seen[b] {
				buckets = append(buckets, b)
			}
			seen[b] = true
		})
		// The features of the end of the text are the longest and rule out most.
		slices.Reverse(buckets)
		return buckets, len(buckets) > 0
	}
	return nil, false
}

// none reports whether the index cannot help.
func (c constraints) none() bool { return len(c.all) == 0 && !c.timed }

// overlaps reports whether a span with these times may hold a match.
func (c constraints) overlaps(first, last int64) bool { return c.from <= last && first <= c.to }

// candidateBlocks leaves the bits of the candidateBlocks of a segment that may hold a match. left
// has one word per span of it.
func (c constraints) candidateBlocks(bits *bitReader, segment int64, left []uint64) error {
	for i := range left {
		left[i] = ^uint64(0)
	}
	var either, all [wideSpans]uint64
	for _, list := range c.all {
		clear(either[:])
		for _, alternative := range list {
			copy(all[:], left)
			if err := alternative.narrow(bits, segment, all[:len(left)]); err != nil {
				return err
			}
			for i := range left {
				either[i] |= all[i]
			}
		}
		if copy(left, either[:]); empty(left) {
			return nil
		}
	}
	return nil
}

// narrow takes the bits away that any of the buckets lacks.
func (c bucketSet) narrow(bits *bitReader, segment int64, left []uint64) error {
	for _, bucket := range c {
		for i := range left {
			w, err := bits.word(segment, bucket*uint32(len(left))+uint32(i))
			if err != nil {
				return err
			}
			left[i] &= w
		}
		if empty(left) {
			return nil
		}
	}
	return nil
}

func empty(words []uint64) bool {
	for _, w := range words {
		if w != 0 {
			return false
		}
	}
	return true
}

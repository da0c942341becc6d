package store

import (
	"slices"
	"time"

	"foghorn/journal/query"
)

// clues are what the index is asked for on behalf of a query.
type clues struct {
	all      [][]clue
	from, to int64 // of the time, inclusive
	timed    bool
}

// clue is the buckets that all have to be set where an event has it.
type clue []uint32

// cluesOf turns the clues of a query into buckets. Lists that the index knows
// nothing about are left out: they rule nothing out.
func cluesOf(q *query.Query, now time.Time) clues {
	asked := q.Clues(now)
	none := (*query.Query)(nil).Clues(now)
	c := clues{from: asked.From, to: asked.To, timed: asked.From != none.From || asked.To != none.To}
	for _, list := range asked.All {
		var alternatives []clue
		for _, a := range list {
			words, ok := wordsOf(a)
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
	slices.SortStableFunc(c.all, func(a, b []clue) int { return len(a) - len(b) })
	return c
}

func wordsOf(c query.Clue) (buckets clue, ok bool) {
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
func (c clues) none() bool { return len(c.all) == 0 && !c.timed }

// inTime reports whether a span with these times may hold a match.
func (c clues) inTime(first, last int64) bool { return c.from <= last && first <= c.to }

// blocks leaves the bits of the blocks of a segment that may hold a match. left
// has one word per span of it.
func (c clues) blocks(marks *markReader, segment int64, left []uint64) error {
	for i := range left {
		left[i] = ^uint64(0)
	}
	var any, all [wideSpans]uint64
	for _, list := range c.all {
		clear(any[:])
		for _, alternative := range list {
			copy(all[:], left)
			if err := alternative.narrow(marks, segment, all[:len(left)]); err != nil {
				return err
			}
			for i := range left {
				any[i] |= all[i]
			}
		}
		if copy(left, any[:]); empty(left) {
			return nil
		}
	}
	return nil
}

// narrow takes the bits away that any bucket of the clue lacks.
func (c clue) narrow(marks *markReader, segment int64, left []uint64) error {
	for _, bucket := range c {
		for i := range left {
			w, err := marks.word(segment, bucket*uint32(len(left))+uint32(i))
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

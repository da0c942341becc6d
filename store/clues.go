package store

import (
	"slices"
	"time"

	"foghorn/query"
)

// clues are what the index is asked for on behalf of a query.
type clues struct {
	all      [][]clue
	from, to int64 // of the time, inclusive
	timed    bool
}

// clue is the words that all have to be set where an event has it.
type clue []uint32

// cluesOf turns the clues of a query into words. Lists that the index knows
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
	// What rules out most is asked first: more words, fewer alternatives.
	slices.SortStableFunc(c.all, func(a, b []clue) int { return len(a) - len(b) })
	return c
}

func wordsOf(c query.Clue) (words clue, ok bool) {
	if c.Column == "" {
		features(c.Text, func(b uint32) { words = append(words, b) })
		slices.Sort(words)
		return slices.Compact(words), len(words) > 0
	}
	column, ok := indexedColumns[c.Column]
	if !ok {
		return nil, false
	}
	w := exact(column, c.Text)
	return w[:], true
}

// none reports whether the index cannot help.
func (c clues) none() bool { return len(c.all) == 0 && !c.timed }

// inTime reports whether a span with these times may hold a match.
func (c clues) inTime(first, last int64) bool { return c.from <= last && first <= c.to }

// blocks returns the blocks of a span that may hold a match, a bit for each.
func (c clues) blocks(s *search, span int64) (uint64, error) {
	mask := ^uint64(0)
	for _, list := range c.all {
		any := uint64(0)
		for _, alternative := range list {
			m := mask
			for _, bucket := range alternative {
				if m == 0 {
					break
				}
				w, err := s.word(span, bucket)
				if err != nil {
					return 0, err
				}
				m &= w
			}
			any |= m
		}
		if mask &= any; mask == 0 {
			break
		}
	}
	return mask, nil
}

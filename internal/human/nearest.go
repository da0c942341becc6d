package human

import "strings"

// Nearest returns the candidate that got probably misspells, or empty: within one
// edit for short words, two for longer ones, or the only candidate that starts
// with got. Candidates are in lower case.
func Nearest(got string, candidates []string) string {
	got = strings.ToLower(got)
	limit := 1
	if len(got) > 4 {
		limit = 2
	}
	best, bestAt := "", limit+1
	for _, c := range candidates {
		if d := distance(got, c); d < bestAt {
			best, bestAt = c, d
		}
	}
	if best != "" || len(got) < 2 {
		return best
	}
	for _, c := range candidates {
		if strings.HasPrefix(c, got) {
			if best != "" {
				return ""
			}
			best = c
		}
	}
	return best
}

// distance counts the single-byte edits (insert, delete, replace, swap of
// neighbors) from a to b. Words over 64 bytes are never near anything.
func distance(a, b string) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	var rows [3][65]int
	before, last, row := &rows[0], &rows[1], &rows[2]
	for j := range len(b) + 1 {
		last[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}

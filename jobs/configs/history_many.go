package configs

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// blobBatch is how many files one run of git reads.
const blobBatch = 200

// timeOf is the time of a moment; of a revision it is that of the change.
func (s *Store) timeOf(ctx context.Context, m Moment) (time.Time, error) {
	if m.Revision == "" {
		return m.Time, nil
	}
	if err := checkRevision(m.Revision); err != nil {
		return time.Time{}, err
	}
	out, err := s.git.run(ctx, nil, "", "show", "--no-patch", "--format=%at", m.Revision+"^{commit}")
	if errors.Is(err, ErrNoGit) {
		return time.Time{}, err
	}
	at, bad := strconv.ParseInt(strings.TrimSpace(string(out)), 10, 64)
	if err != nil || bad != nil {
		return time.Time{}, fmt.Errorf("there is no revision %s; foghorn configs log lists them", m.Revision)
	}
	return time.Unix(at, 0), nil
}

// manyAt returns the files of a selection as they were at a moment. It needs git.
func (s *Store) manyAt(ctx context.Context, sel Selection, m Moment) (map[Path][]byte, error) {
	revisions := map[Path]string{}
	var err error
	if m.Revision != "" {
		err = s.pathsOf(ctx, sel, m.Revision, revisions)
	} else {
		err = s.revisionsAt(ctx, sel, m.Time, revisions)
	}
	if err != nil {
		return nil, err
	}
	out := make(map[Path][]byte, len(revisions))
	for paths := range slices.Chunk(slices.Collect(maps.Keys(revisions)), blobBatch) {
		refs := make([]blobRef, len(paths))
		for i, p := range paths {
			refs[i] = blobRef{revisions[p], p}
		}
		blobs, err := s.blobs(ctx, refs)
		if err != nil {
			return nil, err
		}
		for i, p := range paths {
			if out[p] = blobs[i]; blobs[i] == nil {
				return nil, fmt.Errorf("git has no %s of %s", p, revisions[p])
			}
		}
	}
	return out, nil
}

// pathsOf finds the files that a revision has.
func (s *Store) pathsOf(ctx context.Context, sel Selection, revision string, out map[Path]string) error {
	if _, err := s.timeOf(ctx, Moment{Revision: revision}); err != nil {
		return err
	}
	text, err := s.git.run(ctx, nil, "", "ls-tree", "-r", "--name-only", "-z", revision, "--", sel.folder())
	if err != nil {
		return err
	}
	for name := range strings.SplitSeq(string(text), "\x00") {
		if p, err := ParsePath(name); err == nil && sel.takes(p) {
			out[p] = revision
		}
	}
	return nil
}

// revisionsAt finds for each file the revision that had it at a time. The log has the
// newest first, and its times are those of the changes in the cloud.
func (s *Store) revisionsAt(ctx context.Context, sel Selection, when time.Time, out map[Path]string) error {
	decided := map[Path]bool{}
	for from := ""; ; {
		entries, err := s.git.logFrom(ctx, from, sel.folder())
		if err != nil {
			return err
		}
		for _, e := range entries {
			for _, c := range e.Changes {
				if decided[c.Path] || e.Time.After(when) || !sel.takes(c.Path) {
					continue
				}
				if decided[c.Path] = true; c.Verb != Deleted {
					out[c.Path] = e.Revision
				}
			}
		}
		if len(entries) < s.git.most {
			return nil
		}
		oldest := entries[len(entries)-1]
		if !oldest.Time.After(when) { // what did not change since is as this one has it
			return s.undecided(ctx, sel, oldest.Revision, decided, out)
		}
		next, err := s.git.run(ctx, nil, "", "rev-list", "--max-count=1", "--skip=1", oldest.Revision, "--", sel.folder())
		if from = strings.TrimSpace(string(next)); err != nil || from == "" {
			return err
		}
	}
}

// undecided adds the files of a revision that no later change decided.
func (s *Store) undecided(ctx context.Context, sel Selection, revision string, decided map[Path]bool, out map[Path]string) error {
	there := map[Path]string{}
	if err := s.pathsOf(ctx, sel, revision, there); err != nil {
		return err
	}
	for p := range there {
		if !decided[p] {
			out[p] = revision
		}
	}
	return nil
}

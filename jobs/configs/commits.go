package configs

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os/exec"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/safetext"
)

// Nobody is the author of a commit for a change whose author is not known.
const Nobody = "foghorn"

// ErrRewritten means that a revision is no longer part of the history.
var ErrRewritten = errors.New("the history was rewritten")

// NewestCommit is the last commit, or the last that was recorded until a time; empty when
// there is none. A zero time is no bound.
func (s *Store) NewestCommit(ctx context.Context, until time.Time) (string, error) {
	if s.git.missing != nil {
		return "", s.git.missing
	}
	if !s.git.begun() {
		return "", nil
	}
	args := []string{"rev-list", "--max-count=1", "HEAD"}
	if !until.IsZero() {
		args = append(args, fmt.Sprintf("--before=%d", until.Unix()))
	}
	out, err := s.git.run(ctx, nil, "", args...)
	if err != nil && strings.Contains(err.Error(), "unknown revision") { // nothing was committed yet
		return "", nil
	}
	return strings.TrimSpace(string(out)), err
}

// Has reports whether a revision is a part of the history.
func (s *Store) Has(ctx context.Context, revision string) (bool, error) {
	if err := checkRevision(revision); err != nil {
		return false, err
	}
	_, err := s.git.run(ctx, nil, "", "merge-base", "--is-ancestor", revision, "HEAD")
	if exit, ok := errors.AsType[*exec.ExitError](err); ok && (exit.ExitCode() == 1 || strings.Contains(err.Error(), "Not a valid commit")) {
		return false, nil
	}
	return err == nil, err
}

// CommitsAfter lists the commits that changed files of an organization after a revision,
// the oldest first, at most so many. ErrRewritten means that the revision is gone.
func (s *Store) CommitsAfter(ctx context.Context, org, revision string, most int) ([]Entry, error) {
	if !idPattern.MatchString(org) {
		return nil, fmt.Errorf("%.80q: %w", org, errBadID)
	}
	if err := checkRevision(revision); err != nil {
		return nil, err
	}
	if has, err := s.Has(ctx, revision); err != nil {
		return nil, err
	} else if !has {
		return nil, ErrRewritten
	}
	out, err := s.git.run(ctx, nil, "", "rev-list", "--reverse", "--first-parent", revision+"..HEAD", "--", org)
	if err != nil {
		return nil, err
	}
	revisions := strings.Fields(string(out))
	if len(revisions) == 0 {
		return nil, nil
	}
	revisions = revisions[:min(len(revisions), most)]
	return s.git.entries(ctx, strings.Join(revisions, "\n")+"\n", "--no-walk=unsorted", "--stdin")
}

// CommitsBefore lists the commits that changed files of an organization before a
// revision, the newest first, and not those that were recorded before a time.
func (s *Store) CommitsBefore(ctx context.Context, org, revision string, from time.Time) ([]Entry, error) {
	if !idPattern.MatchString(org) {
		return nil, fmt.Errorf("%.80q: %w", org, errBadID)
	}
	if err := checkRevision(revision); err != nil {
		return nil, err
	}
	return s.git.entries(ctx, "", "--first-parent", "--skip=1", "--max-count=10000", fmt.Sprintf("--since=%d", from.Unix()), revision, "--", org)
}

// Commit reads one commit.
func (s *Store) Commit(ctx context.Context, revision string) (Entry, error) {
	if err := checkRevision(revision); err != nil {
		return Entry{}, err
	}
	found, err := s.git.entries(ctx, "", "--no-walk", revision)
	if err == nil && len(found) != 1 {
		err = fmt.Errorf("commit %s is %w", revision, ErrNotFound)
	}
	if err != nil {
		return Entry{}, err
	}
	return found[0], nil
}

// BlobsAt reads files as a revision has them, in the order of the paths; nil for one
// that it does not have. With ^ behind it a revision means the one before.
func (s *Store) BlobsAt(ctx context.Context, revision string, paths []Path) ([][]byte, error) {
	refs := make([]blobRef, len(paths))
	for i, p := range paths {
		refs[i] = blobRef{revision, p}
	}
	return s.blobs(ctx, refs)
}

// blobRef names a file as a revision has it.
type blobRef struct {
	revision string
	path     Path
}

// blobs is BlobsAt for files of several revisions.
func (s *Store) blobs(ctx context.Context, refs []blobRef) ([][]byte, error) {
	blobs, err := s.blobsAtOnce(ctx, refs)
	if half := len(refs) / 2; half > 0 && errors.Is(err, errTooLong) {
		first, err := s.blobs(ctx, refs[:half])
		if err != nil {
			return nil, err
		}
		rest, err := s.blobs(ctx, refs[half:])
		return append(first, rest...), err
	}
	return blobs, err
}

func (s *Store) blobsAtOnce(ctx context.Context, refs []blobRef) ([][]byte, error) {
	var ask strings.Builder
	for _, r := range refs {
		if err := cmp.Or(checkRevision(strings.TrimSuffix(r.revision, "^")), r.path.check()); err != nil {
			return nil, err
		}
		fmt.Fprintf(&ask, "%s:%s\n", r.revision, r.path)
	}
	if len(refs) == 0 {
		return nil, nil
	}
	out, err := s.git.run(ctx, nil, ask.String(), "cat-file", "--batch")
	if err != nil {
		return nil, err
	}
	blobs := make([][]byte, len(refs))
	for i := range refs {
		head, rest, ok := bytes.Cut(out, []byte{'\n'})
		if !ok {
			return nil, errors.New("git cat-file: the answer is too short")
		}
		if out = rest; bytes.HasSuffix(head, []byte(" missing")) {
			continue
		}
		f := bytes.Fields(head)
		size, err := strconv.Atoi(string(f[len(f)-1]))
		if err != nil || size < 0 || size+1 > len(out) {
			return nil, fmt.Errorf("git cat-file: %.100q is no head of a file", head)
		}
		blobs[i], out = out[:size:size], out[size+1:]
	}
	return blobs, nil
}

// Form is the same as long as files of unchanged objects stay the same: it changes with
// the key of the digests, and with what a version of foghorn leaves out of files.
func (s *Store) Form() string {
	h := hmac.New(sha256.New, s.key)
	fmt.Fprintf(h, "%v %v %v %v %v", types, everyVolatile, publicNames, secretName, flagName)
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// NameIn is the name that an object has in its file; empty where it has none.
func NameIn(p Path, file []byte) string {
	t, ok := FindType(p.Type, p.SiteID != "")
	if !ok || file == nil {
		return ""
	}
	return safetext.Clip(nameOf(t, file), maxName)
}

// Names are the names of an organization's objects, those that are gone too.
type Names struct {
	org string
	x   *index
}

// Names reads the names of an organization's objects.
func (s *Store) Names(org string) (*Names, error) {
	if !idPattern.MatchString(org) {
		return nil, fmt.Errorf("%.80q: %w", org, errBadID)
	}
	x, err := s.readIndex(org)
	return &Names{org, x}, err
}

// Of is the name of an object; empty when none is known.
func (n *Names) Of(p Path) string { return n.x.Names[indexKey(p)].Name }

// Site is the name of a site.
func (n *Names) Site(id string) string {
	if id == "" {
		return ""
	}
	return n.Of(Path{n.org, id, "info", id})
}

// Taken reports whether another object of p's type in the same place has a name.
func (n *Names) Taken(p Path, name string) bool {
	at := indexKey(p)
	within := at[:strings.LastIndexByte(at, '/')+1]
	for key, other := range n.x.Names {
		if key != at && strings.EqualFold(other.Name, name) && strings.HasPrefix(key, within) {
			return true
		}
	}
	return false
}

// entries runs git log and reads its answer.
func (g *git) entries(ctx context.Context, stdin string, args ...string) ([]Entry, error) {
	args = append([]string{"log", "--no-renames", "--name-status", "--format=" + entryFormat}, args...)
	out, err := g.run(ctx, nil, stdin, args...)
	if err != nil {
		return nil, err
	}
	var entries []Entry
	for record := range strings.SplitSeq(string(out), recordMark) {
		if e, ok := parseEntry(record); ok {
			entries = append(entries, e)
		}
	}
	return entries, nil
}

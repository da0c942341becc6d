package configs

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"foghorn/internal/clock"
	"foghorn/internal/safetext"
	"foghorn/mist"
)

// Store is the backed-up configuration in a folder. It is safe for concurrent use, in
// several processes too.
type Store struct {
	dir  string
	root *os.Root // nothing outside of it is ever opened
	key  []byte
	git  *git

	mu      sync.Mutex // one writer
	checked bool       // what an earlier process left behind was looked at

	put func(r *os.Root, name string, data []byte) error // writes and syncs; replaced in tests
}

// HistoryError means that the files are written and that git did not take them. The next
// Write tries again.
type HistoryError struct{ Err error }

func (e *HistoryError) Error() string {
	return "the files were written, but not their history: " + e.Err.Error()
}

// Unwrap returns what git said.
func (e *HistoryError) Unwrap() error { return e.Err }

// Open opens the store in dir and makes it when it is not there. The key of the digests
// lies beside dir, so that a copy of dir does not contain it.
func Open(dir string) (*Store, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("the folder of the configurations: %w", err)
	}
	key, err := loadKey(dir + ".key")
	if err != nil {
		return nil, err
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("the folder of the configurations: %w", err)
	}
	return &Store{dir: dir, root: root, key: key, git: newGit(dir), put: putFile}, nil
}

// UseClock lets commits have the time of a clock; it is the machine's otherwise.
func (s *Store) UseClock(c clock.Clock) { s.git.now = c.Now }

// Close lets go of the folder.
func (s *Store) Close() error { return s.root.Close() }

// Dir is the folder of the store.
func (s *Store) Dir() string { return s.dir }

// Git says why there is no history; nil when there is one.
func (s *Store) Git() error { return s.git.missing }

// Write writes objects and notes them in the history, as one commit. It reports how many
// differ from what was there: 0 means that nothing was written. When it fails before
// the last file is safe on the disk, the files stay as they were. A *HistoryError
// means that the files are written and git failed.
func (s *Store) Write(ctx context.Context, changes []Change, by Commit) (int, error) {
	done, err := s.write(ctx, changes, by)
	return len(done), err
}

// write is Write, and says what was written.
func (s *Store) write(ctx context.Context, changes []Change, by Commit) ([]Changed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	unlock, err := s.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer unlock()
	left := s.leftovers(ctx)
	p, err := s.prepare(ctx, changes)
	if err != nil {
		return nil, err
	}
	if len(p.files) == 0 {
		return nil, left
	}
	if err := s.apply(p.files); err != nil {
		return nil, err
	}
	if err := s.git.commit(ctx, p.names(), s.message(p, by), by); err != nil {
		s.checked = false
		return p.changed, &HistoryError{err}
	}
	return p.changed, left
}

// leftovers removes what a killed process left half written, and commits what was
// written while git failed.
func (s *Store) leftovers(ctx context.Context) error {
	if s.checked {
		return nil
	}
	_ = fs.WalkDir(s.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if d != nil && d.IsDir() && d.Name() == ".git" {
			return fs.SkipDir
		}
		if err == nil && !d.IsDir() && path.Ext(name) == newSuffix {
			_ = s.root.Remove(name)
		}
		return ctx.Err()
	})
	if err := s.git.catchUp(ctx); err != nil {
		return &HistoryError{err}
	}
	s.checked = true
	return nil
}

// pending is what a Write is about to do.
type pending struct {
	files   []file
	changed []Changed
}

// file is one file to be written, or removed.
type file struct {
	name string
	data []byte
	gone bool
}

func (p *pending) names() []string {
	out := make([]string, len(p.files))
	for i, f := range p.files {
		out[i] = f.name
	}
	return out
}

// prepare finds out what differs from the files.
func (s *Store) prepare(ctx context.Context, changes []Change) (*pending, error) {
	p := &pending{}
	before, after := map[string]*index{}, map[string]*index{}
	for i := range changes {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		c := &changes[i]
		if err := c.Path().check(); err != nil {
			return nil, err
		}
		if before[c.OrgID] == nil {
			x, err := s.readIndex(c.OrgID)
			if err != nil {
				return nil, err
			}
			before[c.OrgID], after[c.OrgID] = x, x.clone()
		}
		if err := s.prepareOne(p, after[c.OrgID], c); err != nil {
			return nil, err
		}
	}
	for org := range after {
		old, err := before[org].encode()
		if err != nil {
			return nil, err
		}
		data, err := after[org].encode()
		if err != nil {
			return nil, err
		}
		if !bytes.Equal(old, data) {
			p.files = append(p.files, file{name: path.Join(org, indexName), data: data})
		}
	}
	return p, nil
}

func (s *Store) prepareOne(p *pending, x *index, c *Change) error {
	at := c.Path()
	name := at.String()
	old, err := s.root.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", name, err)
	}
	key := indexKey(at)
	if c.Gone {
		if old == nil {
			return nil
		}
		n := x.Names[key]
		n.Gone = true
		x.Names[key] = n
		p.add(file{name: name, gone: true}, Deleted, at, n.Name)
		return nil
	}
	t, _ := FindType(c.Type, c.SiteID != "")
	data, err := s.canonical(t, c.Object)
	if err != nil {
		return err
	}
	n := named{Name: c.Name, Was: cmp.Or(c.Was, x.Names[key].Was)}
	if n.Name == "" {
		n.Name = nameOf(t, c.JSON)
	}
	n.Name = safetext.Clip(n.Name, maxName)
	if like := namedLike(t); n.Name == "" && like != "" {
		n.Name = x.Names[indexKey(Path{at.OrgID, at.SiteID, like, at.ID})].Name
	}
	x.Names[key] = n
	if c.Source != "" {
		x.Source = c.Source
	}
	if bytes.Equal(old, data) {
		return nil
	}
	verb := Modified
	if old == nil {
		verb = Created
	}
	p.add(file{name: name, data: data}, verb, at, n.Name)
	return nil
}

// namedLike is the type whose object of the same id names one of t, which has no name.
func namedLike(t Type) string {
	switch {
	case t.Device:
		return "devices"
	case t.Single:
		return "info"
	}
	return ""
}

// maxName bounds the name of an object in the index, in bytes.
const maxName = 200

// nameOf reads the name of an object from its JSON.
func nameOf(t Type, raw []byte) string {
	o, _ := mist.ParseObject(raw)
	return o.Text(t.nameFields()...)
}

func (p *pending) add(f file, verb Verb, at Path, name string) {
	p.files = append(p.files, f)
	p.changed = append(p.changed, Changed{at, name, verb})
}

// newSuffix ends the name of a file that is not complete yet.
const newSuffix = ".new"

// apply writes all files beside those that are there, and then puts them in their
// places. A disk that is full is noticed before anything changed.
func (s *Store) apply(files []file) (err error) {
	var staged []string
	defer func() {
		if err != nil {
			for _, name := range staged {
				_ = s.root.Remove(name)
			}
		}
	}()
	for _, f := range files {
		if f.gone {
			continue
		}
		if err := s.root.MkdirAll(path.Dir(f.name), 0o700); err != nil {
			return fmt.Errorf("write %s: %w", f.name, err)
		}
		staged = append(staged, f.name+newSuffix)
		if err := s.put(s.root, f.name+newSuffix, f.data); err != nil {
			return fmt.Errorf("write %s: %w; the backup before this one is unchanged", f.name, err)
		}
	}
	for _, f := range files {
		if f.gone {
			err = s.root.Remove(f.name)
		} else {
			err = s.root.Rename(f.name+newSuffix, f.name)
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("put %s in its place: %w", f.name, err)
		}
	}
	return nil
}

// putFile writes a file so that it is on the disk when it returns.
func putFile(r *os.Root, name string, data []byte) error {
	f, err := r.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// lockRetry is how often Write looks whether another process has finished.
const lockRetry = 50 * time.Millisecond

// lock keeps other processes from writing. It locks the folder, so that no file is
// needed; the system unlocks it when the process ends.
func (s *Store) lock(ctx context.Context) (func(), error) {
	d, err := os.Open(s.dir)
	if err != nil {
		return nil, err
	}
	for {
		err := syscall.Flock(int(d.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		if err == nil {
			return func() { _ = d.Close() }, nil
		}
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			_ = d.Close()
			return nil, fmt.Errorf("lock %s: %w", s.dir, err)
		}
		select {
		case <-ctx.Done():
			_ = d.Close()
			return nil, fmt.Errorf("another foghorn writes to %s: %w", s.dir, ctx.Err())
		case <-time.After(lockRetry):
		}
	}
}

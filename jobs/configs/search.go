package configs

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"golang.org/x/sys/unix"
)

// Hit is a line of an object's file that a search found. Line 0 is the object's name.
type Hit struct {
	Object Object // without its JSON
	Line   int
	Text   string // the line without the blanks around it
}

// Limits of a search.
const (
	maxHits     = 10_000
	maxHitsEach = 100 // of one object
	maxHitText  = 300 // bytes of a line
)

// Search finds the lines that contain text, whatever their case, in the order of List.
// more says that there are others beyond limit.
func (s *Store) Search(ctx context.Context, text string, f Filter, limit int) (hits []Hit, more bool, err error) {
	if strings.TrimSpace(text) == "" {
		return nil, false, errors.New("nothing to search for")
	}
	limit = cmp.Or(min(max(limit, 0), maxHits), maxHits)
	n := newNeedle(text)
	folders, err := s.folders(f)
	if err != nil {
		return nil, false, err
	}
	work := make(chan folder, len(folders))
	for _, w := range folders {
		work <- w
	}
	close(work)
	var wg sync.WaitGroup
	found := make([][]Hit, max(runtime.GOMAXPROCS(0), 2))
	errs := make([]error, len(found))
	for i := range found {
		wg.Go(func() {
			var folded bytes.Buffer
			for w := range work {
				if errs[i] = cmp.Or(ctx.Err(), s.searchFolder(w, f, n, &folded, &found[i])); errs[i] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, false, err
	}
	hits = slices.Concat(found...)
	slices.SortStableFunc(hits, func(a, b Hit) int { return cmp.Or(inOrder(a.Object, b.Object), a.Line-b.Line) })
	if len(hits) > limit {
		return hits[:limit], true, nil
	}
	return hits, false, nil
}

// folder holds the objects of one type of one site or organization.
type folder struct {
	at    Path // without an id
	index *index
}

// folders lists the folders that a filter selects.
func (s *Store) folders(f Filter) ([]folder, error) {
	var out []folder
	err := fs.WalkDir(s.root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		parts := strings.Split(name, "/")
		switch {
		case name == ".":
			return nil
		case !idPattern.MatchString(d.Name()), f.OrgID != "" && f.OrgID != parts[0]:
			return fs.SkipDir
		case len(parts) == 1:
			x, err := s.readIndex(name)
			if err != nil || f.Source != "" && f.Source != x.Source {
				return cmp.Or(err, fs.SkipDir)
			}
			return s.foldersOf(name, x, f, &out)
		}
		return nil
	})
	return out, err
}

// foldersOf lists the folders of an organization.
func (s *Store) foldersOf(org string, x *index, f Filter, out *[]folder) error {
	sites, err := fs.ReadDir(s.root.FS(), org)
	if err != nil {
		return err
	}
	for _, d := range sites {
		site := strings.TrimSuffix(d.Name(), "/")
		if site == orgLevel {
			site = ""
		}
		if !d.IsDir() || f.SiteID != "" && f.SiteID != site || f.Level != AnyLevel && f.Level != levelOf(site) {
			continue
		}
		kinds, err := fs.ReadDir(s.root.FS(), path.Join(org, d.Name()))
		if err != nil {
			return err
		}
		for _, k := range kinds {
			at := Path{OrgID: org, SiteID: site, Type: k.Name(), ID: "x"}
			if k.IsDir() && at.check() == nil && (f.Type == "" || f.Type == at.Type) {
				*out = append(*out, folder{at, x})
			}
		}
	}
	return fs.SkipDir
}

// searchFolder searches the files of a folder. It opens the folder once and each file
// with as few steps as the system needs; os.Root would take twice as many. A link in
// the place of a file is not followed.
func (s *Store) searchFolder(w folder, f Filter, n needle, folded *bytes.Buffer, hits *[]Hit) error {
	dir, err := s.root.Open(path.Dir(w.at.String()))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	defer dir.Close()
	names, err := dir.Readdirnames(-1)
	if err != nil {
		return err
	}
	fd := int(dir.Fd())
	var data []byte
	for _, name := range names {
		p := w.at
		var ok bool
		if p.ID, ok = strings.CutSuffix(name, ".json"); !ok || !idPattern.MatchString(p.ID) {
			continue
		}
		o := object(p, w.index)
		if !f.takes(&o) {
			continue
		}
		if data, err = readAt(fd, name, data); errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ELOOP) {
			continue
		}
		if err != nil {
			return fmt.Errorf("%s: %w", p, err)
		}
		*hits = append(*hits, n.find(o, data, folded)...)
	}
	return nil
}

// readAt reads a file of a folder into buf, which it may grow.
func readAt(dir int, name string, buf []byte) ([]byte, error) {
	fd, err := unix.Openat(dir, name, unix.O_RDONLY|unix.O_CLOEXEC|unix.O_NOFOLLOW, 0)
	if err != nil {
		return buf, err
	}
	defer unix.Close(fd)
	if buf = buf[:cap(buf)]; len(buf) == 0 {
		buf = make([]byte, 64<<10)
	}
	for size := 0; ; {
		n, err := unix.Read(fd, buf[size:])
		switch {
		case errors.Is(err, unix.EINTR):
			continue
		case err != nil:
			return buf, err
		case n == 0, size+n < len(buf): // a file gives less than asked for only at its end
			return buf[:size+n], nil
		}
		if size += n; size > 2*maxObject {
			return buf[:size], nil
		}
		buf = append(buf, make([]byte, len(buf))...)
	}
}

// needle is what is searched for, in lower case, and as it stands in JSON.
type needle struct {
	name  string
	forms [][]byte
	ascii bool
}

func newNeedle(text string) needle {
	low := strings.ToLower(text)
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(low) // a string always can
	quoted := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	n := needle{name: low, forms: [][]byte{quoted[1 : len(quoted)-1]}, ascii: true}
	if string(n.forms[0]) != low { // a line as it is shown, with the quotes of JSON
		n.forms = append(n.forms, []byte(low))
	}
	for _, r := range low {
		n.ascii = n.ascii && r < utf8.RuneSelf
	}
	return n
}

// index finds the first place of any form.
func (n needle) index(low []byte) (at, size int) {
	at = -1
	for _, form := range n.forms {
		if i := bytes.Index(low, form); i >= 0 && (at < 0 || i < at) {
			at, size = i, len(form)
		}
	}
	return at, size
}

// find returns the lines of a file that match.
func (n needle) find(o Object, data []byte, folded *bytes.Buffer) []Hit {
	low := n.fold(data, folded)
	var hits []Hit
	if at, _ := n.index(low); at < 0 {
		if strings.Contains(strings.ToLower(o.Name), n.name) { // set commands do not have the name of their device
			hits = append(hits, Hit{Object: o, Text: o.Name})
		}
		return hits
	}
	if len(low) != len(data) { // letters that change their length with their case
		data = low
	}
	line, at := 1, 0
	for len(hits) < maxHitsEach {
		i, size := n.index(low[at:])
		if i < 0 {
			break
		}
		i += at
		line += bytes.Count(low[at:i], []byte("\n"))
		from, to := bytes.LastIndexByte(low[:i], '\n')+1, len(low)
		if end := bytes.IndexByte(low[i:], '\n'); end >= 0 {
			to = i + end
		}
		hits = append(hits, Hit{o, line, around(data[from:to], i-from, size)})
		if at = to; at >= len(low) {
			break
		}
	}
	return hits
}

// around is a line, or of a long one what stands around the match.
func around(line []byte, at, size int) string {
	if len(line) > maxHitText {
		from := max(at-maxHitText/3, 0)
		to := min(max(at+size, from+maxHitText), len(line), from+maxHitText*2)
		line = line[from:to]
	}
	return strings.ToValidUTF8(string(bytes.TrimSpace(line)), "")
}

// fold turns data into lower case. For a needle of ASCII only ASCII matters.
func (n needle) fold(data []byte, folded *bytes.Buffer) []byte {
	if !n.ascii {
		return bytes.ToLower(data)
	}
	folded.Reset()
	folded.Write(data)
	b := folded.Bytes()
	for i, c := range b {
		if 'A' <= c && c <= 'Z' {
			b[i] = c + 'a' - 'A'
		}
	}
	return b
}

package configs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// indexName is the file of an organization that has the names of its objects.
const indexName = "index.json"

// index has what the paths of an organization's objects do not say.
type index struct {
	Source string           `json:"source,omitempty"`
	Names  map[string]named `json:"objects"` // by path
}

// named is the name of an object. Those that are gone stay, so that people find them.
type named struct {
	Name string `json:"name"`
	Gone bool   `json:"gone,omitempty"`
	// Was is the id that the object had before a restore made it anew.
	Was string `json:"was,omitempty"`
}

func (x *index) clone() *index { return &index{x.Source, maps.Clone(x.Names)} }

// renewed are the present ids of objects that a restore made anew, by each id that they had.
func (x *index) renewed() map[string]string {
	next := map[string]string{}
	for _, key := range slices.Sorted(maps.Keys(x.Names)) {
		n := x.Names[key]
		if _, ok := next[n.Was]; n.Was != "" && (!ok || !n.Gone) {
			next[n.Was] = key[strings.LastIndexByte(key, '/')+1:]
		}
	}
	out := map[string]string{}
	for old := range next {
		id := old
		for range next { // no further: a damaged index may have a circle
			if _, ok := next[id]; !ok {
				break
			}
			id = next[id]
		}
		out[old] = id
	}
	return out
}

func (s *Store) indexPath(org string) string { return filepath.Join(s.dir, org, indexName) }

// readIndex reads the index of an organization. One that is damaged is as good as none:
// the objects have their names too, and the next backup writes it anew.
func (s *Store) readIndex(org string) (*index, error) {
	x := &index{}
	data, err := os.ReadFile(s.indexPath(org))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("the names of the objects: %w", err)
	}
	if err == nil && json.Unmarshal(data, x) != nil {
		x = &index{}
	}
	if x.Names == nil {
		x.Names = map[string]named{}
	}
	return x, nil
}

// encode writes the index, sorted.
func (x *index) encode() ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", " ")
	err := e.Encode(x)
	return b.Bytes(), err
}

package openapitest

import (
	"fmt"
	neturl "net/url"
	"strconv"
	"strings"
)

// bundle returns the schema at a pointer as a document of its own, with the schemas
// that it refers to as its definitions. The library compiles a definition in one go.
// Of a place that no keyword of JSON Schema leads to, such as those of an OpenAPI
// document, it first copies the list of all places before.
func bundle(doc map[string]any, at string) (map[string]any, error) {
	b := bundler{doc: doc, names: map[string]string{}, defs: map[string]any{}}
	first, err := b.define(at)
	if err != nil {
		return nil, err
	}
	return map[string]any{"$ref": first, "$defs": b.defs}, nil
}

type bundler struct {
	doc   map[string]any
	names map[string]string // by pointer
	defs  map[string]any
}

// define makes a definition of what is at a pointer, once, and returns a reference to it.
func (b *bundler) define(at string) (string, error) {
	name, known := b.names[at]
	if !known {
		name = "s" + strconv.Itoa(len(b.names))
		b.names[at] = name // before it is read: a schema may refer to itself
		found, err := resolve(b.doc, at)
		if err != nil {
			return "", err
		}
		if b.defs[name], err = b.copy(found); err != nil {
			return "", err
		}
	}
	return "#/$defs/" + name, nil
}

func (b *bundler) copy(node any) (any, error) {
	var err error
	switch n := node.(type) {
	case []any:
		out := make([]any, len(n))
		for i, e := range n {
			if out[i], err = b.copy(e); err != nil {
				return nil, err
			}
		}
		return out, nil
	case map[string]any:
		out := make(map[string]any, len(n))
		for key, e := range n {
			if to, ok := e.(string); ok && key == "$ref" && strings.HasPrefix(to, "#") {
				out[key], err = b.define(strings.TrimPrefix(to, "#"))
			} else {
				out[key], err = b.copy(e)
			}
			if err != nil {
				return nil, err
			}
		}
		return out, nil
	}
	return node, nil
}

// resolve returns what is at a JSON pointer that is written as in a URL's fragment.
func resolve(node any, at string) (any, error) {
	for part := range strings.SplitSeq(strings.TrimPrefix(at, "/"), "/") {
		name, err := neturl.PathUnescape(part)
		if err != nil {
			return nil, err
		}
		name = strings.NewReplacer("~1", "/", "~0", "~").Replace(name)
		var ok bool
		switch n := node.(type) {
		case map[string]any:
			node, ok = n[name]
		case []any:
			if i, err := strconv.Atoi(name); err == nil && i >= 0 && i < len(n) {
				node, ok = n[i], true
			}
		}
		if !ok {
			return nil, fmt.Errorf("the document has no %s: there is no %q", at, name)
		}
	}
	return node, nil
}

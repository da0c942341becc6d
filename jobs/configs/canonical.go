package configs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// maxObject bounds the JSON of one object, in bytes.
const maxObject = 16 << 20

// canonical returns the JSON that the file of an object has: members sorted, one a
// line, volatile members gone, digests for secrets. It is a function of the object
// and the key alone.
func (s *Store) canonical(t Type, o Object) ([]byte, error) {
	v, err := decode(o.JSON)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", o.Path(), err)
	}
	root, ok := v.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: the cloud's answer is not a JSON object", o.Path())
	}
	c := cleaner{t: t, digest: s.digester(o.Path())}
	for _, path := range t.Volatile {
		remove(root, strings.Split(path, "."))
	}
	c.object(root, 0)
	return encode(root)
}

// decode reads one JSON value and keeps the text of numbers.
func decode(data []byte) (any, error) {
	if len(data) > maxObject {
		return nil, fmt.Errorf("%d bytes of JSON, more than the %d that a file may have", len(data), maxObject)
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil {
		return nil, fmt.Errorf("the JSON cannot be read: %w", err)
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("the JSON has more after its end")
	}
	return v, nil
}

// encode writes a value as files have it.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b) // sorts the members of maps, and ends with a new line
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func remove(o map[string]any, path []string) {
	if len(path) == 1 {
		delete(o, path[0])
		return
	}
	if inner, ok := o[path[0]].(map[string]any); ok {
		remove(inner, path[1:])
	}
}

// cleaner takes out of an object what its file must not have.
type cleaner struct {
	t      Type
	digest func(field, value string) string
}

// maxDepth bounds how deep an object is looked into; the JSON decoder has its own bound.
const maxDepth = 200

func (c *cleaner) object(o map[string]any, depth int) {
	for _, name := range everyVolatile {
		delete(o, name)
	}
	for name, v := range o {
		if c.secret(name) {
			o[name] = c.hide(name, v)
			continue
		}
		o[name] = c.value(name, v, depth)
	}
}

func (c *cleaner) value(name string, v any, depth int) any {
	if depth > maxDepth {
		return "(nested too deep to be kept)"
	}
	switch v := v.(type) {
	case map[string]any:
		if name == "headers" { // of a webhook: each may carry a credential
			for header, value := range v {
				v[header] = c.hide(name+"."+header, value)
			}
			return v
		}
		c.object(v, depth+1)
	case []any:
		for i := range v {
			v[i] = c.value(name, v[i], depth+1)
		}
	case string:
		return c.text(name, v)
	}
	return v
}

// text takes the secrets out of a text that may contain some.
func (c *cleaner) text(name, v string) string {
	if strings.HasSuffix(name, "url") {
		return c.link(name, v)
	}
	if name == "cli" || strings.HasSuffix(name, "_cmds") || strings.HasPrefix(v, "set ") {
		return c.command(name, v)
	}
	return v
}

// hide puts digests for all texts and numbers in v. An empty text and null stay: that
// there is no secret is none.
func (c *cleaner) hide(name string, v any) any {
	switch v := v.(type) {
	case string:
		if v == "" || Masked(v) || IsDigest(v) {
			return v
		}
		return c.digest(name, v)
	case json.Number:
		return c.digest(name, v.String())
	case []any:
		for i := range v {
			v[i] = c.hide(name, v[i])
		}
	case map[string]any:
		for inner := range v {
			v[inner] = c.hide(name+"."+inner, v[inner])
		}
	}
	return v
}

// secret reports whether a field of this name is secret.
func (c *cleaner) secret(name string) bool {
	return slices.Contains(c.t.Secrets, name) || IsSecretName(name)
}

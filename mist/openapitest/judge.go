package openapitest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	neturl "net/url"
	"strconv"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Operation names what a request asks for, such as "GET /orgs/{org_id}/sites",
// and reports whether the document has it. Paths outside of the API have none.
func (d *Document) Operation(method, path string) (string, bool) {
	r, ok := d.find(method, path)
	return r.method + " " + strings.TrimPrefix(r.template, strings.TrimSuffix(root, "/")), ok
}

// find looks the operation of a path up; what stands before /api/v1 is left out.
func (d *Document) find(method, path string) (route, bool) {
	i := strings.Index(path, root)
	if i < 0 {
		return route{}, false
	}
	parts := strings.Split(strings.Trim(path[i:], "/"), "/")
	for _, r := range d.routes {
		if r.method == method && fits(r.segments, parts) {
			return r, true
		}
	}
	return route{}, false
}

func fits(segments, parts []string) bool {
	if len(segments) != len(parts) {
		return false
	}
	for i, s := range segments {
		if s != parts[i] && (!strings.HasPrefix(s, "{") || parts[i] == "") {
			return false
		}
	}
	return true
}

// Request says what the document does not allow of a request.
func (d *Document) Request(method string, u *neturl.URL, contentType string, body []byte) error {
	r, ok := d.find(method, u.Path)
	if !ok {
		return fmt.Errorf("%s %s: there is no such operation", method, u.Path)
	}
	var errs []error
	for name, values := range u.Query() {
		for _, v := range values {
			errs = append(errs, d.query(r, name, v))
		}
	}
	for _, p := range r.parameters {
		if p.required && !u.Query().Has(p.name) {
			errs = append(errs, fmt.Errorf("the parameter %q is missing", p.name))
		}
	}
	errs = append(errs, d.requestBody(r, contentType, body))
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("the request %s %s: %w", method, u.Path, err)
	}
	return nil
}

// query checks one value of the query.
func (d *Document) query(r route, name, value string) error {
	for _, p := range r.parameters {
		if p.name != name {
			continue
		}
		var v any = value
		switch p.kind {
		case "integer", "number":
			if _, err := strconv.ParseFloat(value, 64); err != nil {
				return fmt.Errorf("the parameter %s=%q should be a number", name, value)
			}
			v = json.Number(value)
		case "boolean":
			b, err := strconv.ParseBool(value)
			if err != nil {
				return fmt.Errorf("the parameter %s=%q should be true or false", name, value)
			}
			v = b
		}
		if err := d.validate(strict, p.at, v); err != nil {
			return fmt.Errorf("the parameter %s=%q: %w", name, value, err)
		}
		return nil
	}
	return fmt.Errorf("there is no parameter %q", name)
}

func (d *Document) requestBody(r route, contentType string, body []byte) error {
	content := child(child(r.operation, "requestBody"), "content")
	body = bytes.TrimSpace(body)
	switch {
	case len(content) == 0 && len(body) > 0:
		return errors.New("it takes no body")
	case len(body) == 0:
		if required, _ := child(r.operation, "requestBody")["required"].(bool); required {
			return errors.New("the body is missing")
		}
		return nil
	case child(content, "application/json")["schema"] == nil:
		return nil // not JSON, such as an image
	}
	if media, _, _ := mime.ParseMediaType(contentType); media != "application/json" {
		return fmt.Errorf("the body has the content type %q", contentType)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("the body is not JSON: %w", err)
	}
	how := strict
	if r.method == http.MethodPut {
		how = partial
	}
	if err := d.validate(how, r.at+"/requestBody/content/application~1json/schema", v); err != nil {
		return fmt.Errorf("the body: %w", err)
	}
	return nil
}

// Response says what the document does not allow of an answer. What a cloud in
// trouble answers (5xx, pages of a proxy with an error code) is not in the
// document and not held against it.
func (d *Document) Response(method, path string, status int, contentType string, body []byte) error {
	r, ok := d.find(method, path)
	if !ok {
		return fmt.Errorf("%s %s: there is no such operation", method, path)
	}
	said, known := r.answers[strconv.Itoa(status)]
	if !known {
		if status >= 500 {
			return nil
		}
		return fmt.Errorf("the answer to %s %s: the document has no status %d", method, path, status)
	}
	if said.media["schema"] == nil {
		return nil
	}
	media, _, _ := mime.ParseMediaType(contentType)
	isJSON := media == "application/json" || media == "application/vnd.api+json"
	if status >= 400 && !isJSON {
		return nil
	}
	if !isJSON {
		return fmt.Errorf("the answer to %s %s has the content type %q", method, path, contentType)
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("the answer to %s %s is not JSON: %w", method, path, err)
	}
	how := lenient
	if trends[r.template] != "" {
		how = loose
	}
	if err := d.validate(how, said.at, v); err != nil {
		return fmt.Errorf("the answer to %s %s: %w", method, path, err)
	}
	return nil
}

// validate holds a value against the schema at a pointer.
func (d *Document) validate(how variant, at string, v any) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	where := url(how) + "#" + at
	schema := d.compiled[where]
	if schema == nil {
		var err error
		if schema, err = d.compile(how, at); err != nil {
			return fmt.Errorf("compile %s: %w", where, err)
		}
		d.compiled[where] = schema
	}
	err := schema.Validate(v)
	if invalid, ok := errors.AsType[*jsonschema.ValidationError](err); ok {
		return errors.New(strings.Join(leaves(invalid, nil), "; "))
	}
	return err
}

// leaves lists what is wrong, and not the schemas on the way there.
func leaves(e *jsonschema.ValidationError, out []string) []string {
	const enough = 8
	if len(out) >= enough {
		return out
	}
	if len(e.Causes) == 0 {
		text := strings.ReplaceAll(e.Error(), "\n", " ")
		if _, after, ok := strings.Cut(text, ": "); ok && strings.HasPrefix(text, "jsonschema") {
			text = after
		}
		return append(out, text)
	}
	for _, c := range e.Causes {
		out = leaves(c, out)
	}
	return out
}

package openapitest

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

//go:embed testdata/mist.openapi.json.gz
var packed []byte

// root is what every path of the API begins with.
const root = "/api/v1/"

// Document is the OpenAPI document, ready to hold things against.
type Document struct {
	routes []route

	mu       sync.Mutex
	variants map[variant]map[string]any
	compiled map[string]*jsonschema.Schema
}

// variant is how strictly schemas are read.
type variant string

const (
	strict  variant = "strict"  // what we send
	partial variant = "partial" // an update: nothing is required
	lenient variant = "lenient" // what we get: members may be null
	loose   variant = "loose"   // both
)

// route is one operation.
type route struct {
	method, template string
	segments         []string
	operation        map[string]any
	parameters       []parameter
	at               string // JSON pointer of the operation
	answers          map[string]answer
}

// answer is what is said of one status.
type answer struct {
	media map[string]any // of application/json; nil when nothing is said
	at    string         // JSON pointer of its schema
}

// parameter is one query parameter.
type parameter struct {
	name     string
	required bool
	kind     string
	at       string // JSON pointer of its schema
}

var load = sync.OnceValues(func() (*Document, error) {
	doc, err := unpack()
	if err != nil {
		return nil, err
	}
	addNewer(doc)
	d := &Document{variants: map[variant]map[string]any{}, compiled: map[string]*jsonschema.Schema{}}
	d.routes = routes(doc)
	return d, nil
})

// Load returns the document. It is unpacked once for all tests of a package.
func Load() (*Document, error) { return load() }

// variant returns the document as a variant reads it, made when it is first wanted:
// each takes a part of a second, and most tests need two.
func (d *Document) variant(v variant) (map[string]any, error) {
	if doc := d.variants[v]; doc != nil {
		return doc, nil
	}
	doc, err := unpack()
	if err != nil {
		return nil, err
	}
	addNewer(doc)
	soften(doc, v)
	d.variants[v] = doc
	return doc, nil
}

// compile returns the schema at a pointer.
func (d *Document) compile(v variant, at string) (*jsonschema.Schema, error) {
	doc, err := d.variant(v)
	if err != nil {
		return nil, err
	}
	schema, err := bundle(doc, at)
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	c.DefaultDraft(jsonschema.Draft2020)
	if err := c.AddResource(url(v), schema); err != nil {
		return nil, err
	}
	return c.Compile(url(v))
}

func unpack() (map[string]any, error) {
	zr, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(zr)
	if err != nil {
		return nil, err
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, err
	}
	doc, ok := v.(map[string]any)
	if !ok {
		return nil, errors.New("the document is no object")
	}
	return doc, nil
}

func url(v variant) string { return "mist-" + string(v) + ".json" }

// newerParameters are query parameters of later documents than ours.
var newerParameters = map[string][]string{
	"/api/v1/orgs/{org_id}/alarms/search": {"group", "severity", "acked", "ack_admin_name"},
}

// newerRoutes are routes that later documents and the cloud have, by a route
// of ours that is alike.
var newerRoutes = map[string]string{
	"/api/v1/orgs/{org_id}/stats/mxedges": "/api/v1/sites/{site_id}/stats/mxedges",
}

// trends are answered by the schemas of the routes that they replace; the
// document says no more of them than that they are objects.
var trends = map[string]string{
	"/api/v1/sites/{site_id}/sle/{scope}/{scope_id}/metric/{metric}/summary-trend":                         "sle_summary",
	"/api/v1/sites/{site_id}/sle/{scope}/{scope_id}/metric/{metric}/classifier/{classifier}/summary-trend": "sle_classifier_summary",
}

func addNewer(doc map[string]any) {
	addObjects(doc)
	paths := child(doc, "paths")
	for template, like := range newerRoutes {
		paths[template] = map[string]any{"get": child(child(paths, like), "get")}
	}
	for template, names := range newerParameters {
		get := child(child(paths, template), "get")
		list, _ := get["parameters"].([]any)
		for _, name := range names {
			list = append(list, map[string]any{"in": "query", "name": name, "schema": map[string]any{"type": "string"}})
		}
		get["parameters"] = list
	}
	for template, schema := range trends {
		child(child(child(paths, template), "get"), "responses")["200"] = map[string]any{"content": map[string]any{
			"application/json": map[string]any{"schema": map[string]any{"$ref": "#/components/schemas/" + schema}}}}
	}
}

// child returns a member that is an object; an empty one when it is not there.
func child(o map[string]any, name string) map[string]any {
	c, _ := o[name].(map[string]any)
	if c == nil {
		return map[string]any{}
	}
	return c
}

// soften changes the schemas in node to what a variant takes.
func soften(node any, v variant) {
	switch n := node.(type) {
	case []any:
		for _, e := range n {
			soften(e, v)
		}
	case map[string]any:
		if n["additionalProperties"] == false {
			delete(n, "additionalProperties")
		}
		if list, ok := n["oneOf"].([]any); ok { // without closed objects several may fit
			n["anyOf"] = list
			delete(n, "oneOf")
		}
		if _, ok := n["required"].([]any); ok && (v == partial || v == loose) {
			delete(n, "required")
		}
		for _, e := range n {
			soften(e, v)
		}
		if v == lenient || v == loose {
			if members, ok := n["properties"].(map[string]any); ok {
				for name, m := range members {
					members[name] = orNull(m)
				}
			}
			if items, ok := n["items"].(map[string]any); ok {
				n["items"] = orNull(items)
			}
		}
	}
}

func orNull(schema any) any {
	return map[string]any{"anyOf": []any{schema, map[string]any{"type": "null"}}}
}

// methods of the document that are operations.
var methods = []string{"get", "post", "put", "delete"}

func routes(doc map[string]any) []route {
	var out []route
	for template, item := range child(doc, "paths") {
		item, ok := item.(map[string]any)
		if !ok {
			continue
		}
		for _, method := range methods {
			op, ok := item[method].(map[string]any)
			if !ok {
				continue
			}
			at := "/paths/" + escape(template) + "/" + method
			r := route{method: strings.ToUpper(method), template: template, operation: op, at: at,
				segments: strings.Split(strings.Trim(template, "/"), "/")}
			r.answers = answersOf(doc, op, at)
			r.parameters = append(queryOf(doc, item, "/paths/"+escape(template)), queryOf(doc, op, at)...)
			out = append(out, r)
		}
	}
	// Of two templates that fit, the one with fewer placeholders is meant.
	slices.SortFunc(out, func(a, b route) int {
		if n := strings.Count(a.template, "{") - strings.Count(b.template, "{"); n != 0 {
			return n
		}
		return strings.Compare(a.template, b.template)
	})
	return out
}

// answersOf lists the answers of an operation by status, references followed.
func answersOf(doc, op map[string]any, at string) map[string]answer {
	out := map[string]answer{}
	for status, e := range child(op, "responses") {
		said, _ := e.(map[string]any)
		where := at + "/responses/" + status
		if ref, ok := said["$ref"].(string); ok {
			where = strings.TrimPrefix(ref, "#")
			said = lookup(doc, where)
		}
		media, _ := child(said, "content")["application/json"].(map[string]any)
		out[status] = answer{media, where + "/content/application~1json/schema"}
	}
	return out
}

// queryOf lists the query parameters of a path or an operation.
func queryOf(doc, owner map[string]any, at string) []parameter {
	list, _ := owner["parameters"].([]any)
	var out []parameter
	for i, e := range list {
		p, _ := e.(map[string]any)
		where := fmt.Sprintf("%s/parameters/%d", at, i)
		if ref, ok := p["$ref"].(string); ok {
			where = strings.TrimPrefix(ref, "#")
			p = lookup(doc, where)
		}
		if p["in"] != "query" {
			continue
		}
		name, _ := p["name"].(string)
		required, _ := p["required"].(bool)
		out = append(out, parameter{name, required, kindOf(doc, child(p, "schema")), where + "/schema"})
	}
	return out
}

// kindOf is the type of a schema, through one reference.
func kindOf(doc, schema map[string]any) string {
	if ref, ok := schema["$ref"].(string); ok {
		schema = lookup(doc, strings.TrimPrefix(ref, "#"))
	}
	kind, _ := schema["type"].(string)
	return kind
}

func lookup(doc map[string]any, pointer string) map[string]any {
	for part := range strings.SplitSeq(strings.TrimPrefix(pointer, "/"), "/") {
		doc = child(doc, strings.NewReplacer("~1", "/", "~0", "~").Replace(part))
	}
	return doc
}

// escape writes a name as a part of a JSON pointer in a URL's fragment.
func escape(name string) string {
	return strings.NewReplacer("~", "~0", "/", "~1", "{", "%7B", "}", "%7D").Replace(name)
}

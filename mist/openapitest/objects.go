package openapitest

import "strings"

// Our copy of the document is cut: of the configuration objects it has paths for
// few, though still the schemas of some. Here are those of the others that
// foghorn backs up, as the whole document names them. Where the schema was cut
// too, an object is held against what all of them have in common.

// objects are the paths of lists of objects, and the schema of one.
var objects = map[string]string{
	"orgs/sitegroups": "", "orgs/networks": "network", "orgs/avprofiles": "", "orgs/idpprofiles": "", "orgs/secintelprofiles": "",
	"orgs/services": "", "orgs/servicepolicies": "service_policy", "orgs/secpolicies": "", "orgs/vpns": "",
	"orgs/networktemplates": "network_template", "orgs/rftemplates": "", "orgs/aptemplates": "", "orgs/gatewaytemplates": "gateway_template",
	"orgs/sitetemplates": "", "orgs/deviceprofiles": "", "orgs/mxclusters": "", "orgs/mxtunnels": "", "orgs/mxedges": "",
	"orgs/templates": "", "orgs/wlans": "wlan", "orgs/wxtags": "", "orgs/wxrules": "", "orgs/psks": "", "orgs/pskportals": "",
	"orgs/nactags": "", "orgs/nacrules": "", "orgs/nacportals": "", "orgs/usermacs": "", "orgs/ssoroles": "", "orgs/ssos": "",
	"orgs/assetfilters": "", "orgs/assets": "asset", "orgs/evpn_topologies": "", "orgs/setting": "",
	"sites/maps": "map", "sites/zones": "", "sites/rssizones": "", "sites/beacons": "", "sites/vbeacons": "",
	"sites/wxtags": "", "sites/wxrules": "", "sites/psks": "", "sites/evpn_topologies": "",
}

// objectParameters are what lists take beside limit and page.
var objectParameters = map[string][]string{
	"deviceprofiles": {"type"}, "mxedges": {"for_site"}, "psks": {"name", "ssid", "role"},
}

func addObjects(doc map[string]any) {
	paths := child(doc, "paths")
	add := func(template, method string, op map[string]any) {
		item, _ := paths[template].(map[string]any)
		if item == nil {
			item = map[string]any{}
			paths[template] = item
		}
		if item[method] == nil { // what our copy has stays
			item[method] = op
		}
	}
	for path, schema := range objects {
		level, name, _ := strings.Cut(path, "/")
		list := root + level + "/{" + strings.TrimSuffix(level, "s") + "_id}/" + name
		one, body := objectSchemas(schema)
		item := list + "/{" + singular(name) + "_id}"
		rows := map[string]any{"type": "array", "items": one}
		switch name {
		case "setting":
			item = list
		case "usermacs":
			results := map[string]any{"type": "object", "required": []any{"results"}, "properties": map[string]any{"results": rows}}
			add(list+"/search", "get", operation(listParameters(name), nil, results))
			add(list, "post", operation(nil, body, one))
		default:
			add(list, "get", operation(listParameters(name), nil, rows))
			add(list, "post", operation(nil, body, one))
		}
		add(item, "get", operation(nil, nil, one))
		add(item, "put", operation(nil, body, one))
		if name != "setting" {
			add(item, "delete", operation(nil, nil, nil))
		}
	}
}

// objectSchemas are those of an object as the cloud gives it, and as it is put.
func objectSchemas(schema string) (one, body map[string]any) {
	body = map[string]any{"type": "object"}
	if schema != "" {
		body = map[string]any{"$ref": "#/components/schemas/" + schema}
	}
	text := map[string]any{"type": "string"}
	number := map[string]any{"type": "number"}
	common := map[string]any{
		"type": "object", "required": []any{"id", "org_id", "created_time", "modified_time"},
		"properties": map[string]any{"id": text, "org_id": text, "site_id": text, "created_time": number, "modified_time": number},
	}
	return map[string]any{"allOf": []any{body, common}}, body
}

func operation(parameters []any, body, answer map[string]any) map[string]any {
	content := func(schema map[string]any) map[string]any {
		return map[string]any{"application/json": map[string]any{"schema": schema}}
	}
	good := map[string]any{"description": "OK"}
	if answer != nil {
		good["content"] = content(answer)
	}
	responses := map[string]any{"200": good}
	for _, status := range []string{"400", "401", "403", "404", "429"} {
		responses[status] = map[string]any{"$ref": "#/components/responses/HTTP" + status}
	}
	op := map[string]any{"responses": responses}
	if parameters != nil {
		op["parameters"] = parameters
	}
	if body != nil {
		op["requestBody"] = map[string]any{"required": true, "content": content(body)}
	}
	return op
}

func listParameters(name string) []any {
	var out []any
	for _, page := range []string{"limit", "page"} {
		out = append(out, map[string]any{"$ref": "#/components/parameters/" + page})
	}
	for _, p := range objectParameters[name] {
		out = append(out, map[string]any{"in": "query", "name": p, "schema": map[string]any{"type": "string"}})
	}
	return out
}

// singular is the name of one of many, as ids are called by it.
func singular(name string) string {
	if s, ok := strings.CutSuffix(name, "ies"); ok {
		return s + "y"
	}
	return strings.TrimSuffix(name, "s")
}

package compliance

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"foghorn/jobs/configs"
	"foghorn/mist"
)

// ofDevice are settings that each device has of its own: what it is called, where it is,
// its addresses and its ports. * stands for any name.
var ofDevice = []string{
	"id", "org_id", "site_id", "for_site", "name", "notes", "mac", "serial", "model", "type", "sku", "hw_rev", "deviceprofile_id", "evpntopo_id", "vars",
	"map_id", "x", "y", "x_m", "y_m", "height", "orientation", "locked", "centrally_managed", "managed", "disable_auto_config", "role",
	"ip_config", "oob_ip_config", "other_ip_configs", "ip_configs", "router_id", "dhcpd_config", "port_config", "port_config_overwrite", "local_port_config", "port_mirroring",
	"virtual_chassis", "stp_config.bridge_priority", "radio_config.*.channel", "radio_config.*.power", "image1_url", "image2_url", "image3_url",
}

// layer is an object whose settings a device has unless it sets others.
type layer struct {
	what string // for people
	set  map[string]any
	// only says that the layer counts where a template sets something as well.
	only bool
}

// maxOverrides is how many settings a violation names.
const maxOverrides = 5

// templateDrift finds devices that set something to another value than the template that
// applies to them.
func templateDrift(ctx context.Context, s *state) (out []finding, _ error) {
	byID := map[string]configs.Object{}
	for _, t := range []string{"networktemplates", "gatewaytemplates", "aptemplates", "deviceprofiles", "switchprofiles", "hubprofiles"} {
		for _, o := range s.byType[t] {
			byID[t+"/"+o.ID] = o
		}
	}
	infos, settings := map[string]mist.Object{}, map[string]map[string]any{}
	for _, o := range s.byType["info"] {
		infos[o.SiteID], _ = mist.ParseObject(o.JSON)
	}
	for _, o := range s.byType["setting"] {
		set, err := members(o)
		if err != nil {
			return nil, err
		}
		settings[o.SiteID] = set
	}
	for _, o := range s.byType["devices"] {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		device, err := members(o)
		if err != nil {
			return nil, err
		}
		layers, err := layersOf(device, infos[o.SiteID], settings[o.SiteID], byID)
		if err != nil {
			return nil, err
		}
		if text := overrides(device, layers, settings[o.SiteID]); text != "" {
			out = append(out, finding{o, text})
		}
	}
	return out, nil
}

func members(o configs.Object) (map[string]any, error) {
	d := json.NewDecoder(bytes.NewReader(o.JSON))
	d.UseNumber()
	var set map[string]any
	if err := d.Decode(&set); err != nil {
		return nil, fmt.Errorf("%s %.80q: %w", o.Type, o.Name, err)
	}
	return set, nil
}

// layersOf are what applies to a device, the most specific first: its profile, the
// setting of its site, the template of its site.
func layersOf(device map[string]any, info mist.Object, setting map[string]any, byID map[string]configs.Object) (out []layer, err error) {
	add := func(kind, id string) {
		o, ok := byID[kind+"/"+id]
		if id == "" || !ok || err != nil {
			return
		}
		var set map[string]any
		if set, err = members(o); err == nil {
			out = append(out, layer{what: kind + " " + o.Name, set: set})
		}
	}
	profile, _ := device["deviceprofile_id"].(string)
	switch device["type"] {
	case "switch":
		add("switchprofiles", profile)
		out = append(out, layer{what: "the site's setting", set: setting, only: true})
		add("networktemplates", info.ID("networktemplate_id"))
	case "gateway":
		add("hubprofiles", profile)
		add("gatewaytemplates", info.ID("gatewaytemplate_id"))
	case "ap":
		add("deviceprofiles", profile)
		add("aptemplates", info.ID("aptemplate_id"))
	}
	return out, err
}

// overrides says which settings of a device have another value than its layers; empty
// when there is none.
func overrides(device map[string]any, layers []layer, setting map[string]any) string {
	vars := map[string]any{}
	for _, from := range []any{setting["vars"], device["vars"]} {
		if own, ok := from.(map[string]any); ok {
			maps.Copy(vars, own)
		}
	}
	var found []string
	leaves(device, nil, func(at []string, has any) {
		if matches(ofDevice, at) || !isSet(has) {
			return
		}
		wants, of, ok := wanted(layers, at)
		if !ok {
			return
		}
		has, known := expand(has, vars)
		wants, known2 := expand(wants, vars)
		if known && known2 && !sameValue(has, wants) {
			found = append(found, fmt.Sprintf("sets %s to %s instead of %s (%s)", strings.Join(at, "."), shown(has), shown(wants), of))
		}
	})
	if more := len(found) - maxOverrides; more > 0 {
		found = append(found[:maxOverrides], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(found, "; ")
}

// leaves visits the values of an object that are no objects, in the order of their names.
func leaves(v map[string]any, at []string, visit func(at []string, v any)) {
	for _, name := range slices.Sorted(maps.Keys(v)) {
		path := append(slices.Clip(at), name)
		if inner, ok := v[name].(map[string]any); ok {
			leaves(inner, path, visit)
			continue
		}
		visit(path, v[name])
	}
}

// wanted is the value that the layers set at a path, and whose it is.
func wanted(layers []layer, at []string) (v any, of string, ok bool) {
	for _, l := range layers {
		has := member(l.set, at)
		if _, object := has.(map[string]any); object || !isSet(has) {
			continue
		}
		if v == nil {
			v, of = has, l.what
		}
		if !l.only {
			return v, of, true
		}
	}
	return nil, "", false
}

// isSet reports whether a value says something that can be compared: a secret cannot,
// because its digest differs at each place.
func isSet(v any) bool {
	switch v := v.(type) {
	case nil:
		return false
	case string:
		return v != "" && !configs.IsDigest(v) && !configs.Masked(v)
	case []any:
		return !slices.ContainsFunc(v, func(e any) bool {
			text, ok := e.(string)
			return ok && (configs.IsDigest(text) || configs.Masked(text))
		})
	}
	return true
}

// expand puts the values of variables in the place of their names; false when one is not
// defined.
func expand(v any, vars map[string]any) (any, bool) {
	switch v := v.(type) {
	case string:
		known := true
		text := variable.ReplaceAllStringFunc(v, func(match string) string {
			value, ok := vars[variable.FindStringSubmatch(match)[1]]
			known = known && ok
			return fmt.Sprint(value)
		})
		return text, known && !configs.IsDigest(text)
	case []any:
		out, known := make([]any, len(v)), true
		for i, e := range v {
			var ok bool
			out[i], ok = expand(e, vars)
			known = known && ok
		}
		return out, known
	case map[string]any:
		out, known := make(map[string]any, len(v)), true
		for name, e := range v {
			var ok bool
			out[name], ok = expand(e, vars)
			known = known && ok
		}
		return out, known
	}
	return v, true
}

// sameValue compares values; a number may be written as a text, as one of a variable is.
func sameValue(a, b any) bool {
	switch x := a.(type) {
	case []any:
		y, ok := b.([]any)
		return ok && slices.EqualFunc(x, y, sameValue)
	case map[string]any:
		y, ok := b.(map[string]any)
		return ok && maps.EqualFunc(x, y, sameValue)
	}
	return fmt.Sprint(a) == fmt.Sprint(b)
}

// matches reports whether a path is one of the patterns, or within one.
func matches(patterns []string, at []string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool {
		parts := strings.Split(p, ".")
		if len(parts) > len(at) {
			return false
		}
		for i, part := range parts {
			if part != "*" && part != at[i] {
				return false
			}
		}
		return true
	})
}

package compliance

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"foghorn/config"
	"foghorn/jobs/configs"
	"foghorn/journal/event"
	"foghorn/mist"
)

// ready are the ready-made rules.
var ready = []rule{
	{config.RuleUndefinedVariable, event.Warn, undefinedVariables},
	{config.RulePoEPower, event.Warn, shortOfPower},
	{config.RuleDuplicateName, event.Info, duplicateNames},
	{config.RuleOpenWLAN, event.Warn, openWLANs},
	{config.RuleWebhookSecret, event.Warn, webhooksWithoutSecret},
	{config.RuleTemplateDrift, event.Info, templateDrift},
}

// shortOfPower finds access points that get too little power from their switch.
func shortOfPower(ctx context.Context, s *state) (out []finding, _ error) {
	if s.in.Short == nil {
		return nil, errors.New("the PoE power of access points is unknown without a connection to the Mist API")
	}
	devices, err := s.in.Short(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask which access points are short of power: %w", err)
	}
	for i := range devices {
		out = append(out, finding{s.ofDevice(&devices[i]), "gets less PoE power than it needs"})
	}
	return out, nil
}

// uniqueInOrg are the types whose names people choose to tell objects apart.
var uniqueInOrg = []string{"sitegroups", "alarmtemplates", "networks", "services", "networktemplates", "rftemplates", "aptemplates", "gatewaytemplates",
	"sitetemplates", "deviceprofiles", "switchprofiles", "hubprofiles", "templates", "devices", "info"}

// duplicateNames finds objects of one type with one name, whatever its case. WLANs and
// keys are left out: two of one name are ordinary.
func duplicateNames(_ context.Context, s *state) (out []finding, _ error) {
	for _, t := range uniqueInOrg {
		byName := map[string][]configs.Object{}
		for _, o := range s.byType[t] {
			if o.Name != "" && (t != "info" || o.SiteID != "") {
				byName[strings.ToLower(o.Name)] = append(byName[strings.ToLower(o.Name)], o)
			}
		}
		for _, same := range byName {
			if len(same) < 2 {
				continue
			}
			for i, o := range same {
				// The names are equal, so the other is named by its address and site.
				other, more := same[(i+1)%len(same)], ""
				if n := len(same) - 2; n > 0 {
					more = fmt.Sprintf(" and %d more", n)
				}
				out = append(out, finding{o, "has the same name as " + s.apart(&other) + more})
			}
		}
	}
	return out, nil
}

// apart is what distinguishes an object from another of its name: its address, else its
// id, and its site.
func (s *state) apart(o *configs.Object) string {
	text := o.ID
	if o.Type == "devices" {
		if mac, ok := event.ParseMAC(o.ID[strings.LastIndexByte(o.ID, '-')+1:]); ok {
			text = mac.String()
		}
	}
	if site := s.sites[o.SiteID]; site != "" {
		text += " (" + site + ")"
	}
	return text
}

// openWLANs finds WLANs that anybody can use. A portal, or the check of MAC addresses,
// asks who somebody is.
func openWLANs(_ context.Context, s *state) (out []finding, _ error) {
	for _, o := range s.byType["wlans"] {
		var w struct {
			Enabled *bool `json:"enabled"`
			Auth    struct {
				Type string `json:"type"`
				MAC  bool   `json:"enable_mac_auth"`
			} `json:"auth"`
			Portal struct {
				Enabled bool `json:"enabled"`
			} `json:"portal"`
		}
		if err := json.Unmarshal(o.JSON, &w); err != nil {
			return nil, fmt.Errorf("wlans %.80q: %w", o.Name, err)
		}
		open := w.Auth.Type == "" || w.Auth.Type == "open"
		if (w.Enabled == nil || *w.Enabled) && open && !w.Auth.MAC && !w.Portal.Enabled {
			out = append(out, finding{o, "is open and has no portal"})
		}
	}
	return out, nil
}

// webhooksWithoutSecret finds webhooks whose deliveries nobody can verify. Only those over
// HTTP have a secret.
func webhooksWithoutSecret(_ context.Context, s *state) (out []finding, _ error) {
	for _, o := range s.byType["webhooks"] {
		v, _ := mist.ParseObject(o.JSON)
		kind := v.Text("type")
		if enabled, ok := v.Bool("enabled"); (enabled || !ok) && (kind == "" || kind == "http-post") && v.Text("secret") == "" {
			out = append(out, finding{o, "has no secret: nobody can tell its deliveries from forged ones"})
		}
	}
	return out, nil
}

// variable is a site variable in a text.
var variable = regexp.MustCompile(`\{\{\s*([A-Za-z_][A-Za-z0-9_-]*)\s*\}\}`)

// applied are the templates that a site's own object names, by type.
var applied = map[string]string{
	"networktemplates": "networktemplate_id", "rftemplates": "rftemplate_id", "aptemplates": "aptemplate_id",
	"gatewaytemplates": "gatewaytemplate_id", "sitetemplates": "sitetemplate_id",
}

// undefinedVariables finds the sites that do not define a variable that they need: of
// their own objects, and of the templates that apply to them.
func undefinedVariables(_ context.Context, s *state) (out []finding, _ error) {
	settings, infos := map[string]mist.Object{}, map[string]configs.Object{}
	for _, o := range s.byType["setting"] {
		settings[o.SiteID], _ = mist.ParseObject(o.JSON)
	}
	for _, o := range s.byType["info"] {
		infos[o.SiteID] = o
	}
	bySite := map[string][]configs.Object{}
	for _, o := range s.all() {
		if o.SiteID != "" && o.Type != "config_cmd" && o.Type != "info" && variable.Match(o.JSON) {
			bySite[o.SiteID] = append(bySite[o.SiteID], o)
		}
	}
	for site, info := range infos {
		setting, known := settings[site]
		if site == "" || !known {
			continue
		}
		defined := setting.Value("vars").Object()
		self, _ := mist.ParseObject(info.JSON)
		for _, o := range slices.Concat(bySite[site], s.templatesOf(site, self)) {
			own, _ := mist.ParseObject(o.JSON)
			for _, name := range variables(o.JSON) {
				if defined.Value(name) == nil && own.Value("vars").Object().Value(name) == nil {
					out = append(out, finding{info, fmt.Sprintf("does not define {{%s}}, which %s %s uses", name, o.Type, o.Name)})
				}
			}
		}
	}
	return out, nil
}

// variables are the variables in an object. Those of text messages to guests are filled
// in by Mist.
func variables(body []byte) []string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return nil
	}
	var out []string
	var walk func(key string, v any)
	walk = func(key string, v any) {
		switch v := v.(type) {
		case map[string]any:
			for k, member := range v {
				walk(k, k)
				walk(k, member)
			}
		case []any:
			for _, element := range v {
				walk(key, element)
			}
		case string:
			if strings.Contains(key, "sms") {
				return
			}
			for _, m := range variable.FindAllStringSubmatch(v, -1) {
				out = append(out, m[1])
			}
		}
	}
	walk("", v)
	slices.Sort(out)
	return slices.Compact(out)
}

// templatesOf are the templates that apply to a site, with the WLANs of WLAN templates.
func (s *state) templatesOf(site string, info mist.Object) (out []configs.Object) {
	for t, field := range applied {
		id := info.ID(field)
		for _, o := range s.byType[t] {
			if id != "" && o.ID == id {
				out = append(out, o)
			}
		}
	}
	for _, o := range s.byType["templates"] {
		if !appliesTo(o.JSON, site, info) {
			continue
		}
		for _, w := range s.byType["wlans"] {
			if v, _ := mist.ParseObject(w.JSON); w.SiteID == "" && v.ID("template_id") == o.ID {
				out = append(out, w)
			}
		}
	}
	return out
}

// appliesTo reports whether a WLAN template applies to a site.
func appliesTo(body []byte, site string, info mist.Object) bool {
	type targets struct {
		OrgID  string   `json:"org_id"`
		Sites  []string `json:"site_ids"`
		Groups []string `json:"sitegroup_ids"`
	}
	var t struct {
		Applies targets `json:"applies"`
		Exempt  targets `json:"exceptions"`
	}
	var of struct {
		Groups []string `json:"sitegroup_ids"`
	}
	_ = json.Unmarshal(info.Value("sitegroup_ids"), &of.Groups)
	if json.Unmarshal(body, &t) != nil {
		return false
	}
	in := func(t targets) bool {
		return slices.Contains(t.Sites, site) || slices.ContainsFunc(of.Groups, func(g string) bool { return slices.Contains(t.Groups, g) })
	}
	return (t.Applies.OrgID != "" || in(t.Applies)) && !in(t.Exempt)
}

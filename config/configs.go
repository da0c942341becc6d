package config

import (
	"encoding/json"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/itchyny/gojq"

	"foghorn/journal/query"
)

// Configs is what foghorn expects of the backed-up configuration.
type Configs struct {
	// StaleAfter is the age of the last backup of everything from which on there is an
	// alert; 0 for none.
	StaleAfter Duration        `toml:"stale_after"`
	Disable    []string        `toml:"disable"` // ready-made rules that do not count
	Rules      []ObjectRule    `toml:"rule"`
	Exceptions []RuleException `toml:"exception"`
}

// ObjectRule is one rule that objects keep. It has one of Expression, Naming, Settings
// and Firmware.
type ObjectRule struct {
	Name       string   `toml:"name"`
	Type       string   `toml:"type"`       // of objects; with Firmware a type of devices
	Model      string   `toml:"model"`      // with Firmware: only of this model, a glob
	Expression string   `toml:"expression"` // jq: each true or text is a violation
	Naming     string   `toml:"naming"`     // a regular expression that fits the whole name
	Settings   []string `toml:"settings"`   // of WLANs: "auth.type = \"eap\""
	Firmware   string   `toml:"firmware"`   // the lowest version
	Severity   string   `toml:"severity"`   // info, warn (when empty) or critical
}

// RuleException lets an object break a rule until a day.
type RuleException struct {
	Rule   string `toml:"rule"`
	Source string `toml:"source"` // the organization; each of them when empty
	Object string `toml:"object"` // a name, TYPE/NAME, an id or a path
	Owner  string `toml:"owner"`
	Until  Moment `toml:"until"`
}

// The ready-made rules.
const (
	RuleUndefinedVariable = "undefined-variable"
	RulePoEPower          = "poe-power"
	RuleDuplicateName     = "duplicate-name"
	RuleOpenWLAN          = "open-wlan"
	RuleWebhookSecret     = "webhook-secret"
	RuleTemplateDrift     = "template-drift"
)

// ReadyRules lists the ready-made rules.
func ReadyRules() []string {
	return []string{RuleUndefinedVariable, RulePoEPower, RuleDuplicateName, RuleOpenWLAN, RuleWebhookSecret, RuleTemplateDrift}
}

// ObjectTypes are the types of objects that a rule may be about.
func ObjectTypes() []string { return slices.Clone(configTypes) }

var configTypes = strings.Fields(`info setting sitegroups alarmtemplates networks avprofiles idpprofiles secintelprofiles
	services servicepolicies secpolicies vpns networktemplates rftemplates aptemplates gatewaytemplates sitetemplates
	deviceprofiles switchprofiles hubprofiles mxclusters mxtunnels mxedges templates wlans wxtags wxrules psks pskportals
	nactags nacrules nacportals usermacs ssoroles ssos assetfilters assets webhooks evpn_topologies maps zones rssizones
	beacons vbeacons devices config_cmd`)

// Limits of rules.
const (
	defaultStaleAfter = Duration(8 * 24 * time.Hour)
	maxConfigRules    = 100
	maxExpression     = 4096
	maxOwner          = 200
)

var (
	ruleName    = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,39}$`)
	settingPath = regexp.MustCompile(`^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$`)
)

func (c *Config) validateConfigs(r *report) {
	for _, name := range c.Configs.Disable {
		if !slices.Contains(ReadyRules(), name) {
			r.add("configs.disable", query.Nearest(name, ReadyRules()), "%q is no ready-made rule; they are %s", name, strings.Join(ReadyRules(), ", "))
		}
	}
	if len(c.Configs.Rules) > maxConfigRules {
		r.add("configs.rule", "", "are more than %d", maxConfigRules)
	}
	names := ReadyRules()
	for i := range c.Configs.Rules {
		rule, path := &c.Configs.Rules[i], element("configs.rule", i)
		switch {
		case !ruleName.MatchString(rule.Name):
			r.add(path+".name", "", "is missing or has other characters than a to z, 0 to 9 and -; at most 40 of them")
		case slices.Contains(names, rule.Name):
			r.add(path+".name", "", "%q is there already: each rule has a name of its own, and the ready-made ones have theirs", rule.Name)
		}
		names = append(names, rule.Name)
		rule.validate(r, path)
	}
	for i := range c.Configs.Exceptions {
		c.validateException(r, element("configs.exception", i), &c.Configs.Exceptions[i], names)
	}
}

func (rule *ObjectRule) validate(r *report, at string) {
	var has []string
	for _, key := range []string{"expression", "naming", "settings", "firmware"} {
		if r.where.has(at + "." + key) {
			has = append(has, key)
		}
	}
	switch {
	case len(has) == 0:
		r.add(at, "", "needs one of expression, naming, settings and firmware")
		return
	case len(has) > 1:
		r.add(at+"."+has[1], "", "excludes %s: a rule asks for one thing", has[0])
		return
	}
	if rule.Severity != "" {
		oneOf(r, at+".severity", rule.Severity, "info", "warn", "critical")
	}
	if rule.Model != "" && has[0] != "firmware" {
		r.add(at+".model", "", "belongs to firmware")
	}
	if _, err := path.Match(rule.Model, ""); err != nil {
		r.add(at+".model", "", "%q is not a pattern: * stands for any characters", rule.Model)
	}
	rule.validateType(r, at, has[0])
	switch has[0] {
	case "expression":
		rule.validateExpression(r, at+".expression")
	case "naming":
		if _, err := regexp.Compile(rule.Naming); err != nil || rule.Naming == "" {
			r.add(at+".naming", "", "is not a regular expression: %v", err)
		}
	case "settings":
		for _, s := range rule.Settings {
			if _, _, ok := Setting(s); !ok {
				r.add(at+".settings", "", `%q is not a setting; write 'auth.type = "eap"' or 'isolation = true'`, s)
			}
		}
		if len(rule.Settings) == 0 {
			r.add(at+".settings", "", "is empty")
		}
	case "firmware":
		if !strings.ContainsAny(rule.Firmware, "0123456789") || len(rule.Firmware) > 60 {
			r.add(at+".firmware", "", "%q is not a version such as 0.14.29633 or 23.4R2-S3", rule.Firmware)
		}
	}
}

// validateType checks the type, which is one of devices with firmware and may be left
// out with settings.
func (rule *ObjectRule) validateType(r *report, path, has string) {
	switch has {
	case "firmware":
		if rule.Type != "" {
			oneOf(r, path+".type", rule.Type, "ap", "switch", "gateway", "mxedge")
		}
	case "settings":
		if rule.Type != "" {
			oneOf(r, path+".type", rule.Type, "wlans")
		}
	default:
		if rule.Type == "" {
			r.add(path+".type", "", "is missing: the type of objects that the rule is about, such as wlans")
		} else if !slices.Contains(configTypes, rule.Type) {
			r.add(path+".type", query.Nearest(rule.Type, configTypes), "%q is no type of objects (docs/CONFIGS.md lists them)", rule.Type)
		}
	}
}

func (rule *ObjectRule) validateExpression(r *report, path string) {
	if len(rule.Expression) > maxExpression {
		r.add(path, "", "is longer than %d bytes", maxExpression)
		return
	}
	q, err := gojq.Parse(rule.Expression)
	if err == nil {
		_, err = gojq.Compile(q)
	}
	if err != nil {
		r.add(path, "", "is no jq expression: %s", strings.Join(strings.Fields(err.Error()), " "))
	}
}

// Setting splits 'auth.type = "eap"' into the path and the value; false when it is none.
func Setting(text string) (path []string, value any, ok bool) {
	left, right, found := strings.Cut(text, "=")
	left = strings.TrimSpace(left)
	if !found || !settingPath.MatchString(left) || json.Unmarshal([]byte(right), &value) != nil {
		return nil, nil, false
	}
	return strings.Split(left, "."), value, true
}

func (c *Config) validateException(r *report, path string, x *RuleException, names []string) {
	if !slices.Contains(names, x.Rule) {
		r.add(path+".rule", query.Nearest(x.Rule, names), "%q is no rule", x.Rule)
	}
	if x.Source != "" && !slices.ContainsFunc(c.Mist, func(m Mist) bool { return m.Name == x.Source }) {
		r.add(path+".source", "", "%q is not the name of a [[mist]]", x.Source)
	}
	switch {
	case x.Object == "":
		r.add(path+".object", "", "is missing: a name, TYPE/NAME, an id or a path")
	case len(x.Object) > maxTarget:
		r.add(path+".object", "", "is longer than %d bytes", maxTarget)
	}
	if x.Owner == "" || len(x.Owner) > maxOwner {
		r.add(path+".owner", "", "is missing or longer than %d bytes: who answers for the exception", maxOwner)
	}
	if x.Until == "" && !r.where.has(path+".until") {
		r.add(path+".until", "", `is missing: an exception ends, for example until = "2026-12-31"`)
	}
}

package compliance

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"foghorn/config"
	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/jobs/configs"
	"foghorn/journal/event"
	"foghorn/mist"
)

// Violation is an object that breaks a rule.
type Violation struct {
	Rule     string         `json:"rule"`
	Severity event.Severity `json:"severity"`
	Source   string         `json:"source"`
	SiteID   string         `json:"site_id,omitempty"`
	Site     string         `json:"site,omitempty"`
	Type     string         `json:"type"`
	ID       string         `json:"id"`
	Name     string         `json:"name"`
	Text     string         `json:"text"` // what is wrong
	// Owner and Until are of the exception that lets it pass; empty without one.
	Owner string        `json:"owner,omitempty"`
	Until config.Moment `json:"until,omitempty"`
}

// About distinguishes the violations of one organization. An id is of one site.
func (v *Violation) About() string { return v.Rule + "/" + v.Type + "/" + v.ID }

// Result is what a check found.
type Result struct {
	Violations []Violation // in the order of rules, then of objects
	Excepted   []Violation // what exceptions let pass
	Troubles   []Trouble
	Objects    int      // that were read
	Rules      []string // that were checked, those of Troubles too
}

// Trouble is a rule that could not be checked.
type Trouble struct {
	Rule string
	Err  error
}

func (t Trouble) String() string { return safetext.Line("rule " + t.Rule + ": " + t.Err.Error()) }

// Summary says in a line what was found.
func (r *Result) Summary() string {
	text := fmt.Sprintf("%s, %s: %s", human.CountOf(r.Objects, "object"), human.CountOf(len(r.Rules), "rule"), human.CountOf(len(r.Violations), "violation"))
	if n := len(r.Excepted); n > 0 {
		text += fmt.Sprintf(", %d excepted", n)
	}
	if n := len(r.Troubles); n > 0 {
		text += "; " + human.CountOf(n, "rule") + " could not be checked"
	}
	return text
}

// Input is what a check works on.
type Input struct {
	Store  *configs.Store
	Source string // the organization as the configuration names it
	OrgID  string
	Now    time.Time
	Rule   string // only this rule; all when empty
	// Devices are those that the organization has, for firmware.
	Devices func(ctx context.Context) ([]event.Device, error)
	// Short are the access points that get too little power.
	Short func(ctx context.Context) ([]event.Device, error)
}

// Checker checks the rules of a configuration.
type Checker struct {
	rules      []rule
	exceptions []config.RuleException
}

// finding is a violation before its rule is written into it.
type finding struct {
	object configs.Object
	text   string
}

// rule is one rule that is ready to be checked.
type rule struct {
	name     string
	severity event.Severity
	check    func(ctx context.Context, s *state) ([]finding, error)
}

// maxViolations bounds the violations of one rule.
const maxViolations = 10_000

// New makes a Checker. cfg has been validated.
func New(cfg *config.Configs) (*Checker, error) {
	c := &Checker{exceptions: cfg.Exceptions}
	for _, r := range ready {
		if !slices.Contains(cfg.Disable, r.name) {
			c.rules = append(c.rules, r)
		}
	}
	for i := range cfg.Rules {
		r, err := compile(&cfg.Rules[i])
		if err != nil {
			return nil, fmt.Errorf("rule %s: %w", cfg.Rules[i].Name, err)
		}
		c.rules = append(c.rules, r)
	}
	return c, nil
}

// Rules are the names of the rules that are checked.
func (c *Checker) Rules() []string {
	var out []string
	for i := range c.rules {
		out = append(out, c.rules[i].name)
	}
	return out
}

// Check checks one organization.
func (c *Checker) Check(ctx context.Context, in Input) (*Result, error) {
	s, err := load(ctx, &in)
	if err != nil {
		return nil, err
	}
	out := &Result{Objects: s.objects}
	for i := range c.rules {
		r := &c.rules[i]
		if in.Rule != "" && in.Rule != r.name {
			continue
		}
		out.Rules = append(out.Rules, r.name)
		found, err := r.check(ctx, s)
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if err == nil && len(found) > maxViolations {
			err = fmt.Errorf("more than %d violations", maxViolations)
		}
		if err != nil {
			out.Troubles = append(out.Troubles, Trouble{r.name, err})
			continue
		}
		slices.SortStableFunc(found, func(a, b finding) int {
			return cmp.Or(cmp.Compare(a.object.SiteID, b.object.SiteID), cmp.Compare(a.object.Type, b.object.Type),
				cmp.Compare(strings.ToLower(a.object.Name), strings.ToLower(b.object.Name)), cmp.Compare(a.object.ID, b.object.ID))
		})
		for _, v := range merge(found) {
			c.add(out, s, r, v)
		}
	}
	return out, nil
}

// merge makes one finding of those of one object: a violation is of a rule and an object.
func merge(found []finding) []finding {
	var out []finding
	for _, f := range found {
		if n := len(out); n > 0 && out[n-1].object.Path() == f.object.Path() {
			if !strings.Contains(out[n-1].text, f.text) {
				out[n-1].text += "; " + f.text
			}
			continue
		}
		out = append(out, f)
	}
	return out
}

// maxText bounds what a violation says, in bytes.
const maxText = 300

func (c *Checker) add(out *Result, s *state, r *rule, f finding) {
	o := f.object
	v := Violation{Rule: r.name, Severity: r.severity, Source: s.in.Source, SiteID: o.SiteID, Site: s.sites[o.SiteID], Type: o.Type, ID: o.ID,
		Name: cmp.Or(o.Name, o.ID), Text: safetext.Clip(safetext.Line(f.text), maxText)}
	for _, x := range c.exceptions {
		if x.Rule == r.name && (x.Source == "" || x.Source == s.in.Source) && names(x.Object, &o) && s.in.Now.Before(x.Until.Time()) {
			v.Owner, v.Until = x.Owner, x.Until
			out.Excepted = append(out.Excepted, v)
			return
		}
	}
	out.Violations = append(out.Violations, v)
}

// names reports whether a text names an object: by its name, as TYPE/NAME, by its id or
// its path.
func names(text string, o *configs.Object) bool {
	for _, form := range []string{o.Name, o.Type + "/" + o.Name, o.ID, o.Type + "/" + o.ID, o.Path().String(), strings.TrimSuffix(o.Path().String(), ".json")} {
		if form != "" && strings.EqualFold(text, form) {
			return true
		}
	}
	return false
}

// state is what the rules of one check share.
type state struct {
	in      *Input
	objects int
	byType  map[string][]configs.Object
	sites   map[string]string // names by id
}

// load reads all objects but the set commands, which only rules about them need.
func load(ctx context.Context, in *Input) (*state, error) {
	s := &state{in: in, byType: map[string][]configs.Object{}, sites: map[string]string{}}
	for o, err := range in.Store.Objects(ctx, configs.Filter{OrgID: in.OrgID}) {
		if err != nil {
			return nil, err
		}
		s.objects++
		s.byType[o.Type] = append(s.byType[o.Type], o)
		if o.Type == "info" && o.SiteID != "" {
			s.sites[o.SiteID] = o.Name
		}
	}
	return s, nil
}

// all are all objects, by type.
func (s *state) all() []configs.Object {
	var out []configs.Object
	for _, t := range slices.Sorted(maps.Keys(s.byType)) {
		out = append(out, s.byType[t]...)
	}
	return out
}

// ofDevice is a device as an object of the backup.
func (s *state) ofDevice(d *event.Device) configs.Object {
	id := cmp.Or(d.ID, string(d.MAC))
	return configs.Object{Source: s.in.Source, OrgID: s.in.OrgID, SiteID: d.SiteID, Type: "devices", ID: id, Name: cmp.Or(d.Name, string(d.MAC))}
}

// ShortOfPower asks the cloud which access points get less power than they need: one call.
func ShortOfPower(ctx context.Context, cloud configs.Cloud, org string) ([]event.Device, error) {
	ctx = mist.WithCaller(ctx, "compliance", mist.Background)
	r := mist.Request{Path: "/orgs/" + org + "/devices/search", Query: map[string][]string{"type": {"ap"}, "power_constrained": {"true"}, "limit": {"1000"}}}
	var out []event.Device
	for resp, err := range cloud.Pages(ctx, r) {
		if err != nil {
			return nil, err
		}
		o, _ := mist.ParseObject(resp.Body)
		rows, _ := o.Lookup("results")
		elements, ok := mist.Elements(rows, maxViolations, nil)
		if !ok {
			return nil, fmt.Errorf("the answer to %s is not a list of devices", r.Path)
		}
		for _, e := range elements {
			row, _ := mist.ParseObject(e)
			if short, _ := row.Bool("power_constrained"); !short {
				continue // a cloud that does not know the question answers with all
			}
			mac, _ := event.ParseMAC(row.Text("mac"))
			out = append(out, event.Device{MAC: mac, ID: row.ID("id"), SiteID: row.ID("site_id"), Type: "ap", Model: row.Text("model"),
				Name: cmp.Or(row.Text("name"), row.Text("hostname"), row.Text("last_hostname"))})
		}
		if len(out) > maxViolations {
			return nil, fmt.Errorf("more than %d access points are short of power", maxViolations)
		}
	}
	return out, nil
}

// Line is the violation in a line, safe to show.
func (v *Violation) Line() string {
	at := ""
	if v.Site != "" {
		at = " (" + v.Site + ")"
	}
	return safetext.Line(v.Type + " " + v.Name + at + ": " + v.Text + ", rule " + v.Rule)
}

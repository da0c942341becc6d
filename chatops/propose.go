package chatops

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/journal/event"
)

// proposalLasts is how long a proposal can be confirmed.
const proposalLasts = 5 * time.Minute

// What the buttons of this package are for.
const (
	actionConfirm = "confirm" // carries out a proposal
	actionCancel  = "cancel"
	actionRun     = "run"  // runs a command, as if the person who clicks had typed it
	actionTake    = "take" // takes an alert from its owner
)

// plan is something to do.
type plan struct {
	Action  string       `json:"action"`
	Targets []target     `json:"targets"`
	Args    actions.Args `json:"args,omitempty"`
	Mist    bool         `json:"mist"` // it changes something in Mist
	User    string       `json:"user"` // who asked, as the platform calls them
}

// target is what a plan acts on, and who may see it.
type target struct {
	actions.Target `json:"target"`

	Name   string `json:"name"`
	Source string `json:"source"`
	SiteID string `json:"site_id,omitempty"`
	Site   string `json:"site,omitempty"`
}

// propose asks for a click before something disrupts. about describes the targets if the
// check of the action does not.
func (r *request) propose(ctx context.Context, p plan, about []Section) (*Message, error) {
	acts, err := r.actionsFor(r.dir, r.person, p.Mist)
	if err != nil {
		return nil, err
	}
	found, err := r.check(ctx, acts, p)
	if err != nil {
		return nil, err
	}
	p.User = r.call.User
	data, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	now := r.Clock.Now()
	proposal := event.ChatProposal{Nonce: rand.Text(), Workspace: r.call.Workspace, By: r.person.Person, Made: now, Expires: now.Add(proposalLasts), Call: data}
	if err := r.Store.PutProposal(ctx, proposal); err != nil {
		return nil, err
	}
	m := &Message{Title: p.question(), Severity: "warn", Sections: append(about, found...)}
	who := "Confirm"
	if r.needsSecond(&p) {
		who = "A second person must confirm"
	}
	m.Sections = append(m.Sections, Section{Text: fmt.Sprintf("Requested by %s. %s within %d minutes.", r.person.Person, who, int(proposalLasts.Minutes()))})
	m.Buttons = []Button{{Label: "Confirm", Action: actionConfirm, Value: proposal.Nonce, Danger: true}, {Label: "Cancel", Action: actionCancel, Value: proposal.Nonce}}
	return m, nil
}

// check finds out what a plan hits and costs, and returns warnings. It fails if a target
// does not allow the action.
func (r *request) check(ctx context.Context, acts *actions.Actions, p plan) (found []Section, err error) {
	targets := make([]actions.Target, len(p.Targets))
	for i, t := range p.Targets {
		targets[i] = t.Target
	}
	items, err := acts.Check(ctx, r.person.operator(), p.Action, targets, p.Args)
	if err != nil {
		return nil, err
	}
	for i, item := range items {
		name := p.Targets[i].Name
		switch {
		case item.Err != nil:
			return nil, fmt.Errorf("%s: %w", name, item.Err)
		case item.Owner != "":
			return nil, fmt.Errorf("%s: %w: %s", name, actions.ErrOthers, item.Owner)
		case item.Skip != "":
			found = append(found, Section{Text: strings.ReplaceAll(item.Skip, "{}", name)})
		case item.Warn != "":
			warn := item.Warn
			if p.Action == event.ActionRename && len(r.person.Sites) > 0 {
				warn = "another device may have that name already" // it may be one that they may not see
			}
			found = append(found, Section{Text: name + ": " + warn})
		}
		if item.Impact != nil {
			found = append(found, hits(item.Device, p.Args["ports"], item.Impact)...)
		}
	}
	if d, err := actions.Find(p.Action); err == nil && d.Costs != "" {
		found = append(found, Section{Text: d.Costs})
	}
	return found, nil
}

// question names what a plan does.
func (p *plan) question() string {
	what := p.Targets[0].Name
	if n := len(p.Targets); n > 1 {
		what = fmt.Sprintf("%d %ss", n, p.Targets[0].Kind)
	}
	if ports := p.Args["ports"]; ports != "" {
		what = ports + " of " + what
	}
	if name := p.Args["name"]; name != "" {
		what += " to " + name
	}
	return strings.ToUpper(p.Action[:1]) + p.Action[1:] + " " + what + "?"
}

// needsSecond reports whether somebody else has to confirm a plan: where there are two
// admins for what it is about.
func (r *request) needsSecond(p *plan) bool {
	admins := map[string]bool{}
	for _, u := range r.dir.Users {
		if u.Workspace != r.call.Workspace {
			continue
		}
		if who := r.dir.person(u.Workspace, u.ID); who.Role == actions.RoleAdmin && who.seesAll(p) {
			admins[who.Person] = true
		}
	}
	return len(admins) >= 2
}

// seesAll reports whether a person may see all that a plan is about.
func (p *Person) seesAll(of *plan) bool {
	for _, t := range of.Targets {
		if !p.sees(t.Source, t.SiteID, t.Site) {
			return false
		}
	}
	return true
}

// errGone is what a click on a proposal gets that is none, or none any more. It says the
// same of one that was never there, so that nobody learns of others'.
var errGone = &refused{"This can no longer be confirmed: it was carried out or canceled, it expired, or foghorn never proposed it. Ask for it again."}

// proposal reads the proposal of a click, and what it is about.
func (r *request) proposal(ctx context.Context) (event.ChatProposal, plan, error) {
	var p plan
	kept, err := r.Store.Proposal(ctx, r.call.Click.Value)
	if err != nil && !errors.Is(err, event.ErrNotFound) {
		return kept, p, err
	}
	now := r.Clock.Now()
	if err != nil || kept.Workspace != r.call.Workspace || !now.Before(kept.Expires) {
		return kept, p, errGone
	}
	if err := json.Unmarshal(kept.Call, &p); err != nil {
		return kept, p, fmt.Errorf("read a proposal: %w", err)
	}
	d, err := actions.Find(p.Action)
	switch {
	case err != nil:
		return kept, p, err
	case !r.person.seesAll(&p):
		return kept, p, errGone
	case r.person.Role < d.Role:
		return kept, p, &refused{fmt.Sprintf("%s needs the role %s; you have %s.", d.Name, d.Role, r.person.Role)}
	}
	return kept, p, nil
}

// confirm carries out a proposal, once.
func (r *request) confirm(ctx context.Context) (*Message, error) {
	kept, p, err := r.proposal(ctx)
	if err != nil {
		return nil, err
	}
	if r.person.Person == kept.By && r.needsSecond(&p) {
		return nil, &refused{"You asked for this yourself: a second person must confirm it."}
	}
	asker := r.dir.person(kept.Workspace, p.User)
	if d, err := actions.Find(p.Action); err != nil || asker == nil || asker.Person != kept.By || asker.Role < d.Role || !asker.seesAll(&p) {
		return nil, &refused{kept.By + " asked for this, and is no longer allowed to do it."}
	}
	taken, err := r.Store.TakeProposal(ctx, kept.Nonce)
	if err != nil {
		return nil, err
	}
	if !taken {
		return nil, errGone
	}
	if p.Args == nil {
		p.Args = actions.Args{}
	}
	if d, err := actions.Find(p.Action); err == nil && d.Arg("reason") != nil && r.person.Person != kept.By {
		p.Args["reason"] = "confirmed by " + r.person.Person
	}
	m, err := r.do(ctx, asker, p)
	if err != nil {
		return nil, err
	}
	m.Title, m.Replace = strings.TrimSuffix(p.question(), "?"), true
	m.Sections = append(m.Sections, Section{Text: fmt.Sprintf("Requested by %s %s earlier, confirmed by %s.", kept.By, human.Duration(r.Clock.Now().Sub(kept.Made).Truncate(time.Second)), r.person.Person)})
	return m, nil
}

// cancel takes a proposal back.
func (r *request) cancel(ctx context.Context) (*Message, error) {
	kept, p, err := r.proposal(ctx)
	if err != nil {
		return nil, err
	}
	taken, err := r.Store.TakeProposal(ctx, kept.Nonce)
	if err != nil {
		return nil, err
	}
	if !taken {
		return nil, errGone
	}
	return &Message{Title: strings.TrimSuffix(p.question(), "?") + ": canceled", Replace: true, Sections: []Section{{Text: "Canceled by " + r.person.Person + ". Nothing was done."}}}, nil
}

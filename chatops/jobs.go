package chatops

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"foghorn/actions"
	"foghorn/internal/human"
	"foghorn/journal/event"
)

// Kinds of jobs that chat starts, and the arguments that they get.
const (
	JobPing   = event.JobPing
	JobBackup = "backup" // of a device, a site or an organization

	ArgSite   = event.JobArgSite
	ArgDevice = event.JobArgDevice
	ArgMAC    = event.JobArgMAC
	ArgHost   = event.JobArgHost
)

const (
	// wholeOrg is the target of a backup of a whole organization.
	wholeOrg = "org"
	maxJobs  = 20
	maxFound = 100
)

// ping has a device ping a host.
func ping(ctx context.Context, r *request) (*Message, error) {
	if r.Offer != nil && !r.Offer(event.JobPing) {
		return nil, errors.New("foghorn is not set up to ping")
	}
	d, err := r.device(ctx, r.args[0])
	if err != nil {
		return nil, err
	}
	args := actions.Args{}
	if len(r.args) > 1 {
		args["host"] = r.args[1]
	}
	return r.do(ctx, r.person, plan{Action: event.ActionPingDevice, Args: args, Targets: []target{ofDevice(&d)}})
}

// backup keeps the configuration of a device, a site or an organization.
func backup(ctx context.Context, r *request) (*Message, error) {
	typed := r.rest(0)
	if strings.EqualFold(typed, wholeOrg) && len(r.person.orgs) == 1 {
		typed = r.person.orgs[0]
	}
	if slices.Contains(r.person.orgs, typed) {
		if len(r.person.Sites) > 0 {
			return nil, &refused{"You may back up your sites and their devices, but not the whole organization."}
		}
		return r.start(ctx, event.Job{Kind: JobBackup, Source: typed, Target: wholeOrg})
	}
	site, noSite := r.site(ctx, typed)
	if noSite == nil {
		return r.start(ctx, event.Job{Kind: JobBackup, Source: site.Source, Target: site.Name, Args: map[string]string{ArgSite: site.ID}})
	}
	d, noDevice := r.device(ctx, typed)
	if noDevice != nil {
		return nil, fmt.Errorf("%q is not one of your organizations (%s); %w; %w", typed, strings.Join(r.person.orgs, ", "), noSite, noDevice)
	}
	return r.start(ctx, event.Job{Kind: JobBackup, Source: d.Source, Target: nameOf(d.Name, d.MAC),
		Args: map[string]string{ArgSite: d.SiteID, ArgDevice: d.ID, ArgMAC: string(d.MAC)}})
}

// operator returns a person as the operator of an action. The results of their jobs go to
// where they asked; user is their id on the platform.
func (r *request) operator(p *Person, user string) (actions.Operator, error) {
	reply, err := json.Marshal(Call{Platform: r.call.Platform, ID: r.call.ID, Workspace: r.call.Workspace, Channel: r.call.Channel, User: user, At: r.call.At, Reply: r.call.Reply})
	by := p.operator()
	by.Reply = string(reply)
	return by, err
}

// start starts a job whose result goes to where it was asked for.
func (r *request) start(ctx context.Context, j event.Job) (*Message, error) {
	if r.Jobs == nil || r.Offer != nil && !r.Offer(j.Kind) {
		return nil, fmt.Errorf("foghorn is not set up for %s", j.Kind)
	}
	by, err := r.operator(r.person, r.call.User)
	if err != nil {
		return nil, err
	}
	j, err = r.Actions(r.person.Token).StartJob(ctx, by, j)
	if err != nil {
		return nil, err
	}
	r.job = j.ID
	return &Message{Follows: true, Sections: []Section{{Text: fmt.Sprintf("Job %d: %s of %s. The result follows here.", j.ID, j.Kind, j.Target)}}}, nil
}

// maySeeJob reports whether the person may see a job. People see their own jobs, and those
// of their organizations if they are not limited to sites.
func (r *request) maySeeJob(j *event.Job) bool {
	return slices.Contains(r.person.orgs, j.Source) && (len(r.person.Sites) == 0 || j.Actor == r.person.Person)
}

// listJobs lists jobs, shows one, or cancels one.
func listJobs(ctx context.Context, r *request) (*Message, error) {
	if r.Jobs == nil {
		return nil, errors.New("foghorn runs no jobs here")
	}
	switch {
	case len(r.args) == 2 && strings.EqualFold(r.args[0], "cancel"):
		return r.cancelJob(ctx, r.args[1])
	case len(r.args) == 2:
		return nil, errors.New("give jobs the number of a job, or cancel and the number")
	case len(r.args) == 1:
		j, err := r.jobNumbered(ctx, r.args[0])
		if err != nil {
			return nil, err
		}
		return r.jobCard(&j), nil
	}
	all, err := r.Jobs.Jobs(ctx, 10*maxJobs)
	if err != nil {
		return nil, err
	}
	s := Section{Head: []string{"job", "kind", "of", "state", "who", "age", "took"}}
	for i := range all {
		if j := &all[i]; r.maySeeJob(j) && len(s.Rows) < maxJobs {
			s.Rows = append(s.Rows, []string{strconv.FormatInt(j.ID, 10), j.Kind, cmp.Or(j.Target, j.Source), string(j.State), j.Actor, r.ago(j.Created), took(j, r.Core)})
		}
	}
	if len(s.Rows) == 0 {
		return &Message{Sections: []Section{{Text: "There are no jobs."}}}, nil
	}
	return &Message{Title: "Latest jobs", Sections: []Section{s}}, nil
}

// jobNumbered reads a job that the person may see.
func (r *request) jobNumbered(ctx context.Context, typed string) (event.Job, error) {
	id, err := strconv.ParseInt(strings.TrimPrefix(typed, "#"), 10, 64)
	if err != nil {
		return event.Job{}, fmt.Errorf("%q is not the number of a job", typed)
	}
	j, err := r.Jobs.Job(ctx, id)
	if errors.Is(err, event.ErrNotFound) || err == nil && !r.maySeeJob(&j) {
		return event.Job{}, fmt.Errorf("there is no job %d", id)
	}
	return j, err
}

// cancelJob ends a job: one's own, or as an operator any of the organization.
func (r *request) cancelJob(ctx context.Context, typed string) (*Message, error) {
	j, err := r.jobNumbered(ctx, typed)
	if err != nil {
		return nil, err
	}
	if j.State.Over() {
		return nil, fmt.Errorf("job %d has already ended: %s", j.ID, j.State)
	}
	switch err := r.Actions(r.person.Token).CancelJob(ctx, r.person.operator(), j.ID); {
	case errors.Is(err, event.ErrNotFound):
		return nil, fmt.Errorf("job %d has already ended", j.ID)
	case err != nil:
		if role, ok := errors.AsType[*actions.RoleError](err); ok {
			return nil, &refused{fmt.Sprintf("Job %d belongs to %s. To cancel it you need the role %s; you have %s.", j.ID, j.Actor, role.Required, role.Have)}
		}
		return nil, err
	}
	r.job = j.ID
	return &Message{Sections: []Section{{Text: fmt.Sprintf("Canceling job %d, %s of %s.", j.ID, j.Kind, cmp.Or(j.Target, j.Source))}}}, nil
}

func took(j *event.Job, c *Core) string {
	if j.Started == nil {
		return ""
	}
	return human.Duration(j.Duration(c.Clock.Now()).Round(1e9))
}

// jobCard shows a job.
func (c *Core) jobCard(j *event.Job) *Message {
	m := &Message{Title: fmt.Sprintf("Job %d: %s of %s", j.ID, j.Kind, cmp.Or(j.Target, j.Source)), Severity: "info"}
	if j.State.Bad() {
		m.Severity = "critical"
	}
	progress := ""
	if !j.State.Over() && j.Total > 0 {
		progress = fmt.Sprintf("%d of %d", j.Done, j.Total)
	}
	started := ""
	if j.Started != nil {
		started = human.When(*j.Started, c.Clock.Now(), human.UTC)
	}
	m.Sections = append(m.Sections, Section{Fields: fields("State", string(j.State), "Who", j.Actor, "Started", started, "Took", took(j, c),
		"Progress", progress, "Doing", j.Doing, "Failed because", j.Error)})
	if j.Result != "" {
		m.Sections = append(m.Sections, Section{Title: "Result", Code: j.Result})
	}
	if len(j.Log) > 0 {
		m.Sections = append(m.Sections, Section{Title: "Log", Code: strings.Join(j.Log, "\n")})
	}
	return m
}

// search looks for a text in backed-up configurations.
func search(ctx context.Context, r *request) (*Message, error) {
	if r.Configs == nil {
		return nil, errors.New("foghorn is not set up to back up configurations here")
	}
	text := r.rest(0)
	sites, err := r.sites(ctx)
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, s := range sites {
		names[s.Source+" "+s.ID] = s.Name
	}
	found, err := r.Configs.Search(ctx, text, func(source, siteID string) bool {
		return r.person.sees(source, siteID, names[source+" "+siteID])
	}, maxFound)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 {
		return &Message{Sections: []Section{{Text: "No backed-up configuration contains " + strconv.Quote(text) + "."}}}, nil
	}
	s := Section{Head: []string{"type", "name", "site", "line"}}
	for _, f := range found {
		s.Rows = append(s.Rows, []string{f.Type, cmp.Or(f.Name, f.ID), cmp.Or(f.Site, names[f.Source+" "+f.SiteID]), r.Mask(f.Text)})
	}
	title := human.CountOf(len(found), "place") + " with " + strconv.Quote(text)
	if len(found) == maxFound {
		title = fmt.Sprintf("The first %d places with %q", maxFound, text)
	}
	return &Message{Title: title, Sections: []Section{s}}, nil
}

package chatops

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"foghorn/actions"
	"foghorn/config"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/journal/event"
)

// maxTargets bounds what one command acts on.
const maxTargets = 20

// actionsFor returns the actions by which a person changes things: with their own Mist token or,
// where the configuration says so, with the collector's. What stays in the journal needs
// none.
func (c *Core) actionsFor(d *Directory, p *Person, mist bool) (*actions.Actions, error) {
	if !p.Token.IsZero() || !mist || d.Writes == config.WritesService {
		return c.Actions(p.Token), nil
	}
	return nil, &refused{"This changes something in Mist. For that, your own Mist token is needed, and foghorn does not have it. " +
		"An administrator of foghorn can add token_file, token_env or token_command to your [[chatops.user]]."}
}

// alertsOf reads the alerts that the first argument lists, with commas between.
func (r *request) alertsOf(ctx context.Context) ([]event.Alert, error) {
	var out []event.Alert
	for typed := range strings.SplitSeq(r.args[0], ",") {
		if typed = strings.TrimSpace(typed); typed == "" {
			continue
		}
		a, err := r.alert(ctx, typed)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(out, func(b event.Alert) bool { return a.ID == b.ID }) {
			out = append(out, a)
		}
	}
	if len(out) == 0 || len(out) > maxTargets {
		return nil, fmt.Errorf("name 1 to %d alerts, such as a345 or a345,a346", maxTargets)
	}
	return out, nil
}

// onAlerts takes an action on alerts; on several of them it is proposed first.
func (r *request) onAlerts(ctx context.Context, action string, args actions.Args) (*Message, error) {
	alerts, err := r.alertsOf(ctx)
	if err != nil {
		return nil, err
	}
	p := plan{Action: action, Args: args, Mist: action == event.ActionAck && slices.ContainsFunc(alerts, func(a event.Alert) bool { return a.MistAlarmID != "" })}
	for _, a := range alerts {
		p.Targets = append(p.Targets, target{Target: actions.AlertTarget(a.ID), Name: event.ShortID(a.ID) + " " + a.Title, Source: a.Source, SiteID: a.SiteID, Site: a.Site})
	}
	if len(alerts) > 1 {
		return r.propose(ctx, p, []Section{r.alertRows("Alerts", alerts)})
	}
	return r.do(ctx, r.person, p)
}

func ack(ctx context.Context, r *request) (*Message, error) {
	args := actions.Args{}
	if note := r.rest(1); note != "" {
		args["note"] = note
	}
	m, err := r.onAlerts(ctx, event.ActionAck, args)
	if errors.Is(err, actions.ErrOthers) {
		m = problem("Someone else has acknowledged " + r.args[0] + ".")
		m.Buttons = []Button{{Label: "Take it over", Action: actionTake, Value: r.args[0]}}
		return m, nil
	}
	return m, err
}

func note(ctx context.Context, r *request) (*Message, error) {
	return r.onAlerts(ctx, event.ActionNote, actions.Args{"text": r.rest(1)})
}

func snooze(ctx context.Context, r *request) (*Message, error) {
	return r.onAlerts(ctx, event.ActionSnooze, actions.Args{"for": r.args[1]})
}

// ofDevice is a device as the target of a plan.
func ofDevice(d *event.Device) target {
	return target{Target: actions.Target{Kind: actions.OnDevice, ID: string(d.MAC), Source: d.Source}, Name: nameOf(d.Name, d.MAC), Source: d.Source, SiteID: d.SiteID, Site: d.Site}
}

func rename(ctx context.Context, r *request) (*Message, error) {
	d, err := r.device(ctx, r.args[0])
	if err != nil {
		return nil, err
	}
	p := plan{Action: event.ActionRename, Args: actions.Args{"name": r.rest(1)}, Targets: []target{ofDevice(&d)}, Mist: true}
	acts, err := r.actionsFor(r.dir, r.person, true)
	if err != nil {
		return nil, err
	}
	items, err := acts.Check(ctx, r.person.operator(), p.Action, []actions.Target{p.Targets[0].Target}, p.Args)
	if err == nil && items[0].Err == nil && items[0].Warn != "" {
		return r.propose(ctx, p, nil) // as where another device has the name
	}
	return r.do(ctx, r.person, p)
}

func locate(ctx context.Context, r *request) (*Message, error) {
	d, err := r.device(ctx, r.args[0])
	if err != nil {
		return nil, err
	}
	args := actions.Args{}
	if len(r.args) > 1 {
		if !strings.EqualFold(r.args[1], "stop") {
			return nil, errors.New("give locate a device and, to end the blinking, the word stop")
		}
		args["stop"] = "true"
	}
	return r.do(ctx, r.person, plan{Action: event.ActionLocate, Args: args, Targets: []target{ofDevice(&d)}, Mist: true})
}

func restart(ctx context.Context, r *request) (*Message, error) {
	if len(r.args) > maxTargets {
		return nil, fmt.Errorf("%d devices are too many; one command takes %d", len(r.args), maxTargets)
	}
	p := plan{Action: event.ActionRestart, Mist: true}
	for _, typed := range r.args {
		d, err := r.device(ctx, typed)
		if err != nil {
			return nil, err
		}
		p.Targets = append(p.Targets, ofDevice(&d))
	}
	return r.propose(ctx, p, nil)
}

func bounce(ctx context.Context, r *request) (*Message, error) {
	d, err := r.device(ctx, r.args[0])
	if err != nil {
		return nil, err
	}
	ports, err := actions.Ports(strings.Join(r.args[1:], ","))
	if err != nil {
		return nil, err
	}
	return r.propose(ctx, plan{Action: event.ActionBounce, Args: actions.Args{"ports": strings.Join(ports, ",")}, Targets: []target{ofDevice(&d)}, Mist: true}, nil)
}

// hits lists what loses its connection.
func hits(d *event.Device, ports string, hit *journal.Impact) []Section {
	where := nameOf(d.Name, d.MAC)
	if ports != "" {
		where += " " + strings.ReplaceAll(ports, ",", ", ")
	}
	out := []Section{{Title: where, Text: hit.String()}}
	var rows [][]string
	for _, o := range hit.Devices {
		rows = append(rows, []string{o.Type, nameOf(o.Name, o.MAC), o.Uplink})
	}
	for _, c := range hit.Clients {
		rows = append(rows, []string{"client", nameOf(c.Hostname, c.MAC), strings.TrimSpace(c.SSID + " " + c.APName)})
	}
	if len(rows) > 0 {
		out = append(out, Section{Head: []string{"what", "name", "at"}, Rows: rows})
	}
	return out
}

// do carries out a plan as a person, and reports the result.
func (r *request) do(ctx context.Context, by *Person, p plan) (*Message, error) {
	acts, err := r.actionsFor(r.dir, by, p.Mist)
	if err != nil {
		return nil, err
	}
	targets := make([]actions.Target, len(p.Targets))
	names := map[string]string{}
	for i, t := range p.Targets {
		targets[i], names[t.String()] = t.Target, t.Name
	}
	d, err := actions.Find(p.Action)
	if err != nil {
		return nil, err
	}
	operator, err := r.operator(by, cmp.Or(p.User, r.call.User))
	if err != nil {
		return nil, err
	}
	m := &Message{Severity: "info"}
	failed := 0
	for step, err := range acts.Run(ctx, operator, p.Action, targets, p.Args) {
		if err != nil {
			return nil, err
		}
		if step.State == actions.Failed {
			failed++
		}
		if step.Job != 0 {
			r.job, m.Follows = step.Job, true
		}
		if step.State != actions.Progress {
			m.Sections = append(m.Sections, Section{Text: r.told(d, &step, names[step.Target.String()])})
		}
	}
	if m.Follows {
		m.Sections = append(m.Sections, Section{Text: "The result follows here."})
	}
	for _, result := range acts.Flush(ctx) {
		if result.Sync.State == event.SyncFailed {
			failed++
			m.Sections = append(m.Sections, Section{Text: "Mist refused it: " + result.Result})
		}
	}
	if failed > 0 {
		m.Severity = "critical"
		r.failed = true
	}
	return m, nil
}

// told describes the result for a target in a sentence.
func (r *request) told(d *actions.Descriptor, step *actions.Step, name string) string {
	text := safetext.Line(strings.ReplaceAll(step.Text, "{}", name))
	switch {
	case step.State == actions.Failed:
		return name + ": not " + d.Done + ": " + text
	case text == "":
		text = strings.ToUpper(d.Done[:1]) + d.Done[1:] + r.until(&step.Activity) + ": " + name
		if d.Name == event.ActionNote && step.Activity.After == "" {
			text = "Note cleared: " + name
		}
	}
	if step.Pending {
		text += " (the journal does not show it yet)"
	}
	return text
}

// until says when a snooze ends; nothing for other activities.
func (r *request) until(a *event.Activity) string {
	at, err := time.Parse(time.RFC3339, a.After)
	if a.Action != event.ActionSnooze || err != nil {
		return ""
	}
	return " until " + r.clock(at)
}

package chatops_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"foghorn/actions"
	"foghorn/chatops"
	"foghorn/config"
	"foghorn/internal/clock"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/projector"
	"foghorn/journal/store"
	"foghorn/mist"
	"foghorn/mist/mistsim"
)

var noon = time.Date(2026, 3, 4, 12, 10, 0, 0, time.UTC)

// People of the tests, by the id that the chat has of them.
const (
	vera   = "U0VIEWER1" // viewer
	otto   = "U0OPERATR" // operator with a token
	olga   = "U0OPERAT2" // operator without one
	ada    = "U0ADMIN01" // admins with tokens
	abe    = "U0ADMIN02"
	sid    = "U0SITEONE" // operator of the second site alone
	nobody = "U0STRANGE"
)

// desk is a collector's chat: a journal, a simulated cloud, and platforms that keep what
// they are given.
type desk struct {
	t      *testing.T
	ctx    context.Context
	clock  *clock.Fake
	cloud  *mistsim.Cloud
	api    *httptest.Server
	log    *store.Log
	view   *store.View
	outbox *store.Outbox
	proj   *projector.Projector
	chat   config.ChatOps
	jobs   *fakeJobs
	found  []chatops.Found
	posts  *posts
	calls  int
	stop   func()
}

// posts keeps what a platform is given to post.
type posts struct {
	mu      sync.Mutex
	answers []string // of later answers: "call id: text"
	posted  []string // "workspace channel: text"
	fail    bool
	arrived chan struct{}
}

func (p *posts) Answer(_ context.Context, call *chatops.Call, m *chatops.Message) error {
	p.mu.Lock()
	p.answers = append(p.answers, call.ID+": "+text(m))
	p.mu.Unlock()
	p.arrived <- struct{}{}
	return nil
}

func (p *posts) Post(_ context.Context, workspace, channel string, m *chatops.Message) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.fail {
		return errors.New("the chat is down")
	}
	p.posted = append(p.posted, workspace+" "+channel+": "+text(m))
	return nil
}

// fakeJobs starts jobs that never run.
type fakeJobs struct {
	mu      sync.Mutex
	started []event.Job
}

func (f *fakeJobs) StartJob(_ context.Context, j event.Job) (event.Job, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	j.ID, j.State, j.Created = int64(len(f.started)+1), event.JobQueued, noon
	f.started = append(f.started, j)
	return j, nil
}

func (f *fakeJobs) Job(_ context.Context, id int64) (event.Job, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if id < 1 || int(id) > len(f.started) {
		return event.Job{}, event.ErrNotFound
	}
	return f.started[id-1], nil
}

func (f *fakeJobs) Runs() bool { return true }

func (f *fakeJobs) CancelJob(_ context.Context, id int64, by string) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	j := &f.started[id-1]
	if j.State.Over() {
		return event.ErrNotFound
	}
	j.State, j.Error = event.JobCanceled, "canceled by "+by
	return nil
}

func (f *fakeJobs) Jobs(context.Context, int) ([]event.Job, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return slices.Clone(f.started), nil
}

// Search finds what the desk has, as far as may allows.
func (d *desk) Search(_ context.Context, text string, may func(source, siteID string) bool, _ int) (out []chatops.Found, err error) {
	for _, f := range d.found {
		if strings.Contains(f.Text, text) && may(f.Source, f.SiteID) {
			out = append(out, f)
		}
	}
	return out, nil
}

func open(t *testing.T) *desk {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	d := &desk{t: t, ctx: ctx, clock: clock.NewFake(noon), jobs: &fakeJobs{}, posts: &posts{arrived: make(chan struct{}, 100)}}
	var err error
	d.cloud, err = mistsim.New(mistsim.Options{Seed: 3, Clock: d.clock, MistURL: "http://127.0.0.1:1/mist/acme", History: -1})
	d.must(err)
	d.api = httptest.NewServer(d.cloud.API())
	dir, o := t.TempDir(), store.Options{Clock: d.clock}
	d.log, err = store.OpenLog(ctx, dir, o)
	d.must(err)
	d.view, err = store.OpenViewWriter(ctx, dir, o)
	d.must(err)
	d.outbox, err = store.OpenOutbox(ctx, dir, o)
	d.must(err)
	d.proj, err = projector.New(projector.Options{Log: d.log, View: d.view, Clock: d.clock})
	d.must(err)
	done := make(chan error, 1)
	go func() { done <- d.log.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		if err := errors.Join(<-done, d.outbox.Close()); err != nil {
			t.Error(err)
		}
		d.api.Close()
	})
	d.directory()
	d.devices()
	return d
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// directory has a workspace for acme and one for beta.
func (d *desk) directory() {
	token := config.NewSecret(mistsim.AdminToken)
	user := func(id, person, role string, token config.Secret) config.ChatUser {
		return config.ChatUser{Workspace: "noc", ID: id, Person: person, Role: role, Token: token}
	}
	second := user(sid, "sid", config.ChatOperator, token)
	second.Sites = []string{d.cloud.Org().Sites[1].ID}
	d.chat = config.Default().ChatOps
	d.chat.Workspaces = []config.ChatWorkspace{
		{Name: "noc", Platform: config.ChatSlack, TeamID: "T0123456789", Orgs: []string{"acme"}},
		{Name: "beta", Platform: config.ChatMattermost, TeamID: "tsb8crrn5tgqtedpkt81b4tcya", Orgs: []string{"beta"}},
	}
	d.chat.Users = []config.ChatUser{
		user(vera, "vera", config.ChatViewer, config.Secret{}), user(otto, "otto", config.ChatOperator, token), user(olga, "olga", config.ChatOperator, config.Secret{}),
		user(ada, "ada", config.ChatAdmin, token), second,
		{Workspace: "beta", ID: ada, Person: "bea", Role: config.ChatAdmin, Token: token},
	}
}

// devices brings the cloud's devices into the journal.
func (d *desk) devices() {
	var rows []event.Device
	var clients []event.LiveClient
	for _, site := range d.cloud.Org().Sites {
		for i, dev := range site.Devices {
			mac, _ := event.ParseMAC(dev.MAC)
			rows = append(rows, event.Device{Source: "acme", OrgID: d.cloud.Org().ID, SiteID: site.ID, Site: site.Name, MAC: mac, ID: dev.ID, Name: dev.Name,
				Type: dev.Type, Model: dev.Model, IP: fmt.Sprintf("10.0.0.%d", i), Status: "connected", Updated: noon})
		}
		ap, _ := event.ParseMAC(site.OfType(mistsim.AP)[0].MAC)
		clients = append(clients, event.LiveClient{MAC: ap, Hostname: "phone-of-" + site.ID[:4], SiteID: site.ID, Site: site.Name, AP: ap, Updated: noon})
	}
	d.must(d.view.PutDevices(d.ctx, "acme", rows, nil))
	d.must(d.view.PutClients(d.ctx, "acme", clients, nil))
}

// core makes the core of a process, without running it.
func (d *desk) core() *chatops.Core {
	d.t.Helper()
	j := journal.New(d.log, d.view)
	c, err := chatops.New(chatops.Options{
		Directory: chatops.NewDirectory(d.chat), Journal: j, Store: d.outbox, Jobs: d.jobs, Configs: d, Clock: d.clock,
		Actions: func(token config.Secret) *actions.Actions {
			client, err := mist.NewClient(mist.WithBaseURL(d.api.URL), mist.WithToken(cmpOr(token.Reveal(), mistsim.AdminToken)), mist.WithNow(d.clock.Now))
			d.must(err)
			acts := actions.New(actions.Options{Log: d.log, View: j, Clock: d.clock, Clouds: []actions.Cloud{{Source: "acme", OrgID: d.cloud.Org().ID, API: client}}})
			acts.UseJobs(d.jobs)
			return acts
		},
	})
	d.must(err)
	c.Register(config.ChatSlack, d.posts)
	c.Register(config.ChatMattermost, d.posts)
	return c
}

func cmpOr(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// serve runs a core until the test ends, or stop is called.
func (d *desk) serve() *chatops.Core {
	d.t.Helper()
	c := d.core()
	ctx, cancel := context.WithCancel(d.ctx)
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx) }()
	d.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-done; err != nil {
			d.t.Error(err)
		}
	})
	d.t.Cleanup(d.stop)
	return c
}

// call is what somebody types in the channel of the operators.
func (d *desk) call(user, typed string) chatops.Call {
	d.calls++
	return chatops.Call{Platform: config.ChatSlack, ID: fmt.Sprintf("call-%d", d.calls), Workspace: "noc", Channel: "C0OPERATIONS", User: user, UserName: "Eve.<!x>", Command: "/foghorn", Text: typed, At: d.clock.Now()}
}

// ask has somebody type, and returns the answer.
func (d *desk) ask(c *chatops.Core, user, typed string) *chatops.Message {
	d.t.Helper()
	return d.accept(c, d.call(user, typed))
}

// press has somebody press a button.
func (d *desk) press(c *chatops.Core, user string, b chatops.Button) *chatops.Message {
	d.t.Helper()
	call := d.call(user, "")
	call.Click = &chatops.Click{Action: b.Action, Value: b.Value}
	return d.accept(c, call)
}

func (d *desk) accept(c *chatops.Core, call chatops.Call) *chatops.Message {
	d.t.Helper()
	m, err := c.Accept(d.ctx, call)
	d.must(err)
	if m == nil {
		d.t.Fatalf("%s was not answered at once", call.Text)
	}
	return m
}

// button returns a button of a message by what it is for.
func (d *desk) button(m *chatops.Message, action string) chatops.Button {
	d.t.Helper()
	for _, b := range m.Buttons {
		if b.Action == action {
			return b
		}
	}
	d.t.Fatalf("no button for %s in %s", action, text(m))
	return chatops.Button{}
}

// audit is the last row of the audit.
func (d *desk) audit() event.ChatCall {
	d.t.Helper()
	rows, err := d.outbox.Calls(d.ctx, 0, 1)
	d.must(err)
	if len(rows) == 0 {
		d.t.Fatal("nothing is audited")
	}
	return rows[0]
}

// activities are those of an action, as the log has them.
func (d *desk) activities(action string) (out []event.Activity) {
	d.t.Helper()
	records, err := d.log.Read(d.ctx, 0, 10_000, 1<<30)
	d.must(err)
	for _, r := range records {
		if a, err := r.Activity(); r.Kind == event.RecordActivity && err == nil && a.Action == action {
			out = append(out, a)
		}
	}
	return out
}

// alarms raises alarms at the first site and returns their alerts' short ids.
func (d *desk) alarms(n int) []string {
	d.t.Helper()
	ids := d.cloud.RaiseAlarms(n)
	org := d.cloud.Org()
	var elements []any
	for i, id := range ids {
		elements = append(elements, map[string]any{"id": id, "type": "rogue_ap", "group": "security", "severity": "warn", "count": 1,
			"org_id": org.ID, "site_id": org.Sites[0].ID, "timestamp": noon.Unix() - int64(i), "last_seen": noon.Unix(), "bssids": []string{id[:8]}})
	}
	body, err := json.Marshal(map[string]any{"topic": "alarms", "events": elements})
	d.must(err)
	r, err := event.DeliveryRecord(event.Delivery{Received: d.clock.Now(), Source: "acme", Via: event.ViaWebhook, Remote: "192.0.2.7:4711", Method: http.MethodPost,
		Path: "/mist/acme", Size: int64(len(body)), Verdict: event.Verified, Status: 200, DurationMS: 1.5, Topic: "alarms", Events: n, Body: body})
	d.must(err)
	_, err = d.log.Append(d.ctx, r)
	d.must(err)
	d.project()
	alerts, err := d.view.AlertsByMistAlarm(d.ctx, ids)
	d.must(err)
	out := make([]string, n)
	for i, id := range ids {
		out[i] = event.ShortID(alerts[id].ID)
	}
	return out
}

// project brings the view up to the log.
func (d *desk) project() {
	d.t.Helper()
	d.must(d.proj.CatchUp(d.ctx, nil))
}

// text is all of a message.
func text(m *chatops.Message) string {
	parts := []string{m.Title}
	for _, s := range m.Sections {
		parts = append(parts, s.Title, s.Text, s.Code, strings.Join(s.Head, " "))
		for _, f := range s.Fields {
			parts = append(parts, f.Label+"="+f.Value)
		}
		for _, row := range s.Rows {
			parts = append(parts, strings.Join(row, " "))
		}
	}
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), "\n")
}

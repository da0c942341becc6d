package mistsim

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// hook is a webhook: where posts go. The cloud has one of its own from the
// start, the one its options name; others are made through the API.
type hook struct {
	row        hookRow
	own        bool // the one from the options
	everything bool // gets all there is, whatever its topics say
	log        []deliveryRow
}

// maxDeliveries is how many deliveries the log of a webhook holds.
const maxDeliveries = 500

// hooks are the webhooks of the organization and its sites. It is safe for
// concurrent use.
type hooks struct {
	mu   sync.Mutex
	all  []*hook
	made int // for ids
	org  string
	seed uint64
}

const noSite = "00000000-0000-0000-0000-000000000000"

func newHooks(o Options, org *Org) *hooks {
	h := &hooks{org: org.ID, seed: o.Seed}
	created := founded.Unix()
	if o.MistURL != "" && !o.Unposted {
		h.all = append(h.all, &hook{own: true, everything: true, row: hookRow{
			ID: h.id(), Name: "foghorn", Type: "http-post", URL: o.MistURL, Secret: string(o.MistSecret), Enabled: true, VerifyCert: true,
			OrgID: org.ID, SiteID: noSite, Created: created, Modified: created, Topics: slices.Clone(ownTopics),
		}})
	}
	return h
}

// id makes the id of the next webhook. h.mu is held, or nobody else knows h.
func (h *hooks) id() string {
	h.made++
	return nameID(fmt.Sprintf("webhook %d %s %d", h.seed, h.org, h.made))
}

// ownID is the id of the webhook from the options; "" when there is none.
func (h *hooks) ownID() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, k := range h.all {
		if k.own {
			return k.row.ID
		}
	}
	return ""
}

// target is where a post goes, and how it is signed.
type target struct {
	hook   string // id; empty for the router's listener
	url    string
	secret []byte
	header map[string]string
}

func (k *hook) target() target {
	t := target{hook: k.row.ID, url: k.row.URL, secret: []byte(k.row.Secret)}
	t.header = k.row.customHeaders()
	return t
}

// wants reports whether a webhook gets a topic now.
func (k *hook) wants(topic string) bool {
	return k.row.Enabled && (k.everything || slices.Contains(k.row.Topics, topic))
}

// toOwn says where the webhook from the options has its posts of a topic, at
// this moment; it may have been changed through the API since the last.
func (h *hooks) toOwn(topic string) (target, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, k := range h.all {
		if k.own {
			return k.target(), k.wants(topic)
		}
	}
	return target{}, false
}

// job is a post on its way to one webhook.
type job struct {
	to target
	post
}

// toOthers makes the jobs of a post for the webhooks made through the API, and
// with own for all of them.
func (h *hooks) toOthers(p post, own bool) []job {
	if p.via != toMist || p.topic == "" || p.seal != signed || p.header != nil {
		return nil // trouble on the way to one webhook is not the others'
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	var jobs []job
	for _, k := range h.all {
		if k.own && !own || !k.wants(p.topic) {
			continue
		}
		for _, part := range k.parts(p) {
			jobs = append(jobs, job{k.target(), part})
		}
	}
	return jobs
}

// parts is what of a post goes to a webhook: of a site's only what happened
// there, and one by one if it wants it so.
func (k *hook) parts(p post) []post {
	single := k.row.Single && singleTopics[p.topic]
	if !k.row.ForSite && !single {
		return []post{p}
	}
	var in struct{ Events []json.RawMessage }
	if json.Unmarshal(p.body, &in) != nil {
		return nil
	}
	var kept []json.RawMessage
	for _, e := range in.Events {
		var of struct {
			Site string `json:"site_id"`
		}
		if k.row.ForSite && (json.Unmarshal(e, &of) != nil || of.Site != k.row.SiteID) {
			continue
		}
		kept = append(kept, e)
	}
	size := max(len(kept), 1)
	if single {
		size = 1
	}
	var out []post
	for some := range slices.Chunk(kept, size) {
		out = append(out, post{topic: p.topic, body: envelope(p.topic, some), events: len(some)})
	}
	return out
}

// record puts a delivery into the log of its webhook, if the topic has one.
func (h *hooks) record(t target, p post, at time.Time, o outcome) {
	if !loggedTopics[p.topic] {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	i := slices.IndexFunc(h.all, func(k *hook) bool { return k.row.ID == t.hook })
	if i < 0 {
		return
	}
	k := h.all[i]
	h.made++
	row := deliveryRow{
		ID: nameID(fmt.Sprintf("delivery %s %d", t.hook, h.made)), OrgID: h.org, SiteID: k.row.SiteID, WebhookID: k.row.ID, Topic: p.topic,
		Timestamp: floatSeconds(at), Status: "success", StatusCode: o.status, URL: t.url, ReqHeaders: headerText(o.sent), ReqPayload: string(p.body),
		RespHeaders: headerText(o.header), RespBody: o.body,
	}
	if o.err != nil {
		row.Error = o.err.Error()
	}
	if o.err != nil || o.status >= 300 {
		row.Status = "failure"
	}
	k.log = bounded(append(k.log, row), maxDeliveries)
}

// headerText is headers as JSON text, which is how the log shows them.
func headerText(h http.Header) string {
	if h == nil {
		h = http.Header{}
	}
	raw, err := encode(h)
	if err != nil {
		return "{}" // cannot be: headers are lists of strings
	}
	return string(raw)
}

// dispatch gives posts to the webhooks made through the API, and with own to
// all of them. While Run is at work they go out beside the story, one after the
// other, and what does not fit the queue is lost, as with a cloud that fires and
// forgets. Otherwise they go out before dispatch returns.
func (c *Cloud) dispatch(ctx context.Context, posts []post, own bool) {
	for _, p := range posts {
		for _, j := range c.hooks.toOthers(p, own) {
			c.launch(ctx, j)
		}
	}
}

func (c *Cloud) launch(ctx context.Context, j job) {
	if !c.delivering.Load() {
		c.shoot(ctx, j)
		return
	}
	select {
	case c.outgoing <- j:
	default:
		c.options.Logger.Warn("simulated cloud: too many posts wait, one is lost", "url", j.to.url)
	}
}

// deliver posts what is queued until ctx ends.
func (c *Cloud) deliver(ctx context.Context) error {
	c.delivering.Store(true)
	defer c.delivering.Store(false)
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case j := <-c.outgoing:
			c.shoot(ctx, j)
		}
	}
}

// shoot posts once, whatever comes of it.
func (c *Cloud) shoot(ctx context.Context, j job) {
	c.poster.once(ctx, j.to, j.post)
}

// beside lets the caller of the API change the world at its own moment, without
// mixing what is told of it into the deliveries of the story. The cloud's lock
// is held.
func (q *call) beside(do func(*world)) {
	w := q.world
	was, out := w.now, w.out
	w.now, w.out = q.now.Truncate(time.Millisecond), outbox{}
	later := w.later
	w.later = func(after time.Duration, do func()) { q.unfold(after, func(*world) { do() }) }
	do(w)
	w.later = later
	w.out.flush()
	q.posts = append(q.posts, w.out.take()...)
	w.now, w.out = was, out
}

// customHeaders are the headers somebody configured, or what Mist says on every
// delivery when they make no sense (docs/mist-api.md, Webhook configuration).
func (r *hookRow) customHeaders() map[string]string {
	if r.badHeaders {
		return map[string]string{"X-Mist-Error": "headers format invalid"}
	}
	out, size := map[string]string{}, 0
	for _, name := range slices.Sorted(maps.Keys(r.Headers)) {
		value, ok := r.Headers[name].(string)
		if !ok {
			return map[string]string{"X-Mist-Error": fmt.Sprintf("header[%s] not a string", name)}
		}
		if size += len(name) + len(value); size >= 1000 {
			return map[string]string{"X-Mist-Error": "headers too big"}
		}
		if strings.ContainsAny(name+value, "\r\n\x00") {
			return map[string]string{"X-Mist-Error": "headers format invalid"}
		}
		out[name] = value
	}
	return out
}

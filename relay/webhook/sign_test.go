package webhook

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"foghorn/config"
	"foghorn/feeds/webhook"
	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/mist"
	"foghorn/relay"
	"foghorn/relay/relaytest"
)

// Svix publishes these: one in its guide to checking signatures by hand, one with its
// libraries. They are of the scheme that Standard Webhooks took over.
func TestStandardWebhooksKnownAnswers(t *testing.T) {
	for _, c := range []struct {
		secret, id, body, want string
		at                     int64
	}{
		{"whsec_plJ3nmyCDGBKInavdOK15jsl", "msg_loFOjxBNrRLzqYUf", `{"event_type":"ping","data":{"success":true}}`,
			"v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=", 1731705121},
		{"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", `{"test": 2432232314}`,
			"v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=", 1614265330},
	} {
		s, err := newSigner(signStandard, c.secret)
		if err != nil {
			t.Fatal(err)
		}
		h, at := http.Header{}, time.Unix(c.at, 999_999_999)
		s.add(h, c.id, at, []byte(c.body))
		if h.Get("webhook-id") != c.id || h.Get("webhook-signature") != c.want || len(h) != 3 {
			t.Errorf("signed %v, want %s", h, c.want)
		}
		if problem := relaytest.VerifyStandard(c.secret, h, []byte(c.body), at, time.Minute); problem != "" {
			t.Errorf("the stand-in says that %s", problem)
		}
		for name, change := range map[string]func(h http.Header, body *string, at *time.Time){
			"another body": func(_ http.Header, body *string, _ *time.Time) { *body += " " },
			"too late":     func(_ http.Header, _ *string, at *time.Time) { *at = at.Add(62 * time.Second) },
			"too early":    func(_ http.Header, _ *string, at *time.Time) { *at = at.Add(-62 * time.Second) },
			"another time": func(h http.Header, _ *string, _ *time.Time) {
				h.Set("webhook-timestamp", strconv.FormatInt(c.at+1, 10))
			},
			"no time":    func(h http.Header, _ *string, _ *time.Time) { h.Del("webhook-timestamp") },
			"another id": func(h http.Header, _ *string, _ *time.Time) { h.Set("webhook-id", "msg_2") },
			"another scheme": func(h http.Header, _ *string, _ *time.Time) {
				h.Set("webhook-signature", strings.Replace(c.want, "v1", "v2", 1))
			},
			"without a prefix": func(h http.Header, _ *string, _ *time.Time) {
				h.Set("webhook-signature", strings.TrimPrefix(c.want, "v1,"))
			},
		} {
			h, body, at := h.Clone(), c.body, at
			change(h, &body, &at)
			if relaytest.VerifyStandard(c.secret, h, []byte(body), at, time.Minute) == "" {
				t.Errorf("%s, and the stand-in accepts it", name)
			}
		}
	}
}

// The vector of docs/mist-api.md, Webhook signature; mist/ verifies what we sign.
func TestMistSignatures(t *testing.T) {
	body := []byte(`{"topic":"ping","events":[{"id":"18ff1f91-a9e0-c3b7-74ea-2ce4ea372f72","name":"my webhook","site_id":"4ac1dcf4-9d8b-7211-65c4-057819f0862b","timestamp":1461220784}]}`)
	s, err := newSigner("", "secret")
	if err != nil {
		t.Fatal(err)
	}
	h := http.Header{}
	s.add(h, "a1", start, body)
	v1, v2 := h.Get(mist.HeaderV1), h.Get(mist.HeaderV2)
	if v1 != "9c8e43744802829dcca28893417826fb76eb88ff" || v2 != "9f2d8c5d1f6cf29f5ef2256aa7e5494287d9e30eb7c77ab80f9e60b76ac6833f" || len(h) != 2 {
		t.Errorf("signed %v", h)
	}
	if !mist.CheckV2([]byte("secret"), body, v2) || !mist.CheckV1([]byte("secret"), body, v1) {
		t.Error("mist's verifier refuses them")
	}
}

func TestWhichSignaturesAreMade(t *testing.T) {
	for _, c := range []struct{ signing, secret, want string }{
		{"", "", ""}, {"", plainSecret, "mist"}, {"", standardSecret, "standard"}, {"mist", standardSecret, "mist"},
		{"standard", standardSecret, "standard"}, {"both", standardSecret, "mist standard"},
	} {
		r := encoded(t, made(t, func(r *config.Relay) { r.Signing, r.Secret = c.signing, config.NewSecret(c.secret) }), alert(relay.First, 3))
		var got []string
		if v2 := r.Header.Get(mist.HeaderV2); v2 != "" && mist.CheckV2([]byte(c.secret), r.Body, v2) {
			got = append(got, "mist")
		}
		if r.Header.Get("webhook-id") == "a345/3" && relaytest.VerifyStandard(c.secret, r.Header, r.Body, start, 0) == "" {
			got = append(got, "standard")
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("signing %q with %q: %v, want %q", c.signing, c.secret, got, c.want)
		}
	}
}

// An attempt that comes an hour later is signed with its own time, under the id of the
// first: a receiver that has it already sees so.
func TestARepeatHasTheSameIDAndItsOwnTime(t *testing.T) {
	now := clock.NewFake(start)
	hook := relaytest.NewWebhook(relaytest.WebhookOptions{MistSecret: standardSecret, StandardSecret: standardSecret}, now.Now)
	server := httptest.NewServer(hook)
	defer server.Close()
	d := made(t, func(c *config.Relay) {
		c.Send, c.Signing, c.Secret, c.URL = "events", "both", config.NewSecret(standardSecret), config.NewSecret(server.URL)
	})
	do := relaytest.HTTP(server.Client(), nil)
	hook.Add(1, relaytest.Fault{Taken: true}) // the answer is lost
	work := &relay.Work{Items: []relay.Item{apDown()}, Now: now.Now()}
	turns, err := relaytest.Drive(t.Context(), d, work, do)
	if err != nil || turns[0].Verdict.Outcome != relay.Retry || !turns[0].Answer.Written {
		t.Fatalf("%+v: %v", turns, err)
	}
	now.Advance(time.Hour)
	work.Now = now.Now()
	if turns, err = relaytest.Drive(t.Context(), d, work, do); err != nil || turns[0].Verdict.Outcome != relay.Sent {
		t.Fatalf("%+v: %v", turns, err)
	}
	posts := hook.Posts()
	if len(posts) != 2 || posts[0].Repeat || !posts[1].Repeat || posts[1].Header.Get("webhook-id") != "a345-12" || string(posts[0].Body) != string(posts[1].Body) {
		t.Errorf("%+v", posts)
	}
	work = &relay.Work{Items: []relay.Item{apDown()}, Now: start} // signed with a time that is an hour ago
	if turns, err = relaytest.Drive(t.Context(), d, work, do); err != nil || turns[0].Answer.Status != http.StatusUnauthorized || turns[0].Verdict.Outcome != relay.Misconfigured {
		t.Errorf("%+v: %v", turns, err)
	}
}

// mistLike sends an event as Mist would, so that another foghorn can receive it.
const mistLike = `{"topic": {{json .Event.Topic}}, "events": [{{json .Event.Raw}}]}`

// elements are the first events of deliveries that relays are known to write anew, to the
// sender's surprise: numbers, blanks, escapes, order.
var elements = map[string]string{
	"numbers of Node.js": `{"site_id": "66666666-7777-4888-9999-000000000001", "timestamp": 1795694390.0, "latency": 12.0, "probe_name": "caf\u00e9", "loss_percentage": 0.0}`,
	"blanks":             `{"id": "0f000000-0000-4000-8000-000000000050", "type": "rogue_ap", "count": 1, "timestamp": 1795694390}`,
	"one line":           `{"id":"0f000000-0000-4000-8000-000000000050","type":"rogue_ap","count":1,"timestamp":1795694390}`,
	"escapes":            `{"message": "Update Site \u00abK\u00f6ln\u00bb \/ <&>", "timestamp": 1795694390}`,
	"order":              `{"type":"rogue_ap","timestamp":1795694390,"id":"0f000000-0000-4000-8000-000000000050","count":1}`,
	"line breaks":        "{\n  \"type\": \"rogue_ap\",\n  \"big\": 123456789012345678901234567890,\n  \"e\": 1E2\n}",
}

// Our own listener accepts what the relay signs, with the element byte for byte as it came.
func TestAnotherFoghornAcceptsIt(t *testing.T) {
	log := &keeper{}
	listener, err := webhook.New(webhook.Options{Log: log, Clock: clock.NewFake(start), Sources: []webhook.Source{
		{Name: "acme", Via: event.ViaWebhook, RequireV2: true, Secrets: []webhook.Secret{{Name: "current", Key: []byte(plainSecret)}}}}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(listener.Handler())
	defer server.Close()
	send := func(secret, raw string) relaytest.Turn {
		d := made(t, func(c *config.Relay) {
			c.Send, c.Secret, c.URL, c.TemplateFile = "events", config.NewSecret(secret), config.NewSecret(server.URL+"/mist/acme"), templated(t, mistLike)
		})
		item := apDown()
		item.Event.Topic, item.Event.Raw = "alarms", json.RawMessage(raw)
		turn, err := relaytest.Step(t.Context(), d, &relay.Work{Items: []relay.Item{item}, Now: start}, relaytest.HTTP(server.Client(), nil))
		if err != nil {
			t.Fatal(err)
		}
		return turn
	}
	for name, raw := range elements {
		turn := send(plainSecret, raw)
		got := log.last(t)
		if turn.Verdict.Outcome != relay.Sent || !got.Verdict.Accepted() || string(got.Body) != `{"topic": "alarms", "events": [`+raw+`]}` {
			t.Errorf("%s: %+v, the listener got %s", name, turn.Verdict, got.Body)
		}
	}
	if turn := send("another secret", `{}`); turn.Verdict.Outcome != relay.Misconfigured || turn.Answer.Status != http.StatusUnauthorized {
		t.Errorf("signed with another secret: %+v", turn.Verdict)
	}
}

// The default body is one line: it takes blanks out of an element, and changes nothing else.
func TestTheDefaultBodyKeepsNumbersEscapesAndOrder(t *testing.T) {
	for name, raw := range elements {
		item := apDown()
		item.Event.Raw = json.RawMessage(raw)
		body := string(encoded(t, made(t, func(c *config.Relay) { c.Send = "events" }), item).Body)
		want := strings.NewReplacer("\n", "", "  ", "", `": `, `":`, ", \"", `,"`).Replace(raw)
		if !strings.Contains(body, `"raw":`+want+`}`) {
			t.Errorf("%s:\n%s\ndoes not hold\n%s", name, body, want)
		}
	}
}

// keeper is a log that keeps records.
type keeper struct {
	mu      sync.Mutex
	records []event.Record
}

func (k *keeper) Append(_ context.Context, records ...event.Record) (seqs []int64, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, r := range records {
		r.Seq = int64(len(k.records)) + 1
		k.records, seqs = append(k.records, r), append(seqs, r.Seq)
	}
	return seqs, nil
}

func (k *keeper) last(t *testing.T) event.Delivery {
	t.Helper()
	k.mu.Lock()
	defer k.mu.Unlock()
	d, err := k.records[len(k.records)-1].Delivery()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

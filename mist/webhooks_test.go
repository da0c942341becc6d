package mist

import (
	"encoding/json"
	"io"
	"net/http"
	"testing"
)

func TestWebhooksOfAnOrganization(t *testing.T) {
	k := setup(t)
	org := Scope{OrgID: testOrg}
	k.on("GET /orgs/{org}/webhooks", answer(200, `[{"id":"w1","name":"mine","url":"https://x.example","site_id":"00000000-0000-0000-0000-000000000000"},
		{"id":"w2","name":null,"enabled":false,"verify_cert":false,"type":"splunk","topics":["alarms","audits"],"secret":null}]`))
	k.on("POST /orgs/{org}/webhooks", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if string(body) != `{"name":"mine","secret":"body-secret","enabled":false,"topics":["alarms"]}` {
			t.Errorf("created with %s", body)
		}
		answer(200, `{"id":"w3","name":"mine","enabled":false}`)(w, r)
	})
	k.on("PUT /orgs/{org}/webhooks/w3", func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || len(body) != 1 || body["enabled"] != true {
			t.Errorf("changed with %v, %v", body, err)
		}
		answer(200, `{"id":"w3","enabled":true}`)(w, r)
	})
	k.on("GET /orgs/{org}/webhooks/w3", answer(404, `{"detail":"Not found."}`))
	k.on("DELETE /orgs/{org}/webhooks/w3", answer(200, ``))
	k.on("POST /orgs/{org}/webhooks/w3/ping", answer(200, ``, "Content-Type", "text/html; charset=utf-8"))
	k.on("GET /orgs/{org}/webhooks/w3/events/search", answer(200, `{"results":[{"id":"e1","webhook_id":"w3","topic":"ping","status":"failure","status_code":"502",
		"error":"bad gateway","req_url":"https://ann:pw@x.example","req_payload":"{\"topic\":\"ping\"}","resp_body":"oops","timestamp":1688035193.2}],"start":1,"end":2,"limit":1000,"total":1}`))
	ctx := t.Context()

	all, err := collect(k.client.OrgWebhooks(ctx, testOrg))
	if err != nil || len(all) != 2 {
		t.Fatalf("%v, %v", all, err)
	}
	if w := all[0]; w.SiteID != "" || w.OrgID != testOrg || !w.Enabled || w.Type != "http-post" || w.HasSecret {
		t.Errorf("missing members: %+v, org %q site %q", w, w.OrgID, w.SiteID)
	}
	if w := all[1]; w.Enabled || w.VerifyCert || w.Type != "splunk" || len(w.Topics) != 2 || w.HasSecret {
		t.Errorf("%+v", w)
	}
	name, secret, on, off := "mine", "body-secret", true, false
	if w, err := k.client.CreateWebhook(ctx, org, WebhookConfig{Name: &name, Secret: &secret, Enabled: &off, Topics: []string{"alarms"}}); err != nil || w.ID != "w3" || w.OrgID != testOrg {
		t.Errorf("create: %v, %v", w, err)
	}
	if w, err := k.client.UpdateWebhook(ctx, org, "w3", WebhookConfig{Enabled: &on}); err != nil || !w.Enabled {
		t.Errorf("update: %v, %v", w, err)
	}
	if err := k.client.PingWebhook(ctx, org, "w3"); err != nil {
		t.Errorf("ping: %v", err)
	}
	log, err := collect(k.client.WebhookEvents(ctx, org, "w3", WebhookEventQuery{Topic: "ping"}))
	if err != nil || len(log) != 1 || log[0].StatusCode != 502 || log[0].URL != "https://xxxxx@x.example" || log[0].Payload != `{"topic":"ping"}` || len(log[0].Raw) == 0 {
		t.Errorf("log: %+v, %v", log, err)
	}
	if err := k.client.DeleteWebhook(ctx, org, "w3"); err != nil {
		t.Errorf("delete: %v", err)
	}
	if _, err := k.client.GetWebhook(ctx, org, "w3"); !IsKind(err, KindNotFound) {
		t.Errorf("get: %v", err)
	}
}

func TestWebhooksOfASite(t *testing.T) {
	k := setup(t)
	k.on("GET /sites/{site}/webhooks", answer(200, `[{"id":"w1","org_id":"o1"}]`))
	k.on("GET /const/webhook_topics", answer(200, `[{"key":"alarms","for_org":true,"has_delivery_results":true},{"key":"zone"}]`))
	all, err := collect(k.client.SiteWebhooks(t.Context(), testSite))
	if err != nil || len(all) != 1 || all[0].SiteID != testSite || all[0].OrgID != "o1" {
		t.Errorf("%v, %v", all, err)
	}
	topics, err := collect(k.client.WebhookTopics(t.Context()))
	if err != nil || len(topics) != 2 || !topics[0].ForOrg || topics[1].ForOrg || topics[1].HasResults {
		t.Errorf("%+v, %v", topics, err)
	}
}

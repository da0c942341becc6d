package relay

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"foghorn/config"
)

// People see what would be sent, and none of the secrets in it.
func TestAVeilHidesTheSecretsOfARelay(t *testing.T) {
	t.Parallel()
	const secret = "hunter2-of-the-noc"
	for name, c := range map[string]struct {
		config config.Relay
		url    string
		header http.Header
		body   string
		want   []string
	}{
		"an incoming webhook": {config.Relay{Kind: "teams", URL: config.NewSecret("https://hooks.example.net/w/" + secret + "?sig=" + secret)},
			"https://hooks.example.net/w/" + secret + "?sig=" + secret, nil, `{"text":"x"}`, []string{"https://hooks.example.net/<secret>", `{"text":"x"}`}},
		"a token": {config.Relay{Kind: "slack", URL: config.NewSecret("https://slack.example.net/api/"), Token: config.NewSecret(secret)},
			"https://slack.example.net/api/chat.update", http.Header{"Authorization": {"Bearer " + secret}, "Content-Type": {"application/json"}}, `{"token":"` + secret + `"}`,
			[]string{"https://slack.example.net/api/chat.update", "Authorization: Bearer <secret>", "Content-Type: application/json", `{"token":"<secret>"}`}},
		"a password": {config.Relay{Kind: "servicenow", URL: config.NewSecret("https://now.example.net"), User: "ada", Password: config.NewSecret(secret)},
			"https://ada:" + secret + "@now.example.net/api", http.Header{"Authorization": {"Basic YWRhOmh1bnRlcjItb2YtdGhlLW5vYw=="}}, "YWRhOmh1bnRlcjItb2YtdGhlLW5vYw==",
			[]string{"https://now.example.net/api", "Authorization: Basic <secret>", "<secret>"}},
		"an API key without a scheme": {config.Relay{Kind: "datadog", APIKey: config.NewSecret(secret)}, "https://intake.example.net/v2/" + secret,
			http.Header{"Dd-Api-Key": {secret}}, "", []string{"https://intake.example.net/v2/<secret>", "Dd-Api-Key: <secret>", ""}},
		"configured headers": {config.Relay{Kind: "webhook", URL: config.NewSecret("https://a.example.net/" + secret), Headers: []string{"X-Auth: " + secret, "X-Team: noc"}},
			"https://a.example.net/" + secret, http.Header{"X-Auth": {secret}, "X-Team": {"noc"}, "X-Copy": {secret}}, secret,
			[]string{"https://a.example.net/<secret>", "X-Auth: <secret>", "X-Copy: <secret>", "X-Team: noc", "<secret>"}},
		"no address": {config.Relay{Kind: "file"}, "/var/log/x.ndjson", nil, "a\xff\n", []string{"/var/log/x.ndjson", "a\uFFFD"}},
	} {
		v := newVeil(c.config)
		got := slices.Concat([]string{v.url(c.url)}, v.header(c.header), []string{v.body([]byte(c.body))})
		if !slices.Equal(got, c.want) {
			t.Errorf("%s:\n got %q\nwant %q", name, got, c.want)
		}
		if strings.Contains(strings.Join(got, " "), secret) {
			t.Errorf("%s: the secret shows: %q", name, got)
		}
	}
}

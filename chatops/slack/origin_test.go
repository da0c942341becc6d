package slack

import (
	"testing"
	"testing/synctest"

	"foghorn/config"
)

// Answers go where the workspace's Slack takes them, and nowhere else.
func TestAnswersGoToTheirOwnSlackOnly(t *testing.T) {
	for api, all := range map[string]map[string]bool{
		"": {
			"https://hooks.slack.com/commands/T/1/x": true, "https://hooks.slack.com/actions/T/1/x": true, "https://hooks.slack-gov.com/commands/T/1/x": false,
			"http://hooks.slack.com/commands/T/1/x": false, "https://hooks.slack.com:443/x": false, "https://hooks.slack.com./x": false, "https://hooks.slack.com:8443/x": false,
			"https://hooks.slack.com@evil.example/x": false, "https://evil.example/hooks.slack.com": false, "https://xhooks.slack.com/x": false, "https://slack.com/x": false,
			"//hooks.slack.com/x": false, "https:hooks.slack.com/x": false, "https://HOOKS.slack.com.evil.example/": false, "https://127.0.0.1/x": false, "gopher://hooks.slack.com/": false,
		},
		"https://slack-gov.com/api": {
			"https://hooks.slack-gov.com/commands/T/1/x": true, "https://hooks.slack.com/commands/T/1/x": false, "https://slack-gov.com/x": false, "http://hooks.slack-gov.com/x": false,
			"https://u:p@hooks.slack-gov.com/x": false,
		},
		"https://proxy.example:8443/slack/api/": {
			"https://proxy.example:8443/x": true, "https://proxy.example/x": false, "http://proxy.example:8443/x": false, "https://hooks.proxy.example:8443/x": false, "https://hooks.slack.com/x": false,
		},
		"http://127.0.0.1:9/api/":      {"http://127.0.0.1:9/x": true, "http://127.0.0.1:10/x": false, "https://127.0.0.1:9/x": false, "http://localhost:9/x": false, "https://hooks.slack.com/x": false},
		"http://proxy.example:80/api/": {"http://proxy.example:80/x": false}, // the configuration refuses it already
		"https://slack.com.evil/api/":  {"https://hooks.slack.com/x": false, "https://slack.com.evil/x": true},
	} {
		for address, ok := range all {
			if err := originOf(&config.ChatWorkspace{APIURL: api}).responds(address); (err == nil) != ok {
				t.Errorf("%q: %s: %v", api, address, err)
			}
		}
	}
}

func TestAnUploadGoesToItsOwnSlackOnly(t *testing.T) {
	for api, all := range map[string]map[string]bool{
		"": {
			"https://files.slack.com/upload/v1/x": true, "https://slack.com/x": true, "http://files.slack.com/x": false, "https://evil.example/x": false,
			"https://files.slack.com.evil.example/": false, "https://evilslack.com/": false, "": false, "https://%": false, "http://127.0.0.1/": false,
			"https://files.slack-gov.com/x": false, "https://u@files.slack.com/x": false,
		},
		"https://slack-gov.com/api/":   {"https://files.slack-gov.com/x": true, "https://files.slack.com/x": false},
		"https://proxy.example/slack/": {"https://proxy.example/x": true, "https://files.slack.com/x": true, "https://files.slack-gov.com/x": true, "https://evil.example/x": false},
	} {
		for address, ok := range all {
			if err := originOf(&config.ChatWorkspace{APIURL: api}).uploads(address); (err == nil) != ok {
				t.Errorf("%q: %s: %v", api, address, err)
			}
		}
	}
}

// A workspace whose address changes has its sockets there.
func TestSocketsFollowTheAddressOfTheAPI(t *testing.T) {
	play(t, sockets, func(st *stage) {
		old := st.up(2)
		w := workspace()
		w.AppToken, w.APIURL = config.NewSecret(appTok), "http://127.0.0.1:2/api/"
		st.ours.Use([]config.ChatWorkspace{w})
		synctest.Wait()
		if up := st.up(2); up[0] == old[0] || up[1] == old[1] {
			t.Error("the sockets are those of before")
		}
	})
}

package mattermost

import (
	"strings"
	"testing"

	"foghorn/config"
	"foghorn/relay"
)

func TestTheBytesOfARequest(t *testing.T) {
	s := config.Relay{Name: "chat", URL: config.NewSecret("https://mm.example.net/hooks/k"), Channel: "network-alerts", Username: "Mist monitor",
		IconURL: "https://example.net/icon.png", IconEmoji: "satellite"}
	bot := config.Relay{Name: "chat", Server: "https://mm.example.net", Token: config.NewSecret("t"), Channel: "cnetworkalertscnetworkaler"}
	short := s
	short.Detail = "summary"
	posted := []byte(`{"post":"p0000000000000000000000001"}`)
	for _, c := range []struct {
		name   string
		c      config.Relay
		handle []byte
		items  []relay.Item
	}{
		{"hook-first", s, nil, []relay.Item{down(relay.First, 1)}},
		{"hook-resolved", s, nil, []relay.Item{down(relay.Resolved, 2)}},
		{"hook-storm", s, nil, []relay.Item{storm(40)}},
		{"hook-batch", s, nil, []relay.Item{down(relay.First, 1), acked(2), storm(3)}},
		{"hook-summary", short, nil, []relay.Item{down(relay.Reminder, 1)}},
		{"hook-events", s, nil, []relay.Item{arrival(1), arrival(2)}},
		{"bot-first", bot, nil, []relay.Item{down(relay.First, 1)}},
		{"bot-acked", bot, posted, []relay.Item{acked(2)}},
		{"bot-reply", bot, []byte(`{"post":"p0000000000000000000000001","reply":"a345/3"}`), []relay.Item{down(relay.Resolved, 3)}},
		{"bot-job", bot, nil, []relay.Item{failedBackup()}},
		{"bot-violations", bot, nil, []relay.Item{violation("wlans Guest (berlin)"), violation("wlans @all (vienna)")}},
		{"bot-event", bot, nil, []relay.Item{arrival(1)}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := build(t, c.c).Encode(&relay.Work{Items: c.items, Handle: c.handle, Now: noon})
			if err != nil {
				t.Fatal(err)
			}
			golden(t, c.name, r)
		})
	}
}

func TestAddressAndCredentials(t *testing.T) {
	hook := build(t, config.Relay{URL: config.NewSecret("https://mm.example.net/hooks/k")})
	r, _ := hook.Encode(&relay.Work{Items: []relay.Item{down(relay.First, 1)}})
	if r.URL != "https://mm.example.net/hooks/k" || r.Header.Get("Authorization") != "" || r.Header.Get("Content-Type") != "application/json" {
		t.Errorf("%s %v", r.URL, r.Header)
	}
	bot := build(t, config.Relay{Server: "https://example.net/chat/", Token: config.NewSecret("t"), Channel: "cnetworkalertscnetworkaler"})
	r, _ = bot.Encode(&relay.Work{Items: []relay.Item{down(relay.First, 1)}})
	if r.URL != "https://example.net/chat/api/v4/posts" || r.Header.Get("Authorization") != "Bearer t" {
		t.Errorf("%s %v", r.URL, r.Header)
	}
}

func TestWrongCombinationsNameTheKeys(t *testing.T) {
	token, address, id := config.NewSecret("t"), config.NewSecret("https://mm.example.net/hooks/k"), "cnetworkalertscnetworkaler"
	for _, c := range []struct {
		c    config.Relay
		want string
	}{
		{config.Relay{}, "url is missing"},
		{config.Relay{URL: config.NewSecret("mm.example.net/hooks/k")}, "url must be an address"},
		{config.Relay{URL: config.NewSecret("ftp://mm.example.net/hooks/k")}, "url must be an address"},
		{config.Relay{URL: address, Token: token}, "url is the address of an incoming webhook"},
		{config.Relay{Token: token, Channel: id}, "server is missing"},
		{config.Relay{Server: "https://mm.example.net", Channel: id}, "token is missing"},
		{config.Relay{Server: "mm.example.net", Token: token, Channel: id}, "server must be an address"},
		{config.Relay{Server: "https://mm.example.net", Token: token, Channel: "network-alerts"}, "channel must be the channel's id"},
		{config.Relay{Server: "https://mm.example.net", Token: token}, "channel must be the channel's id"},
		{config.Relay{Server: "https://mm.example.net", Token: token, Channel: id, IconEmoji: "x"}, "icon_emoji"},
	} {
		_, err := New(c.c, relay.Env{})
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v, want %q", err, c.want)
		} else if strings.Contains(err.Error(), "hooks/k") {
			t.Errorf("the error shows the secret address: %v", err)
		}
	}
}

func TestLimits(t *testing.T) {
	hook, bot := config.Relay{URL: config.NewSecret("https://mm.example.net/hooks/k")},
		config.Relay{Server: "https://mm.example.net", Token: config.NewSecret("t"), Channel: "cnetworkalertscnetworkaler"}
	for _, c := range []struct {
		name          string
		c             config.Relay
		send          string
		keeps, groups bool
		items         int
		advice        bool
	}{
		{"a hook with alerts", hook, "alerts", false, true, 10, true},
		{"a hook with events", hook, "events", false, false, 10, false},
		{"a bot with alerts", bot, "alerts", true, true, 0, false},
		{"a bot with events", bot, "events", false, false, 10, false},
	} {
		c.c.Send = c.send
		d := build(t, c.c)
		l := d.Limits()
		if l.Keeps != c.keeps || l.Groups != c.groups || l.Items != c.items || len(l.Rates) != 1 || l.Rates[0].Name == "" {
			t.Errorf("%s: %+v", c.name, l)
		}
		adviser, ok := d.(interface{ Advice() string })
		if advice := ok && adviser.Advice() != ""; advice != c.advice {
			t.Errorf("%s: advice %v", c.name, advice)
		}
	}
}

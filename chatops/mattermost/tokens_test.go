package mattermost

import (
	"net/http"
	"testing"

	"foghorn/chatops/chattest"
	"foghorn/config"
)

// A team has a token for each slash command, and two for one during a rotation: each is
// taken, and buttons last as long as the token that they were made with.
func TestSeveralCommandTokens(t *testing.T) {
	const next, gone = "newtokennewtokennewtokenne", "xxxxxxxxxxxxxxxxxxxxxxxxxx"
	post := func(st *stage, inForm, inHeader string) int {
		st.t.Helper()
		cmd := st.server.Command(channel, ada, "/foghorn", "status ap1")
		cmd.Form.Set("token", inForm)
		r, err := st.server.Request(st.t.Context(), "https://"+ourHost+basePath+commandPath, cmd)
		if err != nil {
			st.t.Fatal(err)
		}
		r.Header.Set("X-Forwarded-Proto", "https")
		if r.Header.Del("Authorization"); inHeader != "" {
			r.Header.Set("Authorization", "Token "+inHeader)
		}
		return st.serve(r).Code
	}
	use := func(st *stage, tokens string) {
		w := workspace()
		w.CommandToken = config.NewSecret(tokens)
		st.ours.Use([]config.ChatWorkspace{w})
	}
	play(t, nil, func(st *stage) {
		st.h.Answers(proposal())
		st.command(ada, "restart ap-17")
		shown := st.server.Shown()
		old := shown[len(shown)-1].Buttons
		use(st, next+"\n"+token)
		for _, c := range []struct {
			inForm, inHeader string
			status           int
		}{
			{token, "", 200}, {next, "", 200}, {next, next, 200}, {"", next, 200},
			{next, token, 401}, {gone, "", 401}, {next + "\n" + token, "", 401}, {" ", "", 401},
		} {
			if got := post(st, c.inForm, c.inHeader); got != c.status {
				t.Errorf("%q and %q: %d, want %d", c.inForm, c.inHeader, got, c.status)
			}
		}
		if err := st.ours.Post(st.t.Context(), "noc", channel, proposal()); err != nil {
			t.Error(err)
		}
		posts := st.server.Posts()
		p := posts[len(posts)-1]
		made := chattest.ButtonsOf(&p)
		if code, _ := st.press(bob, &p, &old[0]); code != http.StatusOK {
			t.Errorf("a button made with the old token: %d", code)
		}
		use(st, next)
		if code, _ := st.press(bob, &p, &old[0]); code != http.StatusUnauthorized {
			t.Errorf("its token is gone: %d", code)
		}
		if code, _ := st.press(bob, &p, &made[0]); code != http.StatusOK {
			t.Errorf("a button made with the new token: %d", code)
		}
		if got := post(st, token, ""); got != 401 {
			t.Errorf("the old token: %d", got)
		}
	})
}

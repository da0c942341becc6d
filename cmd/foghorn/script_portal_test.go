package main

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"foghorn/mist/mistsim"
)

// scriptPortal does what a browser does for somebody in the portal: it logs in,
// keeps the cookies, and sends the CSRF token back with what changes something.
func scriptPortal(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts, neg, args, 3)
	if s.cloud == nil {
		ts.Fatalf("there is no organization yet")
	}
	jar, err := cookiejar.New(nil)
	ts.Check(err)
	browser := &http.Client{Jar: jar, Timeout: patience}
	defer browser.CloseIdleConnections()
	call := func(method, path, body string) string {
		r, err := http.NewRequestWithContext(s.t.Context(), method, s.cloud.url+"/api/v1"+path, strings.NewReader(body))
		ts.Check(err)
		r.Header.Set("Content-Type", "application/json")
		for _, c := range jar.Cookies(r.URL) {
			if c.Name == "csrftoken" {
				r.Header.Set("X-CSRFToken", c.Value)
			}
		}
		resp, err := browser.Do(r)
		ts.Check(err)
		defer resp.Body.Close()
		answer, err := io.ReadAll(resp.Body)
		ts.Check(err)
		if resp.StatusCode != http.StatusOK {
			ts.Fatalf("%s %s: %d %s", method, path, resp.StatusCode, answer)
		}
		return string(answer)
	}
	call("POST", "/login", fmt.Sprintf(`{"email":%q,"password":%q}`, args[0], mistsim.Password))
	path := strings.Replace(args[2], ":org", s.cloud.Org().ID, 1)
	fmt.Fprintln(ts.Stdout(), call(args[1], path, strings.Join(args[3:], "")))
}

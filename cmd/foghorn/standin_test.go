package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"foghorn/relay/relaytest"
)

// standIn is a service that relays of a script send to.
type standIn struct {
	faults *relaytest.Faults
	// history is what the service got, as people see it.
	history func() string
}

// newStandIn makes the stand-in of a kind, whose secret is that of the scripts.
func newStandIn(kind string) (standIn, http.Handler, error) {
	switch kind {
	case "slack":
		s := relaytest.NewSlack(testSecret, time.Now)
		return standIn{&s.Faults, s.History}, s, nil
	case "webhook":
		s := relaytest.NewWebhook(relaytest.WebhookOptions{MistSecret: testSecret}, time.Now)
		return standIn{&s.Faults, func() string {
			var out strings.Builder
			for _, p := range s.Posts() {
				fmt.Fprintf(&out, "%s\n", p.Body)
			}
			return out.String()
		}}, s, nil
	}
	return standIn{}, nil, fmt.Errorf("there is no stand-in of kind %q", kind)
}

// scriptStandIn starts a stand-in, whose address is then in a variable of its name.
func scriptStandIn(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts, neg, args, 2)
	in, handler, err := newStandIn(args[1])
	ts.Check(err)
	server := httptest.NewServer(handler)
	s.t.Cleanup(server.Close)
	s.standIns[args[0]] = in
	s.names = append(s.names, args[0])
	address := server.URL
	if args[1] == "slack" {
		address += "/api/"
	}
	ts.Setenv(args[0], address)
}

// scriptRefuse has a stand-in answer the next requests with a status and a body.
func scriptRefuse(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts, neg, args, 4)
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	status, err := strconv.Atoi(args[2])
	ts.Check(err)
	s.standIns[args[0]].faults.Fail(n, status, http.Header{"Content-Type": {"application/json"}}, args[3])
}

func scriptHeal(ts *testscript.TestScript, neg bool, args []string) {
	scriptOf(ts, neg, args, 1).standIns[args[0]].faults.Heal()
}

// scriptGets waits until a stand-in has got what matches, and makes what it got the
// output that the script looks at next.
func scriptGets(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts, neg, args, 2)
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	in := s.standIns[args[0]]
	for deadline := time.Now().Add(patience); ; {
		got := in.history()
		if pattern.MatchString(got) {
			fmt.Fprint(ts.Stdout(), got)
			return
		}
		if time.Now().After(deadline) {
			ts.Fatalf("not within %s:\n%s", patience, got)
		}
	}
}

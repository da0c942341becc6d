package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestScripts runs the scripts in testdata/script: one for each command, to be
// read as its documentation. Beside the commands of testscript itself they have
//
//	foghorn ARG...              run the program, as a process of its own
//	exits CODE foghorn ARG...   the same, and it ends with this exit code
//	start NAME foghorn ARG...   start it beside the script and wait until it listens, at $URL
//	follow NAME foghorn ARG...  start it beside the script
//	prints NAME PATTERN         wait until it prints a line that matches
//	terminate NAME              end it with SIGTERM; its output can be looked at
//	interrupt NAME              the same, with ctrl+c
//	ends NAME                   wait until it ends by itself
//	until PATTERN foghorn ...   run it again and again until its output matches; "exits CODE" before it
//	                            when it then ends with another code than 0
//	save NAME PATTERN           set $NAME to the first group of PATTERN in the last output
//	shows FILE                  the last output is FILE, in which "..." stands for any text
//	standin NAME KIND           start a service that relays send to, slack or webhook, at $NAME
//	gets NAME PATTERN           wait until that service has got what matches, and look at what it got
//	refuse NAME N STATUS BODY   it answers the next N requests (-1: all) so; "heal NAME" ends that
//	organization [still]        a simulated cloud, and a collector named "collector" that follows it; in one that is still, nothing happens by itself
//	portal EMAIL METHOD PATH [BODY]
//	                            that administrator logs in to the cloud and calls its API
//
// The program has a home, a configuration and a journal of its own in $WORK, is
// used by "ada", and finds the webhook secret in $SECRET.
func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Setup:              setUpScript,
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": scriptExits, "start": scriptStart, "terminate": scriptTerminate, "ends": scriptEnds, "until": scriptUntil,
			"follow": scriptFollow, "prints": scriptPrints, "interrupt": scriptInterrupt,
			"save": scriptSave, "shows": scriptShows, "organization": scriptOrganization, "portal": scriptPortal,
			"standin": scriptStandIn, "gets": scriptGets, "refuse": scriptRefuse, "heal": scriptHeal,
		},
	})
}

// script is what the commands of one script share.
type script struct {
	t         testing.TB
	names     []string // of the variables
	work      string
	processes map[string]*process
	cloud     *organizationInTheCloud // that of the script's organization
	standIns  map[string]standIn
}

type scriptKey struct{}

func setUpScript(e *testscript.Env) error {
	t, ok := e.T().(testing.TB)
	if !ok {
		return errors.New("the scripts need a testing.TB")
	}
	set := map[string]string{
		raceOptions: os.Getenv(raceOptions),
		"HOME":      e.WorkDir, "XDG_CONFIG_HOME": e.WorkDir, "XDG_STATE_HOME": e.WorkDir + "/state", "TZ": "UTC",
		"FOGHORN_CONFIG": "", "FOGHORN_USER": "ada", "SECRET": testSecret, "WRONG": "not-the-secret", "EMPTY": "",
	}
	if file := e.WorkDir + "/config.toml"; exists(file) {
		set["FOGHORN_CONFIG"] = file
	}
	for name, value := range set {
		e.Setenv(name, value)
	}
	s := &script{t: t, work: e.WorkDir, processes: map[string]*process{}, standIns: map[string]standIn{}}
	for _, variable := range e.Vars {
		name, _, _ := strings.Cut(variable, "=")
		s.names = append(s.names, name)
	}
	e.Values[scriptKey{}] = s
	return nil
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// scriptOf is the state of a script, whose commands these are; none of them
// can be negated.
func scriptOf(ts *testscript.TestScript, neg bool, args []string, least int) *script {
	if neg || len(args) < least {
		ts.Fatalf("takes at least %d arguments and no negation", least)
	}
	return ts.Value(scriptKey{}).(*script)
}

func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	scriptOf(ts, neg, args, 2)
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	if code := exitOf(ts, args[1:]); code != want {
		ts.Fatalf("it ended with %d", code)
	}
}

// exitOf runs a program to its end.
func exitOf(ts *testscript.TestScript, args []string) int {
	err := ts.Exec(args[0], args[1:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode()
	}
	ts.Check(err)
	return 0
}

func scriptStart(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts, neg, args, 3)
	s.keep(ts, args[0], startIn(s.t, s.environment(ts), args[2:]...))
}

func (s *script) keep(ts *testscript.TestScript, name string, p *process) {
	s.processes[name] = p
	ts.Setenv("URL", p.url)
}

func scriptFollow(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts, neg, args, 3)
	s.processes[args[0]], _ = launch(s.t, s.environment(ts), args[2:]...)
}

func scriptPrints(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts, neg, args, 2)
	pattern, err := regexp.Compile(args[1])
	ts.Check(err)
	for !pattern.MatchString(s.processes[args[0]].line(s.t)) {
	}
}

func scriptTerminate(ts *testscript.TestScript, neg bool, args []string) {
	scriptStop(ts, neg, args, syscall.SIGTERM)
}

func scriptInterrupt(ts *testscript.TestScript, neg bool, args []string) {
	scriptStop(ts, neg, args, syscall.SIGINT)
}

func scriptStop(ts *testscript.TestScript, neg bool, args []string, sig syscall.Signal) {
	s := scriptOf(ts, neg, args, 1)
	p := s.processes[args[0]]
	if code := p.stop(s.t, sig); code != 0 {
		ts.Fatalf("%s ends it with %d:\n%s", sig, code, p.errors())
	}
	p.output(ts)
}

func scriptEnds(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts, neg, args, 1)
	p := s.processes[args[0]]
	select {
	case <-p.done:
	case <-time.After(patience):
		ts.Fatalf("it goes on:\n%s", p.errors())
	}
	if code := p.cmd.ProcessState.ExitCode(); code != 0 {
		ts.Fatalf("it ended with %d:\n%s", code, p.errors())
	}
	p.output(ts)
}

// output makes what an ended process printed the output that the script looks
// at next.
func (p *process) output(ts *testscript.TestScript) {
	for line := range p.lines {
		fmt.Fprintln(ts.Stdout(), line)
	}
	_, err := io.WriteString(ts.Stderr(), p.errors())
	ts.Check(err)
}

// scriptUntil logs only the last run: there may be hundreds.
func scriptUntil(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts, neg, args, 3)
	pattern, err := regexp.Compile("(?m)" + args[0])
	ts.Check(err)
	code := 0
	if args[1] == "exits" {
		code, err = strconv.Atoi(args[2])
		ts.Check(err)
		args = args[2:]
	}
	for deadline := time.Now().Add(patience); ; {
		var out, errOut strings.Builder
		cmd := exec.Command(os.Args[0], args[2:]...)
		cmd.Env, cmd.Stdout, cmd.Stderr = s.environment(ts), &out, &errOut
		err := cmd.Run()
		found := cmd.ProcessState != nil && cmd.ProcessState.ExitCode() == code && pattern.MatchString(out.String())
		if late := time.Now().After(deadline); found || late {
			fmt.Fprint(ts.Stdout(), out.String())
			fmt.Fprint(ts.Stderr(), errOut.String())
			if !found {
				ts.Fatalf("not within %s: %v", patience, err)
			}
			return
		}
	}
}

// environment is that of the script as it is now, for a program that the script
// does not run by itself.
func (s *script) environment(ts *testscript.TestScript) []string {
	env := []string{asProgram + "=1"}
	for _, name := range s.names {
		env = append(env, name+"="+ts.Getenv(name))
	}
	return env
}

func scriptSave(ts *testscript.TestScript, neg bool, args []string) {
	scriptOf(ts, neg, args, 2)
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	found := pattern.FindStringSubmatch(ts.ReadFile("stdout"))
	if len(found) < 2 {
		ts.Fatalf("%s finds nothing in the output", args[1])
	}
	ts.Setenv(args[0], found[1])
}

// scriptShows compares by words: how many blanks are between two columns
// depends on what is left out.
func scriptShows(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts, neg, args, 1)
	want, err := os.ReadFile(filepath.Join(s.work, args[0]))
	ts.Check(err)
	pattern := regexp.QuoteMeta(words(string(want)))
	pattern = strings.ReplaceAll(pattern, regexp.QuoteMeta("\n...\n"), "\n(?:.*\n)*?")
	pattern = "^" + strings.ReplaceAll(pattern, regexp.QuoteMeta("..."), ".*?") + "$"
	if got := words(ts.ReadFile("stdout")); !regexp.MustCompile(pattern).MatchString(got) {
		ts.Fatalf("the output is not %s:\n%s", args[0], got)
	}
}

// words takes the runs of blanks out of each line.
func words(text string) string {
	var out strings.Builder
	for line := range strings.Lines(text) {
		out.WriteString(strings.Join(strings.Fields(line), " ") + "\n")
	}
	return out.String()
}

func scriptOrganization(ts *testscript.TestScript, neg bool, args []string) {
	s := scriptOf(ts, neg, args, 0)
	speed := 10.0
	if slices.Contains(args, "still") {
		speed = still
	}
	config := filepath.Join(s.work, "config.toml")
	ts.Setenv("FOGHORN_CONFIG", config)
	o := newOrganizationIn(s.t, s.environment(ts), filepath.Join(s.work, "state", "foghorn"), config, speed)
	s.cloud = o
	s.keep(ts, "collector", o.collector)
}

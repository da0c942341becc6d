package main

import (
	"context"
	"io"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"foghorn/feeds/webhook"
)

// Two watchers of silent devices told one silence twice. So every loop of a
// collector is listed once, and what appends is among those that end before the
// log's writer does.
func TestEveryLoopOfTheCollectorRunsOnce(t *testing.T) {
	e := &env{configPath: junosConfigFile(t, ""), dataDir: t.TempDir(), stdout: io.Discard, stderr: io.Discard, getenv: func(name string) string {
		return map[string]string{"SECRET": testSecret, "FOGHORN_USER": "ada"}[name]
	}}
	s, err := e.settings()
	if err != nil {
		t.Fatal(err)
	}
	c, err := newCollector(t.Context(), s, collectorOptions{command: "serve", address: "127.0.0.1:0", sources: []webhook.Source{}})
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	bring, others := loopNames(c.bringers()), loopNames(c.others())
	all := slices.Concat(bring, others)
	slices.Sort(all)
	if once := slices.Compact(slices.Clone(all)); len(once) != len(all) || len(all) < 9 {
		t.Errorf("loops %q", all)
	}
	for _, appends := range []string{"(*collector).listen", "junoswatch.(*Watcher).Run", "actions.(*Actions).Run", "actions.(*Actions).Collect"} {
		if !slices.ContainsFunc(bring, func(name string) bool { return strings.Contains(name, appends) }) {
			t.Errorf("%s is not among what ends before the log's writer: %q", appends, bring)
		}
	}
}

// loopNames are the names of the methods that run.
func loopNames[F ~func(context.Context) error](loops []F) []string {
	var out []string
	for _, l := range loops {
		out = append(out, runtime.FuncForPC(reflect.ValueOf(l).Pointer()).Name())
	}
	return out
}

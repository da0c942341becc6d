package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/jobs"
	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/store"
)

const statusLong = `Show whether foghorn collects: collector, listener, sources, cloud feeds, webhooks,
relays, chat, jobs, API budget, journal. It reads the journal alone, so it works beside a collector,
without one, and without a network.

The first line is a summary for a monitor: OK or PROBLEM. A line for each problem
follows, with what to do. It exits with 1 while there is one. Open alerts of the
network and failed jobs are counted for information, and a chat that is not connected
is a warning: they do not count as a problem.`

func newStatusCmd(e *env) *cobra.Command {
	format := ""
	cmd := &cobra.Command{
		Use:   "status",
		Short: "Show whether foghorn collects; exit 1 when something is wrong",
		Long:  statusLong,
		Example: `foghorn status
foghorn status >/dev/null || mail -s "foghorn does not collect" noc@example.com </dev/null
foghorn status -o json | jq -r '.problems[].what'`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return showStatus(cmd.Context(), e, format)
		},
	}
	addPageFormat(cmd, &format)
	return cmd
}

func showStatus(ctx context.Context, e *env, format string) error {
	s, err := e.settings()
	if err != nil {
		return err
	}
	h, err := readHealth(ctx, e, s)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		h = badHealth(journal.Trouble{Kind: journal.JournalFails, What: "the journal cannot be read", Detail: err.Error()})
	}
	now := s.clock.Now()
	err = e.printPage(format, h, now, func(p *pageWriter) { p.text(healthTable(h, now, e.moment(now))) })
	if err == nil && !h.OK {
		err = &exitError{code: exitProblem}
	}
	return err
}

// moment formats times of the output: local on a terminal, else UTC.
func (e *env) moment(now time.Time) func(time.Time) string {
	if zone := e.zone(); zone != nil {
		return func(t time.Time) string { return human.When(t.In(zone), now.In(zone), human.Local) }
	}
	return func(t time.Time) string { return human.When(t, now, human.UTC) }
}

// readHealth reads the health of the data directory. It leaves the collector's lock
// alone, unlike other commands: a monitor that asks often must not meet a collector
// that starts.
func readHealth(ctx context.Context, e *env, s *settings) (journal.Health, error) {
	if _, err := os.Stat(s.dir); errors.Is(err, fs.ErrNotExist) {
		return badHealth(noJournal(s.dir)), nil
	}
	view, err := store.OpenView(ctx, s.dir, s.collecting().StoreOptions())
	if errors.Is(err, store.ErrNoView) {
		return badHealth(noJournal(s.dir)), nil
	}
	if err != nil {
		return journal.Health{}, err
	}
	log, err := store.OpenLog(ctx, s.dir, s.collecting().StoreOptions())
	if err != nil {
		return journal.Health{}, errors.Join(err, view.Close())
	}
	outbox, err := store.OpenExistingOutbox(ctx, s.dir, s.collecting().StoreOptions())
	if err != nil {
		return journal.Health{}, errors.Join(err, view.Close(), log.Close())
	}
	j := journal.New(log, view).WithOutbox(outbox)
	defer j.Close()
	now := s.clock.Now()
	watch := journal.Watch{Now: now, At: e.moment(now)}
	if t, ok := historyTrouble(s); ok {
		watch.Warnings = append(watch.Warnings, t)
	}
	return j.Health(ctx, s.dir, watch)
}

// noJournal is the trouble of a directory in which no collector has run yet.
func noJournal(dir string) journal.Trouble {
	return journal.Trouble{Kind: journal.NoCollector, What: "there is no journal in " + dir + " yet", Detail: "start foghorn serve, or name the directory with --data"}
}

// badHealth is the health where nothing else can be known.
func badHealth(t journal.Trouble) journal.Health {
	return journal.Health{Problems: []journal.Trouble{t}, Summary: "PROBLEM: " + t.Line()}
}

// healthTable is the health for people, a line for each thing.
func healthTable(h journal.Health, now time.Time, at func(time.Time) string) string {
	t := &statusTable{}
	t.line(h.Summary)
	for _, p := range h.Problems {
		if len(h.Problems) > 1 || p.Full() != p.Line() {
			t.line("  " + p.Full())
		}
	}
	for _, w := range h.Warnings {
		t.line("  warning: " + w.Full())
	}
	if h.Collector.PID == 0 && h.Listener == nil {
		return t.b.String() // nothing is known
	}
	t.row("collector", collectorLine(h.Collector, at))
	if h.Listener != nil {
		t.row("listener", joinWords(string(h.Listener.State), h.Collector.Address, h.Listener.Cause))
	}
	t.feeds(h, now, at)
	for _, w := range h.Webhooks {
		state := map[bool]string{true: "enabled", false: "DISABLED"}[w.Enabled]
		t.row("webhooks", joinWords(w.Name, w.Source+" "+w.Place, state, "checked "+ago(now, w.Checked), strings.Join(w.Lint, "; ")))
	}
	for i := range h.Relays {
		t.row("relays", relayHealth(&h.Relays[i], now))
	}
	for i := range h.Chat {
		t.row("chat", chatHealth(&h.Chat[i]))
	}
	if text := jobsHealth(&h.Jobs, now); text != "" {
		t.row("jobs", text)
	}
	for _, b := range h.Budgets {
		t.row("budget", fmt.Sprintf("%s  %d of %d calls, resets in %s", strings.Join(b.Sources, ","), b.Used, b.Limit, human.Duration(max(0, b.Resets.Sub(now)))))
	}
	t.row("projector", fmt.Sprintf("at record %d, %s behind", h.Projector.Position, human.CountOf(h.Projector.Behind, "record")))
	t.row("disk", fmt.Sprintf("log %s, view %s, %s free", human.Bytes(h.Disk.Log), human.Bytes(h.Disk.View), human.Bytes(h.Disk.Free)))
	var alerts []string
	for _, sev := range slices.Backward(event.Severities()) {
		alerts = append(alerts, fmt.Sprintf("%s %d", sev, h.Alerts.Open[sev]))
	}
	t.row("alerts", "open: "+strings.Join(alerts, ", "))
	return t.b.String()
}

// chatHealth is how a workspace of a chat is connected, in a line.
func chatHealth(c *journal.ChatHealth) string {
	var ways []string
	if c.Wanted > 0 {
		ways = append(ways, fmt.Sprintf("%d of %s", c.Sockets, human.CountOf(c.Wanted, "socket")))
	}
	if c.HTTP {
		ways = append(ways, "requests over HTTP")
	}
	return joinWords(c.Workspace+" "+c.Platform, c.State, strings.Join(ways, ", "), c.Problem)
}

// jobsHealth counts the jobs in a line; empty when there are none to speak of.
func jobsHealth(j *journal.JobsHealth, now time.Time) string {
	if j.Running+j.Waiting+j.Failed == 0 {
		return ""
	}
	text := fmt.Sprintf("%d running, %d waiting, %d failed in the last 24 h", j.Running, j.Waiting, j.Failed)
	if last := j.LastFailed; last != nil {
		text += fmt.Sprintf("; the last %s ago, job %d: %s: %s", human.Duration(max(0, now.Sub(*last.Ended)).Truncate(time.Second)), last.ID, jobs.What(last), last.Brief())
	}
	return text
}

// feeds adds the sources and what is polled and streamed of the cloud.
func (t *statusTable) feeds(h journal.Health, now time.Time, at func(time.Time) string) {
	for _, f := range h.Sources {
		text := fmt.Sprintf("%s  %s  last %s, %s accepted, %s refused", f.Name, f.State, ago(now, f.Last), human.Count(f.Accepted), human.Count(f.Refused))
		if f.InARow > 0 {
			text += fmt.Sprintf("; %s in a row since %s: %s", human.Count(f.InARow), at(f.Since), f.Cause)
		}
		t.row("sources", text)
	}
	for _, f := range h.Cloud {
		name := map[event.FeedKind]string{event.FeedMistAPI: "poll", event.FeedMistStream: "stream"}[f.Kind]
		t.row("cloud", joinWords(f.Name+" "+name, string(f.State), "last "+ago(now, f.Last), f.Cause))
	}
}

// ago is how long ago something was, to the second.
func ago(now, then time.Time) string {
	if then.IsZero() {
		return "never"
	}
	return human.Duration(max(0, now.Sub(then)).Truncate(time.Second)) + " ago"
}

// collectorLine says who collects, or who did.
func collectorLine(c journal.CollectorHealth, at func(time.Time) string) string {
	if c.PID == 0 {
		return "none has run"
	}
	who := fmt.Sprintf("foghorn %s, pid %d of %s on %s, %s", c.Command, c.PID, c.User, c.Host, c.Version)
	if !c.Running {
		return "gone  last seen " + at(c.Heartbeat) + ": " + who
	}
	return "running  since " + at(c.Started) + ": " + who
}

// statusTable aligns lines in columns; of several rows of one kind only the first
// has its name.
type statusTable struct {
	b    strings.Builder
	last string
}

func (t *statusTable) line(text string) { t.b.WriteString(safetext.Line(text) + "\n") }

func (t *statusTable) row(kind, text string) {
	shown := kind
	if kind == t.last {
		shown = ""
	}
	t.last = kind
	t.line(fmt.Sprintf("%-10s  %s", shown, text))
}

// joinWords joins what is not empty by two blanks.
func joinWords(words ...string) string {
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), "  ")
}

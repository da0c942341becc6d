package view

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/list"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// maxJobs is how many jobs are looked at.
const maxJobs = 500

// jobsAgain is how often live jobs are read: what they do is in no record of the log.
const jobsAgain = time.Second

// The sheet of the jobs, and that of one of them.
var (
	JobsPlace = pane.Place{Name: "jobs", Traits: pane.IsSheet | pane.HasRows}
	JobPlace  = pane.Place{Name: "job", Traits: pane.IsSheet | pane.HasText}
)

// jobsSheet lists the jobs, the newest first.
type jobsSheet struct {
	list list.Model[event.Job]
	read bool
	at   time.Time // when it was last read
}

// NewJobsSheet shows what runs, how far it is, and how the last jobs ended.
func NewJobsSheet() pane.Sheet {
	return &jobsSheet{list: list.New(func(j event.Job) int64 { return j.ID }, false)}
}

func (s *jobsSheet) Place() pane.Place   { return JobsPlace }
func (s *jobsSheet) Nav() pane.Navigator { return &s.list }
func (s *jobsSheet) Close()              {}

func (s *jobsSheet) Fetch(now time.Time) pane.Fetch {
	return func(ctx context.Context, j port.Journal) (pane.Answer, error) {
		rows, err := j.Jobs(ctx, maxJobs)
		return pane.Answer{Apply: func() {
			s.read, s.at = true, now
			s.list.Set(rows)
		}}, err
	}
}

// Tick reads the jobs again.
func (s *jobsSheet) Tick(scr pane.Screen) pane.Request { return jobsTick(scr, s.at) }

// TickAt is when jobs that are not over are due to be read again.
func (s *jobsSheet) TickAt() time.Time {
	for _, j := range s.list.Rows() {
		if !j.State.Over() {
			return s.at.Add(jobsAgain)
		}
	}
	return time.Time{}
}

func jobsTick(scr pane.Screen, at time.Time) pane.Request {
	if scr.Paused || scr.Now.Sub(at) < jobsAgain {
		return nil
	}
	return pane.PullSoon{}
}

func jobColumns(e pane.Context) []draw.Column {
	return []draw.Column{
		{Title: "JOB", Width: 4, Right: true},
		{Title: "STATE", Width: 7, Max: 11},
		{Title: "KIND", Width: 6, Max: 12},
		{Title: "TARGET", Width: 10, Max: maxName, Grow: 1},
		{Title: "SOURCE", Width: 6, Max: 12, Drop: 4},
		{Title: "WHO", Width: 8, Max: 16, Drop: 3},
		e.TimeColumn(),
		{Title: "TOOK", Width: 6, Right: true, Drop: 2},
		{Title: "WHAT", Width: 34, Grow: 6, Drop: 1},
	}
}

func jobCells(e pane.Context, j event.Job) []draw.Cell {
	return []draw.Cell{
		{Text: strconv.FormatInt(j.ID, 10), Role: draw.Plain},
		{Text: string(j.State), Role: jobRole(&j)},
		{Text: e.Cell(j.Kind), Role: draw.Plain},
		{Text: e.Cell(cmp.Or(j.Target, j.Source)), Role: draw.Plain},
		{Text: e.Cell(j.Source), Role: draw.Dim},
		{Text: e.Cell(j.Actor), Role: draw.Dim},
		{Text: e.When(j.Created), Role: draw.Dim},
		{Text: jobTook(e, &j), Role: draw.Dim},
		{Text: e.Cell(j.Brief()), Role: draw.Plain},
	}
}

func jobRole(j *event.Job) draw.Role {
	switch {
	case j.State == event.JobDone:
		return draw.OK
	case j.State == event.JobRunning:
		return draw.Strong
	case j.State == event.JobFailed:
		return draw.Critical
	case j.State.Bad():
		return draw.Warn
	}
	return draw.Dim
}

// jobTook is how long a job took; nothing for one that was interrupted, because nobody
// knows when.
func jobTook(e pane.Context, j *event.Job) string {
	if j.Started == nil || j.State == event.JobInterrupted {
		return ""
	}
	return human.Duration(j.Duration(e.Now).Truncate(time.Second))
}

func (s *jobsSheet) Draw(e pane.Context, w, h int) []string {
	out := []string{draw.SheetHead(e.Context, "Jobs", "enter opens one", w)}
	switch {
	case !s.read:
		return draw.Pad(append(out, "", "  Reading the jobs."), w, h)
	case s.list.Len() == 0:
		return draw.Pad(append(out, "", "  No job has run yet.", "", "  foghorn jobs run starts one; [[job]] in the configuration, on a schedule."), w, h)
	}
	rows := pane.Rows[event.Job]{List: &s.list, Columns: jobColumns(e), Cells: jobCells, Focused: true}
	return draw.Pad(append(out, rows.Draw(e, w, h-1, true)...), w, h)
}

// OpenJob opens the selected job.
func OpenJob(scr pane.Screen) pane.Request {
	s, ok := scr.Sheet.(*jobsSheet)
	if !ok {
		return nil
	}
	j, ok := s.list.Selected()
	if !ok {
		return nil
	}
	return pane.OpenSheet{Sheet: &jobSheet{job: j}}
}

// NewJobSheet shows a job, which may be known by its number alone.
func NewJobSheet(j event.Job) pane.Sheet { return &jobSheet{job: j} }

// jobSheet is one job with its log and its result.
type jobSheet struct {
	job  event.Job
	at   time.Time
	text draw.TextWindow
}

func (s *jobSheet) Place() pane.Place       { return JobPlace }
func (s *jobSheet) Nav() pane.Navigator     { return nil }
func (s *jobSheet) Close()                  {}
func (s *jobSheet) Scroll(lines, pages int) { s.text.Scroll(lines, pages) }

func (s *jobSheet) Fetch(now time.Time) pane.Fetch {
	id := s.job.ID
	return func(ctx context.Context, j port.Journal) (pane.Answer, error) {
		job, err := j.Job(ctx, id)
		if errors.Is(err, event.ErrNotFound) { // it left while it was looked at
			return pane.Answer{Apply: func() { s.at = now }}, nil
		}
		return pane.Answer{Apply: func() { s.job, s.at = job, now }}, err
	}
}

// Tick reads the job again until it is over.
func (s *jobSheet) Tick(scr pane.Screen) pane.Request {
	if s.job.State.Over() {
		return nil
	}
	return jobsTick(scr, s.at)
}

// TickAt is when a job that is not over is due to be read again.
func (s *jobSheet) TickAt() time.Time {
	if s.job.State.Over() {
		return time.Time{}
	}
	return s.at.Add(jobsAgain)
}

func (s *jobSheet) Draw(e pane.Context, w, h int) []string {
	right := ""
	if !s.job.State.Over() {
		right = "X cancels it"
	}
	head := draw.SheetHead(e.Context, fmt.Sprintf("Job %d", s.job.ID), right, w)
	return s.text.Draw(head, draw.Indent(s.lines(e, w-2)), w, h)
}

func (s *jobSheet) lines(e pane.Context, w int) []string {
	j := &s.job
	out := append([]string{""}, draw.Headline(e.Context, string(j.State), jobRole(j), e.Text(j.Brief()), w)...)
	ended := ""
	if j.Ended != nil {
		ended = e.Exact(*j.Ended) + "  (" + e.Ago(*j.Ended) + ")"
	}
	who := j.Actor
	if j.Via != event.ViaSchedule { // the schedule is both
		who += " (" + string(j.Via) + ")"
	}
	again := ""
	if j.Again > 0 {
		again = human.CountOf(j.Again, "time") + ", because foghorn ended"
	}
	out = append(out, draw.Fields(e.Context, w, []draw.Field{
		{Name: "kind", Value: e.Text(j.Kind), Role: draw.Strong},
		{Name: "target", Value: e.Text(j.Target), Role: draw.Plain},
		{Name: "source", Value: e.Text(j.Source), Role: draw.Plain},
		{Name: "who", Value: e.Text(who), Role: draw.Plain},
		{Name: "created", Value: e.Exact(j.Created) + "  (" + e.Ago(j.Created) + ")", Role: draw.Plain},
		{Name: "ended", Value: ended, Role: draw.Plain},
		{Name: "took", Value: jobTook(e, j), Role: draw.Plain},
		{Name: "begun again", Value: again, Role: draw.Warn},
		{Name: "error", Value: e.Text(j.Error), Role: draw.Critical},
	})...)
	out = append(out, jobText(e, "Result", w, []string{j.Result})...)
	return append(out, jobText(e, "Log", w, j.Log)...)
}

// jobText is a part of a job under its heading; nothing when it is empty.
func jobText(e pane.Context, title string, w int, texts []string) []string {
	var out []string
	for _, text := range texts {
		if text == "" {
			continue
		}
		for _, line := range safetext.WrapBlock(e.Lines(e.Hidden(text)), w) {
			out = append(out, e.Theme.On(draw.Plain, line))
		}
	}
	if len(out) == 0 {
		return nil
	}
	return append([]string{"", e.Theme.On(draw.Title, title)}, out...)
}

// cancelLimit bounds the request to end a job.
const cancelLimit = 10 * time.Second

// CancelJob asks that the job ends that is selected or shown.
func CancelJob(scr pane.Screen) pane.Request {
	var j event.Job
	switch s := scr.Sheet.(type) {
	case *jobsSheet:
		j, _ = s.list.Selected()
	case *jobSheet:
		j = s.job
	}
	switch {
	case j.ID == 0:
		return pane.Say{Role: draw.Dim, Text: "No job here to cancel."}
	case j.State.Over():
		return pane.Say{Role: draw.Dim, Text: fmt.Sprintf("Job %d has already ended.", j.ID)}
	case scr.Jobs == nil:
		return pane.Say{Role: draw.Warn, Text: "Read-only: nothing can be canceled from here."}
	}
	return pane.Command{Cmd: scr.Do(scr.Ctx, cancelLimit, func(ctx context.Context) tea.Msg {
		err := scr.Jobs.CancelJob(ctx, scr.Operator, j.ID)
		return pane.Reply(func(s pane.Screen) pane.Request {
			say := pane.Say{Role: draw.OK, Text: fmt.Sprintf("Canceling job %d.", j.ID)}
			switch {
			case errors.Is(err, event.ErrNotFound):
				say = pane.Say{Role: draw.Dim, Text: fmt.Sprintf("Job %d has already ended.", j.ID)}
			case err != nil:
				say = pane.Say{Role: draw.Critical, Text: "The job could not be canceled: " + s.Text(err.Error())}
			}
			return pane.All{say, pane.PullSoon{}}
		})
	})}
}

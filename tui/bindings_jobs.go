package tui

import (
	tea "charm.land/bubbletea/v2"

	"foghorn/tui/pane"
	"foghorn/tui/view"
)

// jobBindings are the command that shows the jobs, and the keys that work there.
func jobBindings() []binding {
	serve := func(run func(pane.Screen) pane.Request) func(m *Model, _ string) tea.Cmd {
		return func(m *Model, _ string) tea.Cmd { return m.serve(run(m.screen())) }
	}
	return []binding{
		{name: "jobs", where: inEverywhere, help: "jobs: what runs, how far it is, how the last ones ended", run: func(m *Model, _ string) tea.Cmd { return m.openSheet(view.NewJobsSheet()) }},
		{name: "job", keys: []string{"enter", "d"}, where: setOf(view.JobsPlace), foot: "open", help: "the selected job with its log and its result", run: serve(view.OpenJob)},
		{name: "cancel-job", keys: []string{"X"}, where: setOf(view.JobsPlace) | setOf(view.JobPlace), foot: "cancel", help: "cancel a job that waits or runs", run: serve(view.CancelJob)},
	}
}

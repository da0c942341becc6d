package tui

import (
	"context"
	"errors"
	"fmt"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
)

// fps bounds how soon after a key its frame is written: within 21 ms, and so
// within the 30 ms a key may take. The renderer looks for a new frame that
// often even when nothing happens; these wake-ups are most of what an idle
// screen costs, which is why there are no more of them.
const fps = 48

// lowFPS is for a slow or a metered line: what changed in between is never sent.
const lowFPS = 2

// frameRate is how many frames a second are written at most.
func (o Options) frameRate() int {
	if o.LowBandwidth {
		return lowFPS
	}
	return fps
}

// Run shows the screen until the operator leaves or ctx ends; both are nil.
// The caller handles signals by ending ctx; the terminal is restored in every
// case, a panic in one of the program's goroutines included.
func Run(ctx context.Context, opt Options) error {
	m := New(ctx, opt)
	defer m.jobs.close()
	opts := []tea.ProgramOption{tea.WithContext(ctx), tea.WithoutSignalHandler(), tea.WithFPS(opt.frameRate())}
	if opt.Input != nil {
		opts = append(opts, tea.WithInput(opt.Input))
	}
	if opt.Output != nil {
		opts = append(opts, tea.WithOutput(opt.Output), tea.WithWindowSize(opt.Width, opt.Height))
	}
	if opt.Environ != nil {
		opts = append(opts, tea.WithEnvironment(opt.Environ))
	}
	if opt.NoColor {
		opts = append(opts, tea.WithColorProfile(colorprofile.Ascii))
	}
	_, err := tea.NewProgram(m, opts...).Run()
	switch {
	case errors.Is(err, tea.ErrProgramPanic):
		return fmt.Errorf("the screen broke and was closed: %w", err)
	case errors.Is(err, tea.ErrProgramKilled) && ctx.Err() != nil:
		return nil // we ended it ourselves
	case err != nil:
		return fmt.Errorf("run the screen: %w", err)
	}
	return nil
}

package configs

import (
	"cmp"
	"fmt"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// LiveChangedError means that the cloud has another state than the backup: a plan would
// undo what somebody has just done.
type LiveChangedError struct {
	Objects []LiveChange
}

// LiveChange is an object that differs in the cloud from its backup.
type LiveChange struct {
	Path     Path
	Name     string
	Verb     Verb // what happened in the cloud
	Settings []event.ChangedSetting
}

// How much of what changed an error tells.
const (
	liveObjects  = 10
	liveSettings = 5 // of one object; of each of several only liveFew
	liveFew      = 2
)

func (e *LiveChangedError) Error() string {
	var b strings.Builder
	most := liveSettings
	if n := len(e.Objects); n > 1 {
		fmt.Fprintf(&b, "%d objects have changed in the cloud since their last backup:", n)
		most = liveFew
	} else {
		b.WriteString("this has changed in the cloud since its last backup:")
	}
	for i := range e.Objects {
		if i == liveObjects {
			fmt.Fprintf(&b, "\n  and %d more objects", len(e.Objects)-i)
			break
		}
		e.Objects[i].write(&b, most)
	}
	b.WriteString("\nrun foghorn backup to fetch the changes, look at them with foghorn configs diff, and plan again")
	return b.String()
}

func (o *LiveChange) write(b *strings.Builder, most int) {
	fmt.Fprintf(b, "\n  %s %s %s", o.Verb, o.Path.Type, safetext.Line(cmp.Or(o.Name, o.Path.ID)))
	if o.Verb != Modified {
		return
	}
	for i, c := range o.Settings {
		if i == most {
			fmt.Fprintf(b, "\n    and %d more", len(o.Settings)-i)
			return
		}
		b.WriteString("\n    " + safetext.Line(DescribeSetting(c)))
	}
}

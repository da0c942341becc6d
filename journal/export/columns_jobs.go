package export

import (
	"strconv"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

var jobColumns = []column[event.Job]{
	{name: "JOB", min: 3, usual: 5, right: true, get: func(j *event.Job, _ Options) string { return strconv.FormatInt(j.ID, 10) }},
	{name: "STATE", min: 8, usual: 11, get: func(j *event.Job, _ Options) string { return string(j.State) }},
	{name: "KIND", min: 6, usual: 8, get: func(j *event.Job, _ Options) string { return j.Kind }},
	{name: "TARGET", min: 6, usual: 20, get: func(j *event.Job, _ Options) string { return j.Target }},
	{name: "SOURCE", min: 6, usual: 10, drop: 5, get: func(j *event.Job, _ Options) string { return j.Source }},
	{name: "WHO", min: 3, usual: 12, drop: 3, get: func(j *event.Job, _ Options) string { return j.Actor }},
	{name: "VIA", min: 3, usual: 8, drop: 6, get: func(j *event.Job, _ Options) string { return string(j.Via) }},
	{name: "CREATED", min: 19, usual: 20, drop: 4, get: func(j *event.Job, o Options) string { return clock(j.Created, o) }},
	{name: "TOOK", min: 4, usual: 6, drop: 2, right: true, get: func(j *event.Job, o Options) string { return tookOf(j, o) }},
	{name: "WHAT", min: 8, usual: 40, drop: 1, get: func(j *event.Job, _ Options) string { return j.Brief() }},
}

// tookOf is how long a job took; nothing for one that was interrupted, because nobody
// knows when.
func tookOf(j *event.Job, o Options) string {
	if j.Started == nil || j.State == event.JobInterrupted {
		return ""
	}
	return human.Duration(j.Duration(o.Now))
}

package event

import (
	"fmt"
	"strings"
	"time"
)

// Job is a task that takes longer than a person waits for an answer: a backup, a ping.
type Job struct {
	ID     int64  `json:"id"`
	Kind   string `json:"kind"`             // backup, ping, check ...
	Source string `json:"source,omitempty"` // the organization
	Target string `json:"target,omitempty"` // as people name it: a device, a site, "org"
	// Args are what the kind needs besides.
	Args  map[string]string `json:"args,omitempty"`
	State JobState          `json:"state"`

	Actor string `json:"actor"`
	Via   Via    `json:"via"` // tui, cli, chat or schedule

	Created time.Time  `json:"created"`
	Started *time.Time `json:"started,omitempty"`
	Ended   *time.Time `json:"ended,omitempty"`

	Done  int    `json:"done,omitempty"`  // steps that are done
	Total int    `json:"total,omitempty"` // of so many; 0 when it is not known
	Doing string `json:"doing,omitempty"` // what it does just now

	// Result is what it found, in a few lines; Error why it failed.
	Result string   `json:"result,omitempty"`
	Error  string   `json:"error,omitempty"`
	Log    []string `json:"log,omitempty"` // bounded: the oldest lines leave
	// Reply is where the result is told, as chatops writes it; empty for nowhere.
	Reply string `json:"reply,omitempty"`
	// Again is how often it was interrupted and began again.
	Again int `json:"again,omitempty"`
}

// Kinds of jobs that actions start.
const (
	JobPing   = "ping"   // a device pings the address of JobArgHost
	JobFollow = "follow" // watches what becomes of a restart, or of a bounce of ports
)

// Arguments of jobs.
const (
	JobArgSite     = "site_id"
	JobArgDevice   = "device_id"
	JobArgMAC      = "mac"
	JobArgHost     = "host"
	JobArgAction   = "action"
	JobArgPorts    = "ports"
	JobArgActivity = "activity" // whose result the end of the job is
)

// JobState is how far a job is.
type JobState string

// The states of a job. Partial ended with some of its steps failed. Interrupted was
// running when its process ended, and is not safe to run again.
const (
	JobQueued      JobState = "queued"
	JobRunning     JobState = "running"
	JobDone        JobState = "done"
	JobFailed      JobState = "failed"
	JobPartial     JobState = "partial"
	JobCanceled    JobState = "canceled"
	JobInterrupted JobState = "interrupted"
)

// EventType is the type of the event about the end of a job: JOB_FAILED.
func (s JobState) EventType() string { return "JOB_" + strings.ToUpper(string(s)) }

// JobAgain ends the type of the event about a job that failed on a schedule as the one
// before it did.
const JobAgain = "_AGAIN"

// JobEnd is an event of TopicJobs as it is in the log.
type JobEnd struct {
	Job       int64    `json:"job"`
	Kind      string   `json:"kind"`
	Target    string   `json:"target,omitempty"`
	About     string   `json:"about,omitempty"` // the target and the arguments: what the job's alert is about
	What      string   `json:"what"`            // the job in words: "backup of HQ (acme)"
	State     JobState `json:"state"`
	Again     bool     `json:"again,omitempty"` // it failed on a schedule as the one before it did
	Actor     string   `json:"actor,omitempty"`
	Via       Via      `json:"via,omitempty"`
	Seconds   float64  `json:"seconds,omitempty"` // that it ran
	Timestamp float64  `json:"timestamp"`         // of its end
	Result    string   `json:"result,omitempty"`
	Error     string   `json:"error,omitempty"`
	// Workspace and Channel are the channel in whose thread the end is told to whoever
	// asked for the job there.
	Workspace string `json:"workspace,omitempty"`
	Channel   string `json:"channel,omitempty"`

	OrgID  string `json:"org_id,omitempty"`
	SiteID string `json:"site_id,omitempty"`
	Site   string `json:"site_name,omitempty"`
	MAC    MAC    `json:"mac,omitempty"`
	Device string `json:"device_name,omitempty"`
}

// Over reports whether the job has ended.
func (s JobState) Over() bool { return s != JobQueued && s != JobRunning }

// Bad reports whether people want to know of it: it did not do all it should.
func (s JobState) Bad() bool { return s == JobFailed || s == JobPartial || s == JobInterrupted }

// Duration is how long the job took, or has been running at now; 0 before it starts.
func (j *Job) Duration(now time.Time) time.Duration {
	if j.Started == nil {
		return 0
	}
	if j.Ended != nil {
		now = *j.Ended
	}
	return max(0, now.Sub(*j.Started))
}

// Brief says in one line how far the job is, why it failed, or what it found.
func (j *Job) Brief() string {
	switch {
	case j.Error != "":
		return firstLine(j.Error)
	case j.State.Over() && j.Kind == JobPing:
		return pingSummary(j.Result)
	case j.State.Over():
		return firstLine(j.Result)
	case j.Total > 0:
		return strings.TrimSpace(fmt.Sprintf("%d of %d %s", j.Done, j.Total, j.Doing))
	}
	return j.Doing
}

// pingSummary is the line that says how many packets came back, else the last one.
func pingSummary(out string) string {
	lines := strings.Split(strings.TrimSpace(out), "\n")
	for _, l := range lines {
		if strings.Contains(l, "packets transmitted") {
			return strings.TrimSpace(l)
		}
	}
	return strings.TrimSpace(lines[len(lines)-1])
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(strings.TrimSpace(s), "\n")
	return line
}

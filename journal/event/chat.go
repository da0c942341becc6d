package event

import "time"

// ChatCall is one call from a chat, as the audit keeps it: also those that were
// refused, malformed, unknown or badly signed.
type ChatCall struct {
	ID        int64     `json:"id"`
	Time      time.Time `json:"time"`
	Platform  string    `json:"platform"` // slack or mattermost
	Workspace string    `json:"workspace,omitempty"`
	Channel   string    `json:"channel,omitempty"`
	User      string    `json:"user,omitempty"`   // the id on the platform
	Person    string    `json:"person,omitempty"` // as the configuration maps the user
	Command   string    `json:"command"`          // at most 255 characters
	Outcome   string    `json:"outcome"`          // success, error, unauthorized
	Text      string    `json:"text,omitempty"`   // of the answer, or why there was none
	Job       int64     `json:"job,omitempty"`
}

// The outcomes of a call.
const (
	ChatSuccess      = "success"
	ChatError        = "error"
	ChatUnauthorized = "unauthorized"
)

// ChatRequest is a call that was accepted and must run exactly once, whatever the
// platform repeats and whenever the process ends.
type ChatRequest struct {
	Platform string    `json:"platform"`
	ID       string    `json:"id"` // of the request, envelope or event
	Accepted time.Time `json:"accepted"`
	// State is accepted, started or done. After a restart an accepted one runs; a started
	// one was interrupted.
	State  string `json:"state"`
	Call   []byte `json:"call"`             // what to run, as chatops writes it
	Answer []byte `json:"answer,omitempty"` // to one that is done, as chatops writes it
}

// The states of a request.
const (
	RequestAccepted = "accepted"
	RequestStarted  = "started"
	RequestDone     = "done"
)

// ChatProposal is a disruptive command that waits for a click: valid once, and not for long.
type ChatProposal struct {
	Nonce     string    `json:"nonce"`
	Workspace string    `json:"workspace"`
	By        string    `json:"by"` // the person who asked
	Made      time.Time `json:"made"`
	Expires   time.Time `json:"expires"`
	Call      []byte    `json:"call"` // what to run, as chatops writes it
}

// ChatLink is how a workspace of a chat is connected.
type ChatLink struct {
	Workspace string `json:"workspace"`
	Platform  string `json:"platform"`
	HTTP      bool   `json:"http"`    // requests over HTTP are taken
	Sockets   int    `json:"sockets"` // that are up
	Wanted    int    `json:"sockets_wanted"`
	Problem   string `json:"problem,omitempty"` // of the last socket, until the next is up
	// Stopped says that it is not tried again before a person has mended the problem.
	Stopped bool `json:"stopped,omitempty"`
}

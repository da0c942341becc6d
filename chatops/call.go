package chatops

import "time"

// Call is what somebody asked in a chat: a command, or a click on a button. A platform
// makes it of what it has verified; nothing in it is trusted beyond that.
type Call struct {
	Platform  string    `json:"platform"`  // slack or mattermost
	ID        string    `json:"id"`        // of the request, envelope or event: equal for repeats
	Workspace string    `json:"workspace"` // the configured name
	Channel   string    `json:"channel"`   // id
	User      string    `json:"user"`      // id on the platform
	UserName  string    `json:"user_name,omitempty"`
	Command   string    `json:"command,omitempty"` // "/foghorn"
	Text      string    `json:"text,omitempty"`    // what follows it
	At        time.Time `json:"at"`
	// Reply is where all answers but the first go, as the platform gave it. Only the
	// platform's own room reads it, and checks it before it posts there.
	Reply Reply `json:"reply"`
	// Click is set for a click: Text is empty then.
	Click *Click `json:"click,omitempty"`
}

// Reply is where a platform can answer later.
type Reply struct {
	URL    string `json:"url,omitempty"`    // response_url
	Thread string `json:"thread,omitempty"` // the message that answers hang on
}

// Click is a button that was pressed.
type Click struct {
	Action string `json:"action"` // what the button is for, as Button.Action
	Value  string `json:"value,omitempty"`
}

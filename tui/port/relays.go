package port

import "context"

// Previews says what relays would send.
type Previews interface {
	// PreviewRelays is what each configured relay would send about an alert or an event,
	// by its id. Nothing is sent. A relay of which it cannot be said has a Problem.
	PreviewRelays(ctx context.Context, id int64) ([]RelayPreview, error)
}

// RelayPreview is what one relay would send about an alert or an event.
type RelayPreview struct {
	Relay, Kind string
	Chosen      bool   // by the relay's query
	Note        string // why nothing or something else would be sent
	Hold        string // how long it waits first, to send only what still holds
	Advice      string // what the relay cannot do as it is configured
	Problem     string // why there is no preview
	Requests    []RelayRequest
}

// RelayRequest is a request to the relay's destination, with its secrets hidden.
type RelayRequest struct {
	Why         string // first, resolved; event
	Step        string // such as "post"
	Method, URL string
	Header      []string
	Body        string
	Gzip        bool   // it is compressed on its way
	Problem     string // why it cannot be made; then there is nothing else
}

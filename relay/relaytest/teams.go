package relaytest

import (
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
	"unicode/utf16"
)

// teamsMaxBytes is the size of a message that Teams documents; it counts each character
// of the text as two bytes.
const teamsMaxBytes = 28 << 10

// TeamsRate is a limit that Microsoft documents for webhooks.
type TeamsRate struct {
	Count int
	Per   time.Duration
}

// TeamsRates are the documented limits.
func TeamsRates() []TeamsRate {
	return []TeamsRate{{4, time.Second}, {60, 30 * time.Second}, {100, time.Hour}, {150, 2 * time.Hour}, {1800, 24 * time.Hour}}
}

// TeamsCard is a message that the stand-in took.
type TeamsCard struct {
	Body []byte
	Card map[string]any
	At   time.Time
	// Size is how Teams counts it.
	Size int
}

// Teams stands in for a Workflow of Microsoft Teams, or for one of the connectors that
// Workflows replace. It enforces the signature, the size and the rates. Like a Workflow
// it answers 202 with nothing before it looks at the card, so a wrong card is never
// refused: it is in Lost, and people never see it.
type Teams struct {
	Faults
	now func() time.Time

	mu    sync.Mutex
	cards []TeamsCard
	lost  []string
	times []time.Time
	set   TeamsSettings
}

// TeamsSettings is how the Workflow is set up.
type TeamsSettings struct {
	Signature string // the parameter sig of its address
	Off       bool   // turned off by its owner
	Deleted   bool
	SignIn    bool // not anyone may trigger it
	Connector bool // it is an old connector, which reports throttling as 200
	Unlimited bool // the rates are not enforced
}

// NewTeams returns a Workflow.
func NewTeams(now func() time.Time) *Teams {
	return &Teams{now: now, set: TeamsSettings{Signature: "made-up-signature"}}
}

// Set changes the settings.
func (t *Teams) Set(change func(*TeamsSettings)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.set)
}

// Cards returns what people see, in order.
func (t *Teams) Cards() []TeamsCard {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.cards)
}

// Lost returns why cards that were answered with 202 were never posted.
func (t *Teams) Lost() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.lost)
}

// ServeHTTP answers as a Workflow does.
func (t *Teams) ServeHTTP(w http.ResponseWriter, r *http.Request) { t.Through(w, r, t.serve) }

func (t *Teams) serve(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	t.mu.Lock()
	defer t.mu.Unlock()
	size := teamsSize(r.Header.Get("Content-Type"), body)
	switch {
	case t.set.Deleted:
		teamsError(w, http.StatusNotFound, "WorkflowNotFound", "The workflow could not be found.")
	case r.Method != http.MethodPost:
		teamsError(w, http.StatusNotFound, "TriggerNotFound", "The trigger takes POST.")
	case t.set.SignIn || r.URL.Query().Get("sig") == "":
		teamsError(w, http.StatusUnauthorized, "DirectApiAuthorizationRequired", "The request must be authenticated only by Shared Access scheme.")
	case r.URL.Query().Get("sig") != t.set.Signature:
		teamsError(w, http.StatusUnauthorized, "AuthorizationFailed", "The signature is not valid.")
	case t.set.Off:
		teamsError(w, http.StatusBadRequest, "WorkflowTriggerIsNotEnabled", "Could not execute workflow trigger as it is not enabled.")
	case err != nil || !json.Valid(body):
		teamsError(w, http.StatusBadRequest, "InvalidRequestContent", "The request content is not valid JSON.")
	case !t.set.Unlimited && t.over():
		t.throttle(w)
	case size > teamsMaxBytes:
		teamsError(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "The message is larger than 28 KB.")
	default:
		t.take(body, size)
		if t.set.Connector {
			_, _ = io.WriteString(w, "1")
			return
		}
		w.WriteHeader(http.StatusAccepted)
	}
}

func teamsError(w http.ResponseWriter, status int, code, text string) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]any{"error": map[string]string{"code": code, "message": text}})
}

func (t *Teams) throttle(w http.ResponseWriter) {
	if t.set.Connector {
		_, _ = io.WriteString(w, "Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error 429 with ContextId tcid=0")
		return
	}
	w.Header().Set("Retry-After", strconv.Itoa(int(time.Minute.Seconds())))
	teamsError(w, http.StatusTooManyRequests, "WorkflowRunActionRepetitionQuotaExceeded", "Too many requests.")
}

// teamsSize counts two bytes a character; without a charset, each byte of the text is
// taken for a character.
func teamsSize(contentType string, body []byte) int {
	if _, params, err := mime.ParseMediaType(contentType); err != nil || !strings.EqualFold(params["charset"], "utf-8") {
		return 2 * len(body)
	}
	return 2 * len(utf16.Encode([]rune(string(body))))
}

// over counts a message against all rates.
func (t *Teams) over() bool {
	now := t.now()
	for _, r := range TeamsRates() {
		n := 0
		for _, at := range t.times {
			if now.Sub(at) < r.Per {
				n++
			}
		}
		if n >= r.Count {
			return true
		}
	}
	t.times = append(t.times, now)
	return false
}

// take looks at a message as the Workflow does after its answer.
func (t *Teams) take(body []byte, size int) {
	card, why := teamsCard(body)
	if why != "" {
		t.lost = append(t.lost, why)
		return
	}
	t.cards = append(t.cards, TeamsCard{slices.Clone(body), card, t.now(), size})
}

// teamsCard finds the card of a message, and what is wrong with it.
func teamsCard(body []byte) (content map[string]any, why string) {
	var m struct {
		Type        string `json:"type"`
		Attachments []struct {
			ContentType string         `json:"contentType"`
			Content     map[string]any `json:"content"`
		} `json:"attachments"`
	}
	switch err := json.Unmarshal(body, &m); {
	case err != nil:
		return nil, err.Error()
	case m.Type != "message" || len(m.Attachments) != 1:
		return nil, "it is not a message with one attachment"
	case m.Attachments[0].ContentType != "application/vnd.microsoft.card.adaptive":
		return nil, "the attachment is not an Adaptive Card"
	}
	content = m.Attachments[0].Content
	version, _ := content["version"].(string)
	switch elements, _ := content["body"].([]any); {
	case content["type"] != "AdaptiveCard":
		return nil, "the content is not an AdaptiveCard"
	case version == "" || version > "1.4":
		return nil, fmt.Sprintf("version %q is not safe in Teams", version)
	case len(elements) == 0:
		return nil, "the card is empty"
	default:
		why = teamsElements(elements)
	}
	if why == "" {
		why = teamsActions(content["actions"])
	}
	return content, why
}

package webhook

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/template"
	"time"

	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/relay"
)

// maxTemplate bounds a template: a file of another kind, named by mistake, is larger.
const maxTemplate = 256 << 10

// body writes bodies: by a template, or the item's JSON.
type body struct {
	template *template.Template // nil for the item's JSON
	json     bool               // the output must be JSON
}

var errNotJSON = errors.New("the template's output is not JSON: write values as {{json .Notice.Title}}, without quotes around them")

// newBody reads a template, and tries it with items that have everything and with items
// that have next to nothing, so that a mistake in it is found now and not at night.
func newBody(file string, events, isJSON bool) (*body, error) {
	b := &body{json: isJSON}
	if file == "" {
		if !isJSON {
			return nil, errors.New("content_type is not JSON, and so needs a template_file: without one the body is JSON")
		}
		return b, nil
	}
	text, err := readTemplate(file)
	if err != nil {
		return nil, fmt.Errorf("template_file: %w", err)
	}
	b.template, err = template.New(filepath.Base(file)).Funcs(functions).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("template_file %s: %w", file, err)
	}
	for _, item := range samples(events) {
		if _, err := b.of(&item); err != nil {
			return nil, fmt.Errorf("template_file %s: %w", file, err)
		}
	}
	return b, nil
}

func readTemplate(file string) (string, error) {
	f, err := os.Open(file)
	if err != nil {
		return "", err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, maxTemplate+1))
	if err == nil && len(text) > maxTemplate {
		err = fmt.Errorf("%s is larger than %d kB: is it a template?", file, maxTemplate>>10)
	}
	return string(text), err
}

// functions are what templates have beside those of text/template.
var functions = template.FuncMap{
	"json": toJSON,
	"line": func(s string) string { return safetext.Line(s) },
}

// toJSON is a value as JSON: the item in its documented form, and an element as it came.
func toJSON(v any) (string, error) {
	var text []byte
	var err error
	switch v := v.(type) {
	case *relay.Item:
		text, err = v.JSON()
	case json.RawMessage:
		text = v
		if v == nil {
			text = []byte("null")
		}
	default:
		text, err = relay.Compact(v)
	}
	return string(text), err
}

// of writes the body for one item.
func (b *body) of(item *relay.Item) ([]byte, error) {
	if b.template == nil {
		text, err := item.JSON()
		if err == nil && len(text) > maxBody {
			err = fmt.Errorf("the item has %d bytes, more than the %d that are sent; a template_file can leave its element out", len(text), maxBody)
		}
		return text, err
	}
	var out bounded
	if err := b.template.Execute(&out, item); err != nil {
		return nil, err
	}
	if b.json && !json.Valid(out.Bytes()) {
		return nil, errNotJSON
	}
	return out.Bytes(), nil
}

// bounded is a buffer that takes no more than maxBody.
type bounded struct{ bytes.Buffer }

func (b *bounded) Write(p []byte) (int, error) {
	if b.Len()+len(p) > maxBody {
		return 0, fmt.Errorf("the template's output is longer than %d bytes", maxBody)
	}
	return b.Buffer.Write(p)
}

// samples are items that a template must bear. Their texts have what breaks JSON.
func samples(events bool) []relay.Item {
	const text = "a \"text\" \\ with\na line break"
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	full := event.Event{ID: event.ID(1, 0), Time: at, Received: at, Source: text, Via: event.ViaWebhook, Topic: text, Type: text, Severity: event.Warn,
		OrgID: text, SiteID: text, Site: text, DeviceMAC: "5c5b35000001", Device: text, DeviceType: text, ClientMAC: "70ef00710001", Client: text,
		SSID: text, Text: text, Raw: json.RawMessage(`{"type": 1.0}`)}
	if events {
		return []relay.Item{{Event: &full}, {Event: &event.Event{ID: event.ID(1, 0), Time: at}}}
	}
	alert := event.Alert{ID: event.ID(1, 0), Key: text, Source: text, Kind: text, Severity: event.Warn, State: event.Open, Title: text,
		OrgID: text, SiteID: text, Site: text, DeviceMAC: "5c5b35000001", Device: text, Opened: at, LastSeen: at, Count: 1}
	over := alert
	over.State, over.Resolved, over.AckedAt, over.Owner, over.Note = event.Resolved, &at, &at, text, text
	notice := func(why relay.Why, e *event.Event, alerts ...event.Alert) relay.Item {
		return relay.Item{Notice: &relay.Notice{Why: why, Alerts: alerts, N: 1, Steps: 1, Step: "opened", Time: at, Actor: text, Reason: text,
			Summary: text, Link: text, Now: at, Event: e}}
	}
	return []relay.Item{notice(relay.First, &full, alert), notice(relay.Resolved, nil, over), notice(relay.Worse, &full, alert, over)}
}

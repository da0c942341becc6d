package decode

import (
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// SetDeviceName gives an event the name of its device when its element had none: in
// Device, and in its sentences in place of the MAC, so that they read as if the name
// had come with the event. "AP 5c:5b:35:00:00:01 down" becomes "AP lobby down",
// or "ap-lobby down" when the name says the type already. It does nothing when the
// event has a name, or no MAC.
func SetDeviceName(e *event.Event, name string) {
	if name == "" || e.Device != "" || e.DeviceMAC == "" {
		return
	}
	e.Device = safetext.Clip(name, maxName)
	unnamed, named, mac := label(e.DeviceType, "", e.DeviceMAC), deviceLabel(e), e.DeviceMAC.String()
	rewriteTexts(e, func(s string) string {
		if !strings.Contains(s, mac) {
			return s
		}
		head := ""
		if rest, ok := strings.CutPrefix(s, unnamed); ok {
			head, s = named, rest
		}
		return head + strings.NewReplacer(unnamed, deviceInSentence(e), mac, e.Device).Replace(s)
	})
}

// SetClientName gives an event the name of its client when its element had none: in
// Client, and in front of the MAC in its sentences, as for clients that come with a
// name.
func SetClientName(e *event.Event, name string) {
	if name == "" || e.Client != "" || e.ClientMAC == "" {
		return
	}
	e.Client = safetext.Clip(name, maxName)
	mac, named := e.ClientMAC.String(), clientLabel(e)
	rewriteTexts(e, func(s string) string { return strings.Replace(s, mac, named, 1) })
}

// rewrite changes the sentences of an event, within their bounds.
func rewriteTexts(e *event.Event, change func(string) string) {
	e.Text = safetext.Clip(change(e.Text), maxText)
	if s := e.Signal; s != nil {
		s.Title = safetext.Clip(change(s.Title), maxText)
		s.Over = safetext.Clip(change(s.Over), maxText)
	}
}

// SetOutage adds to the sentence of an event that ended an outage how long that lasted
// and how the device restarted meanwhile: "AP lobby up" becomes "AP lobby up after 6m12s;
// restarted: power cycle".
func SetOutage(e *event.Event) {
	s := e.Signal
	if s == nil || s.Over == "" || e.Outage.Lasted < time.Second {
		return
	}
	before, after, found := strings.Cut(e.Text, s.Over)
	if !found {
		return
	}
	over := s.Over + " after " + human.Duration(e.Outage.Lasted)
	e.Text = safetext.Clip(before+over+prefixed("; ", e.Outage.Restarted)+after, maxText)
}

package condition

import (
	"testing"
	"unicode/utf8"

	"foghorn/journal/event"
)

// Whatever a device says: reading it breaks nothing, reads alike twice, and an
// object is alike itself.
func FuzzObject(f *testing.F) {
	for _, c := range tellings {
		for _, text := range c.texts {
			f.Add(c.eventType, text, "")
		}
		for _, fields := range c.fields {
			f.Add(c.eventType, "", fields[1])
		}
	}
	f.Add("SW_?_DOWN", "a (b, c) (d", "::%\x00")
	f.Fuzz(func(t *testing.T, eventType, text, value string) {
		stem, _ := Device(eventType)
		k := Of(stem)
		k.DirectionOf(text)
		get := func(...string) string { return value }
		object := k.Object(get, text)
		if object != k.Object(get, text) || object != "" && !event.SameObject(object, object) {
			t.Errorf("%s %q %q: object %q", eventType, text, value, object)
		}
		if utf8.ValidString(text) && utf8.ValidString(value) && !utf8.ValidString(object) {
			t.Errorf("%q is not UTF-8", object)
		}
	})
}

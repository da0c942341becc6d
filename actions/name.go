package actions

import (
	"cmp"
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"foghorn/journal/event"
)

// maxName bounds a name. Mist documents no limit; a longer one is cut by most of
// what shows it, and is a slip of the clipboard more often than meant.
const maxName = 64

// ErrSameName means that a device is called that already.
var ErrSameName = errors.New("it has that name already")

// checkName says why a name cannot be given at all.
func checkName(name string) error {
	switch {
	case strings.TrimSpace(name) == "":
		return errors.New("a device needs a name; this one is empty")
	case name != strings.TrimSpace(name):
		return errors.New("the name begins or ends with blanks")
	case !utf8.ValidString(name):
		return errors.New("the name is not UTF-8")
	case utf8.RuneCountInString(name) > maxName:
		return fmt.Errorf("the name has %d characters, more than the %d that are allowed", utf8.RuneCountInString(name), maxName)
	}
	for _, r := range name {
		if !unicode.IsGraphic(r) {
			return fmt.Errorf("the name holds a character that cannot be seen (%U)", r)
		}
	}
	return nil
}

// checkDevice says why a device cannot be renamed.
func checkDevice(d event.Device, name string) error {
	switch {
	case d.MAC == "":
		return errors.New("no device: its MAC is not known")
	case d.Name == name:
		return ErrSameName
	case d.SiteID == "":
		return errors.New("the device is assigned to no site, and Mist renames only devices of a site; assign it first")
	}
	return nil
}

// collision names the other device of the organization with that name, if
// there is one. Mist allows it; people rarely want it.
func collision(devices []event.Device, d event.Device, name string) string {
	for _, o := range devices {
		if o.MAC == d.MAC || !strings.EqualFold(o.Name, name) {
			continue
		}
		where := o.Site
		if where == "" {
			where = o.SiteID
		}
		if where == "" {
			where = "no site"
		}
		return fmt.Sprintf("%s %s at %s has that name already", cmp.Or(o.Type, "device"), o.MAC, where)
	}
	return ""
}

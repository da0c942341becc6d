package agent

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// A device's command line treats pasted text as typed: a TAB completes, ctrl+C
// and ctrl+U delete the line so far, and ESC begins a key sequence. The device
// would silently get another configuration, or none. So these checks refuse text
// that cannot be pasted unchanged, with the reason.

// CheckSecret returns why the secret cannot be configured on a device, or nil. The
// error completes a sentence whose subject is the secret, and does not contain it.
func CheckSecret(secret string) error {
	if err := pasted(secret); err != nil {
		return err
	}
	if strings.TrimSpace(secret) != secret {
		return errors.New("begins or ends with a space, which typing or copying loses")
	}
	return nil
}

// CheckUser returns why a device cannot have a user of this name, or nil.
func CheckUser(name string) error {
	ok := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.@", r)
	}
	if name == "" || strings.HasPrefix(name, "-") || strings.ContainsFunc(name, func(r rune) bool { return !ok(r) }) {
		return fmt.Errorf("%q is not a valid user name on a device", name)
	}
	return nil
}

// CheckURL returns why the agent cannot post to the URL, or nil.
func CheckURL(text string) error {
	u, err := url.Parse(text)
	scheme, _, _ := strings.Cut(text, ":")
	const begins = "begins with http:// or https://"
	switch {
	case err == nil && scheme != u.Scheme && (u.Scheme == "http" || u.Scheme == "https"):
		return fmt.Errorf("%q: the agent needs a URL that %s in lower case", text, begins)
	case err != nil && pasted(text) != nil:
		return fmt.Errorf("%q %w", text, pasted(text))
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "":
		return fmt.Errorf("%q is not a URL that %s and a host", text, begins)
	case pasted(text) != nil:
		return fmt.Errorf("%q %w", text, pasted(text))
	case strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || r == '\\' }):
		return fmt.Errorf("%q contains a space, a backslash or a non-ASCII character: write it as %%XX", text)
	case u.User != nil || strings.Contains(text, "#"):
		return fmt.Errorf("%q must be a plain URL, without user or #", text)
	case u.Port() != "" && !isPort(u.Port()):
		return fmt.Errorf("%q: %s is not a port", text, u.Port())
	}
	return nil
}

func isPort(s string) bool {
	n, err := strconv.Atoi(s)
	return err == nil && n >= 1 && n <= 65535
}

// pasted returns why a text cannot be pasted into a device's configuration, or nil.
func pasted(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("is not UTF-8, and a device's configuration accepts nothing else")
	}
	for _, r := range s {
		switch {
		case unicode.IsControl(r):
			return fmt.Errorf("contains %s, which a device's command line treats as a key press", controlName(r))
		case r == '"' || r == '\'' || r == '`':
			return fmt.Errorf("contains a quotation mark (%c): devices and their agents remove it, and would sign with a different secret", r)
		case r != ' ' && !unicode.IsPrint(r):
			return fmt.Errorf("contains the invisible character %U", r)
		}
	}
	return nil
}

// controlName names a control character by its key.
func controlName(r rune) string {
	switch r {
	case 0:
		return "a NUL"
	case '\t':
		return "a TAB"
	case '\n', '\r':
		return "the end of a line"
	case 0x1b:
		return "an ESC"
	case 0x7f:
		return "a DEL"
	}
	if r < ' ' {
		return fmt.Sprintf("a ctrl+%c", r+'@')
	}
	return fmt.Sprintf("the control character %U", r)
}

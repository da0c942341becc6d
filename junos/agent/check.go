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

// What is pasted into a device's command line is typed there: a TAB completes,
// ctrl+C and ctrl+U throw away what stands before them, and ESC begins a key. The
// device would be configured with something else, or with nothing, and say so
// nowhere. So what cannot be pasted as it is gets refused here, with the reason.

// CheckSecret says why a device cannot be given the secret; nil when it can. The
// error goes on where a sentence has named the secret, and does not repeat it.
func CheckSecret(secret string) error {
	if err := pasted(secret); err != nil {
		return err
	}
	if strings.TrimSpace(secret) != secret {
		return errors.New("begins or ends with a blank, which is lost where it is typed or copied")
	}
	return nil
}

// CheckUser says why a device cannot have such a user; nil when it can.
func CheckUser(name string) error {
	ok := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.@", r)
	}
	if name == "" || strings.HasPrefix(name, "-") || strings.ContainsFunc(name, func(r rune) bool { return !ok(r) }) {
		return fmt.Errorf("%q is not a valid user name on a device", name)
	}
	return nil
}

// CheckURL says why the agent cannot post to the URL; nil when it can.
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
		return fmt.Errorf("%q has a blank, a backslash or a letter beyond ASCII in it: write it as %%XX", text)
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

// pasted says what in a text cannot be pasted into a device's configuration.
func pasted(s string) error {
	if !utf8.ValidString(s) {
		return errors.New("is not UTF-8, and a device's configuration accepts nothing else")
	}
	for _, r := range s {
		switch {
		case unicode.IsControl(r):
			return fmt.Errorf("has %s in it, which a device's command line treats as a key press", controlName(r))
		case r == '"' || r == '\'' || r == '`':
			return fmt.Errorf("has a quotation mark in it (%c): devices and their agents remove it, and would sign with something else", r)
		case r != ' ' && !unicode.IsPrint(r):
			return fmt.Errorf("has the invisible character %U in it", r)
		}
	}
	return nil
}

// controlName calls a control character by its key.
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

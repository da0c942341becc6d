package config

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"
)

// secret checks the text of a secret. One that a file, a variable or a program gives
// is checked when it is fetched.
func (c *relayCheck) secret(key string, check func(text string) (problem, advice string)) {
	at := c.path + "." + key
	src, ok := c.sources[at]
	if !ok {
		return
	}
	src.check = check
	c.sources[at] = src
	if src.how == inline {
		c.checkText(c.r, src, src.text)
	}
}

// checkServiceURL returns what is wrong with the address of a service, or unwise. Its
// texts do not contain the address, which may be a secret.
func checkServiceURL(text string) (problem, advice string) {
	const exposed = "credentials and messages would cross the network in clear text; "
	u, err := url.Parse(text)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		return "is not an address that begins with https://", ""
	case u.User != nil:
		return "must not contain a user or password; they have keys of their own", ""
	case strings.Contains(text, "#"):
		return "must not contain #", ""
	case u.Scheme == "https" || loopbackHost(u.Hostname()):
		return "", ""
	case privateHost(u.Hostname()):
		return "", exposed + "use https://"
	}
	return exposed + "use https:// (http:// is for this machine, and for private addresses such as 10.0.0.1)", ""
}

// privateHost reports whether a host is an address of a private network.
func privateHost(host string) bool {
	a, err := netip.ParseAddr(host)
	return err == nil && (a.Unmap().IsPrivate() || a.IsLinkLocalUnicast())
}

// checkDSN returns what is wrong with the name of a database, without quoting it.
func checkDSN(text string) (problem, advice string) {
	scheme, rest, ok := strings.Cut(text, "://")
	if !ok || rest == "" || !slices.Contains([]string{"postgres", "postgresql", "mysql", "mariadb"}, scheme) {
		return "is not a URL that begins with postgres:// or mysql://", ""
	}
	return "", ""
}

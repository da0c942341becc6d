package config

import (
	"net/netip"
	"net/url"
	"strings"
)

// url checks the address of a service. One that a file, a variable or a program gives
// is checked when it is fetched.
func (c *relayCheck) url() {
	src, ok := c.sources[c.path+".url"]
	if !ok {
		return
	}
	src.check = checkServiceURL
	c.sources[c.path+".url"] = src
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

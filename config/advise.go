package config

import (
	"fmt"
	"io/fs"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"unicode"
)

// Advise adds warnings about the files in the configuration, the data directory
// and the fetched secrets: who else can read or change them, and whether they are
// easy to guess.
func (c *Config) Advise(dataDir string) {
	c.adviseFiles()
	c.adviseListener()
	c.adviseSecrets()
	c.adviseRelays()
	c.adviseJournal(dataDir)
}

// adviseFiles checks the configuration file, the files of secrets and the TLS key.
func (c *Config) adviseFiles() {
	if c.File != "" {
		c.adviseMode("", c.File, c.holdsSecrets(), "this file")
	}
	for _, at := range sorted(c.sources) {
		if src := c.sources[at]; src.how == fromFile {
			c.adviseMode(src.path, src.text, true, src.text)
		}
	}
	if c.Listen.TLSKeyFile != "" {
		c.adviseMode("listen.tls_key_file", c.Listen.TLSKeyFile, true, c.Listen.TLSKeyFile)
	}
}

// holdsSecrets reports whether the file itself contains a secret.
func (c *Config) holdsSecrets() bool {
	for _, src := range c.sources {
		if src.how == inline {
			return true
		}
	}
	return len(c.headerSecrets()) > 0
}

// adviseMode warns if others than its owner can read or change a file. Group read
// access is fine for a file of another user, such as root's key for a service's
// group: the owner granted it, and foghorn is in the group.
func (c *Config) adviseMode(at, path string, private bool, what string) {
	info, err := os.Stat(path)
	if err != nil {
		return // reported where it is read, or by the listener at start
	}
	mode := info.Mode().Perm()
	switch {
	case mode&0o022 != 0:
		c.warn(at, "%s may change %s (mode %04o); run: chmod go-w %s", others(mode, 0o002), what, mode, path)
	case private && mode&0o004 != 0:
		c.warn(at, "%s may read %s (mode %04o) and it holds a secret; run: chmod go= %s", others(mode, 0o004), what, mode, path)
	case private && mode&0o040 != 0 && ownedByUs(info):
		c.warn(at, "%s may read %s (mode %04o) and it holds a secret; run: chmod g= %s", others(mode, 0o004), what, mode, path)
	}
}

// others names who has access by a mode; all is the bit for everyone.
func others(mode, all fs.FileMode) string {
	if mode&all != 0 {
		return "everybody on this machine"
	}
	return "everybody in the file's group"
}

// adviseJournal warns if others can read the data directory. foghorn creates it
// and its files with access for the owner only, but existing ones keep their
// modes.
func (c *Config) adviseJournal(dir string) {
	info, err := os.Stat(dir)
	if err != nil {
		return
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		c.warn("data_dir", "%s may read the data directory %s (mode %04o): the journal holds names, addresses and bodies; run: chmod go= %s",
			others(mode, 0o007), dir, mode, dir)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	var open []string
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
			open = append(open, fmt.Sprintf("%s (%04o)", entry.Name(), info.Mode().Perm()))
		}
	}
	if len(open) > 0 {
		c.warn("data_dir", "users other than the owner may open %s in %s; run: chmod go= %s", strings.Join(open, ", "), dir, filepath.Join(dir, "*"))
	}
}

// adviseListener warns about access that is open to everyone.
func (c *Config) adviseListener() {
	for i, p := range c.Listen.TrustedProxies {
		at := element("listen.trusted_proxies", i)
		switch wide := !private(p); {
		case p.Bits() == 0:
			c.warn(at, "%s covers every address: anybody could forge X-Forwarded-For; list only the proxies", p)
		case wide && (p.Addr().Is4() && p.Bits() < 16 || p.Addr().Is6() && p.Bits() < 32):
			c.warn(at, "%s covers a large part of the Internet, and anybody in it could forge X-Forwarded-For; list only the proxies", p)
		}
	}
	if c.Listen.Loopback() {
		return
	}
	for i, m := range c.Mist {
		c.adviseUnsigned(element("mist", i), "webhook_secret", m.AllowUnsigned)
	}
	for i, j := range c.Junos {
		c.adviseUnsigned(element("junos", i), "secret", j.AllowUnsigned)
	}
}

// private reports whether a range lies within the private address ranges.
func private(p netip.Prefix) bool {
	last := p.Addr().As16()
	bits := p.Bits()
	if p.Addr().Is4() {
		bits += 96
	}
	for i := bits; i < 128; i++ {
		last[i/8] |= 1 << (7 - i%8)
	}
	end := netip.AddrFrom16(last).Unmap()
	inside := func(a netip.Addr) bool { return a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() }
	return inside(p.Addr().Unmap()) && inside(end)
}

func (c *Config) adviseUnsigned(path, key string, allowed bool) {
	if allowed && !c.given(path+"."+key) {
		c.warn(path+".allow_unsigned", "anybody who can reach listen.address %q can post anything, because nothing is signed; set %s", c.Listen.Address, key)
	}
}

// weakSecret is the length in characters below which a signing secret is short.
// With one signed body an attacker can try millions of secrets a second.
const weakSecret = 16

// adviseSecrets warns about secrets that are easy to guess, that two senders share,
// or that contain invisible characters.
func (c *Config) adviseSecrets() {
	first := map[string]string{} // where each secret appears first, by its text
	for _, at := range sorted(c.sources) {
		src := c.sources[at]
		text := src.secret.Reveal()
		if text == "" {
			continue
		}
		if strings.TrimFunc(text, unicode.IsSpace) != text {
			c.warn(src.path, "begins or ends with a space, which is part of it; is that intended?")
		}
		if signs(at) && weak(text) {
			c.warn(src.path, "is easy to guess: it is short or repetitive; make another with: openssl rand -hex 32")
		}
		if relayed(at) {
			continue // several relays may post with one token
		}
		if other, shared := first[text]; shared {
			c.warn(src.path, "is the same secret as %s: whoever has one has both", other)
			continue
		}
		first[text] = fmt.Sprintf("%s in line %d", withoutIndexes(at), c.where.find(src.path).line)
	}
}

// signs reports whether the secret at a path signs deliveries. Mist issues the
// others, or they sign nothing that strangers can see.
func signs(at string) bool { return strings.HasSuffix(at, "secret") }

// relayed reports whether the secret at a path is one that a relay shows to a service.
func relayed(at string) bool { return strings.HasPrefix(at, "relay[") && !signs(at) }

// weak reports whether a secret is short, or made of few different characters.
func weak(text string) bool {
	different := map[rune]bool{}
	for _, r := range text {
		different[r] = true
	}
	return len(text) < weakSecret || len(different) < 6
}

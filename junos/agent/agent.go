// Package agent is the event script that runs on Junos devices: its text, its
// checksum, and the configuration that installs it.
//
// Callers may rely on this: the script is one file of Python 3 that needs the
// standard library only, and Checksum is that of the bytes Script returns, so
// that a configuration printed by one foghorn fits the script printed by it.
package agent

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"regexp"
)

// File is what the script is called on the device: its configuration names it
// twice, and both must be the same.
const File = "junos-agent.py"

//go:embed junos-agent.py
var script []byte

// Script returns the script. The caller owns the copy.
func Script() []byte { return append([]byte(nil), script...) }

// Checksum returns the SHA-256 of the script in hex, as "file checksum sha-256"
// on the device prints it.
func Checksum() string {
	sum := sha256.Sum256(script)
	return hex.EncodeToString(sum[:])
}

var versionLine = regexp.MustCompile(`(?m)^VERSION = "([^"]+)"$`)

// Version returns the script's version, which it sends with every post.
func Version() string {
	m := versionLine.FindSubmatch(script)
	if m == nil {
		return "" // a test holds the script to having one
	}
	return string(m[1])
}

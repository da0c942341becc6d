// Package agent provides the event script that runs on Junos devices: its text,
// its checksum, and the configuration that installs it.
//
// Callers may rely on this: the script is one Python 3 file that needs only the
// standard library, and Checksum is the checksum of the bytes that Script
// returns, so that the configuration and the script of one foghorn match.
package agent

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"regexp"
)

// File is the script's file name on the device. The configuration contains it
// twice, and both must match.
const File = "junos-agent.py"

//go:embed junos-agent.py
var script []byte

// Script returns the script. The caller owns the copy.
func Script() []byte { return append([]byte(nil), script...) }

// Checksum returns the SHA-256 of the script in hex, in the format of the device's
// "file checksum sha-256".
func Checksum() string {
	sum := sha256.Sum256(script)
	return hex.EncodeToString(sum[:])
}

var versionLine = regexp.MustCompile(`(?m)^VERSION = "([^"]+)"$`)

// Version returns the script's version, which every post contains.
func Version() string {
	m := versionLine.FindSubmatch(script)
	if m == nil {
		return "" // cannot happen: a test checks that the script has a version
	}
	return string(m[1])
}

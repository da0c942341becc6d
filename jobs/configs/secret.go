package configs

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"foghorn/internal/privatefile"
)

// digestPrefix begins what stands in a file for a secret.
const digestPrefix = "secret:hmac-sha256:"

// IsDigest reports whether a text of a file stands for a secret.
func IsDigest(text string) bool { return strings.HasPrefix(text, digestPrefix) }

// Masked reports whether a text is what the cloud shows in place of a secret. Nobody
// can restore it.
func Masked(text string) bool {
	return len(text) >= 3 && strings.Trim(text, "*") == ""
}

// publicNames look like secrets and are none.
var publicNames = map[string]bool{
	"dynamic_psk": true, "allow_ping": true, "key_idx": true, "multi_psk_only": true, "oauth2_token_url": true,
	"passphrase_enabled": true, "passphrase_expire": true, "enable_local_keycaching": true, "keywrap_enabled": true,
	"keywrap_format": true, "private_key_id": true, "password_policy": true, "key_id": true, "public_key": true,
	"max_psk": true, "psk_type": true, "psk_vlan_id": true, "hide_psks_created_by_other_admins": true,
	"passphrase_rules": true, "notify_expiry": true, "token_ttl": true, "community_vlan_id": true,
}

// secretName matches the names of fields that hold secrets, the names of site variables
// too. A name that is taken for a secret by mistake costs a readable line; one that is
// missed would cost the secret.
var secretName = regexp.MustCompile(`(?i)(^|_)(secret|password|passwd|passphrase|psk|ppsk|token|keys?|private_key|kek|mack|magic|community_name)($|_?\d+$)` +
	`|(?i)secret|password|passwd|passphrase|api_?key|auth_?key|private_?key|access_?key|(^|_)psk_|token`)

// flagName matches names that say something about a secret without being one.
var flagName = regexp.MustCompile(`(?i)(^|_)(enabled?|disabled?|required|expir\w*|format|length|type|url|idx|interval|timeout|policy)$`)

// IsSecretName reports whether a field of this name holds a secret in every type.
func IsSecretName(name string) bool {
	if known, ok := knownNames.Load(name); ok {
		return known.(bool)
	}
	is := isSecretName(name)
	if knownCount.Load() < 10_000 { // names may come from outside
		knownCount.Add(1)
		knownNames.Store(name, is)
	}
	return is
}

// knownNames remembers what the patterns said: most objects have the same names.
var (
	knownNames sync.Map
	knownCount atomic.Int64
)

func isSecretName(name string) bool {
	return secretName.MatchString(name) && !publicNames[strings.ToLower(name)] && !flagName.MatchString(name) && !publicKeys[name]
}

// publicKeys are lists of keys that are public by their nature.
var publicKeys = map[string]bool{"ssh_keys": true, "admin_sshkeys": true}

// digester returns what turns a secret of an object into its digest. The object's place
// is part of it: whoever may write to one object cannot confirm a guess about another.
func (s *Store) digester(p Path) func(field, value string) string {
	return func(field, value string) string {
		m := hmac.New(sha256.New, s.key)
		fmt.Fprintf(m, "%s\x00%s\x00%s", p, field, value)
		return digestPrefix + hex.EncodeToString(m.Sum(nil)[:16])
	}
}

// link keeps what a URL needs to be recognized: user, password and the values of its
// query become digests.
func (c *cleaner) link(name, text string) string {
	u, err := url.Parse(text)
	if err != nil || u.User == nil && u.RawQuery == "" {
		return text
	}
	if u.User != nil {
		u.User = url.User(c.digest(name, u.User.String()))
	}
	if u.RawQuery != "" {
		u.RawQuery = c.digest(name, u.RawQuery)
	}
	return u.String()
}

// commandSecret finds the secrets in a Junos set command: what follows a word that
// announces one.
var commandSecret = regexp.MustCompile(`\b(encrypted-password|plain-text-password-value|authentication-key|authentication-password|privacy-password|` +
	`pre-shared-key (?:ascii-text|hexadecimal)|simple-password|secret|password|passphrase|community-name|snmp community|trap-group|authentication-md5|` +
	`md5 \d+ key|key-chain \S+ key \d+ secret|authorization-key|shared-secret|cak)( +)("(?:[^"\\]|\\.)*"|\S+)`)

func (c *cleaner) command(name, text string) string {
	return commandSecret.ReplaceAllStringFunc(text, func(found string) string {
		m := commandSecret.FindStringSubmatch(found)
		if IsDigest(m[3]) {
			return found
		}
		return m[1] + m[2] + c.digest(name, m[3])
	})
}

// loadKey reads the key of the digests, and makes it when it is not there.
func loadKey(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		key := make([]byte, 32)
		_, _ = rand.Read(key) // never fails
		return key, privatefile.Replace(path, []byte(hex.EncodeToString(key)+"\n"))
	}
	if err != nil {
		return nil, fmt.Errorf("the key for the digests of secrets: %w", err)
	}
	key, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil || len(key) < 16 {
		return nil, fmt.Errorf("%s does not hold a key; move it away, and the next backup creates a new one: every secret then shows as changed once", path)
	}
	return key, nil
}

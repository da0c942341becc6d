package chatops

import (
	"bytes"
	"cmp"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"strings"

	"foghorn/config"
	"foghorn/journal/store"
)

// KeyFile holds the key that encrypts the secrets of managed settings.
const KeyFile = "chatops.key"

// sealed marks a value that is encrypted.
const sealed = "sealed:"

// seal encodes a setting, with its secrets encrypted.
func (s *Settings) seal(m *config.Managed) ([]byte, error) {
	values := maps.Clone(m.Values)
	for _, name := range secretKeys {
		text, ok := values[name].(string)
		if !ok {
			continue
		}
		box, err := s.box()
		if err != nil {
			return nil, err
		}
		nonce := make([]byte, box.NonceSize())
		_, _ = rand.Read(nonce) // it never fails
		values[name] = sealed + base64.StdEncoding.EncodeToString(box.Seal(nonce, nonce, []byte(text), about(m, name)))
	}
	return json.Marshal(values)
}

// about binds a secret to its place, so that it cannot be moved to another.
func about(m *config.Managed, name string) []byte {
	return []byte(m.Table + "\x00" + m.Key() + "\x00" + name)
}

func (s *Settings) unseal(row store.Managed) (config.Managed, error) {
	m := config.Managed{Table: row.Kind}
	d := json.NewDecoder(bytes.NewReader(row.Data))
	if err := d.Decode(&m.Values); err != nil {
		return m, err
	}
	for _, name := range secretKeys {
		text, ok := m.Values[name].(string)
		if !ok {
			continue
		}
		box, err := s.box()
		if err != nil {
			return m, err
		}
		data, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(text, sealed))
		if err != nil || len(data) < box.NonceSize() {
			return m, fmt.Errorf("its %s cannot be read", name)
		}
		plain, err := box.Open(nil, data[:box.NonceSize()], data[box.NonceSize():], about(&m, name))
		if err != nil {
			return m, fmt.Errorf("its %s cannot be decrypted: the key in %s is not the one that encrypted it; set it again", name, filepath.Join(s.dir, KeyFile))
		}
		m.Values[name] = string(plain)
	}
	return m, nil
}

const keyBytes = 32

// box encrypts with the key of the data directory, and creates a missing key.
func (s *Settings) box() (cipher.AEAD, error) {
	path := filepath.Join(s.dir, KeyFile)
	key, err := readKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err = makeKey(path)
	}
	if err != nil {
		return nil, fmt.Errorf("the key for chat's secrets: %w", err)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func readKey(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if mode := info.Mode(); !mode.IsRegular() || mode.Perm()&0o077 != 0 {
		return nil, fmt.Errorf("others may read %s (mode %04o); run: chmod 600 %s", path, mode.Perm(), path)
	}
	key, err := io.ReadAll(io.LimitReader(f, keyBytes+1))
	if err == nil && len(key) != keyBytes {
		err = fmt.Errorf("%s does not have %d bytes", path, keyBytes)
	}
	return key, err
}

// makeKey makes a key. Of two processes that make one, one reads the other's.
func makeKey(path string) ([]byte, error) {
	key := make([]byte, keyBytes)
	_, _ = rand.Read(key)
	f, err := os.CreateTemp(filepath.Dir(path), KeyFile+".*") // 0600
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.Remove(f.Name()) }()
	_, err = f.Write(key)
	if err = cmp.Or(err, f.Sync(), f.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(f.Name(), path); errors.Is(err, fs.ErrExist) {
		return readKey(path)
	} else if err != nil {
		return nil, err
	}
	return key, nil
}

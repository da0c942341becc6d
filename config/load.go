package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"
)

// Options configure Load.
type Options struct {
	// Regions are the names a Mist region may have; any name when it is empty.
	Regions []string
	// Getenv looks up environment variables; os.Getenv by default.
	Getenv func(string) string
	// SecretsLater leaves the secrets to Resolve, for commands that need none:
	// they must work without a variable that only the collector has.
	SecretsLater bool
	// Fetched is called with every fetched secret, also by Refetch.
	Fetched func(secret string)
}

// maxFile is the largest configuration, in bytes.
const maxFile = 256 << 10

// Load reads the configuration from the file that Path finds. If there is no file
// at the default path, or no default path because $HOME is not set, it returns the
// defaults. A file given by flag or environment must exist. Mistakes in the file
// are Problems.
func Load(flag string, o Options) (*Config, error) {
	if o.Getenv == nil {
		o.Getenv = os.Getenv
	}
	path, asked, err := find(flag, o.Getenv)
	if errors.Is(err, errNoHome) && !asked {
		return parse("", nil, o)
	}
	if err != nil {
		return nil, err
	}
	text, err := read(path)
	if errors.Is(err, os.ErrNotExist) && !asked {
		return parse("", nil, o)
	}
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return parse(path, text, o)
}

func read(path string) ([]byte, error) {
	f, err := openRegular(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	text, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err == nil && len(text) > maxFile {
		err = fmt.Errorf("%s has more than %d bytes", path, maxFile)
	}
	return text, err
}

// parse parses the text of a configuration file.
func parse(file string, text []byte, o Options) (*Config, error) {
	c := Default()
	c.File, c.getenv, c.fetched, c.sources = file, o.Getenv, o.Fetched, map[string]source{}
	if c.fetched == nil {
		c.fetched = func(string) {}
	}
	var m map[string]any
	if _, err := toml.Decode(string(text), &m); err != nil {
		return nil, syntaxProblem(file, err)
	}
	c.where = scanKeys(string(text))
	r := &report{file: file, where: c.where}
	(&decoder{report: r, sources: c.sources}).table("", m, reflect.ValueOf(c).Elem())
	c.Retention.inherit()
	for i := range c.Mist {
		if !c.where.has(element("mist", i) + ".sites") {
			c.Mist[i].Sites = []string{"*"}
		}
	}
	for i := range c.Junos {
		c.Junos[i].inherit()
	}
	for i := range c.Relays {
		c.Relays[i].file = file
		c.Relays[i].inherit(c.where, element("relay", i))
	}
	c.ChatOps.inherit(c.where)
	c.resolvePaths(r)
	c.validate(r, o)
	if err := r.err(); err != nil {
		return nil, err
	}
	for _, secret := range c.headerSecrets() {
		c.fetched(secret)
	}
	if !o.SecretsLater {
		if err := c.Resolve(context.Background()); err != nil {
			return nil, err
		}
	}
	return c, nil
}

func element(path string, i int) string { return fmt.Sprintf("%s[%d]", path, i) }

// syntaxProblem converts an error of the TOML library to Problems.
func syntaxProblem(file string, err error) error {
	var bad toml.ParseError
	if !errors.As(err, &bad) {
		return Problems{{File: file, Line: 1, Col: 1, Msg: strings.TrimPrefix(err.Error(), "toml: ")}}
	}
	return Problems{{File: file, Line: max(1, bad.Position.Line), Col: max(1, bad.Position.Col), Msg: bad.Message}}
}

// resolvePaths makes the paths in the file absolute: relative to the file's
// directory, with ~ for the home directory.
func (c *Config) resolvePaths(r *report) {
	base := filepath.Dir(c.File)
	fix := func(path string, p *string) {
		if *p == "" {
			return
		}
		full, err := expand(*p, base, c.getenv)
		if err != nil {
			r.add(path, "", "%v", err)
			return
		}
		*p = full
	}
	fix("data_dir", &c.DataDir)
	fix("listen.tls_cert_file", &c.Listen.TLSCertFile)
	fix("listen.tls_key_file", &c.Listen.TLSKeyFile)
	for i := range c.Relays {
		relay, at := &c.Relays[i], element("relay", i)
		fix(at+".path", &relay.Path)
		fix(at+".ca_file", &relay.CAFile)
		fix(at+".template_file", &relay.TemplateFile)
	}
	for at, src := range c.sources {
		if src.how == fromFile {
			fix(src.path, &src.text)
			c.sources[at] = src
		}
	}
}

func sorted[T any](m map[string]T) []string { return slices.Sorted(maps.Keys(m)) }

package config

import (
	"context"
	"fmt"
)

// Place is where the configuration is read from.
type Place struct {
	Path string // need not exist
	From string // what named it
}

// Find returns the place that Path finds, and what named it.
func Find(flag string, getenv func(string) string) (Place, error) {
	path, _, err := find(flag, getenv)
	p := Place{Path: path, From: "the default"}
	switch {
	case flag != "":
		p.From = "--config"
	case getenv("FOGHORN_CONFIG") != "":
		p.From = "$FOGHORN_CONFIG"
	case getenv("XDG_CONFIG_HOME") != "":
		p.From = "the default, in $XDG_CONFIG_HOME"
	}
	return p, err
}

// Check reports the mistakes of a text as if it were the configuration at path, with
// its secrets.
func Check(ctx context.Context, path string, text []byte, o Options) error {
	if len(text) > maxFile {
		return fmt.Errorf("%s would have more than %d bytes", path, maxFile)
	}
	o.SecretsLater = true
	c, err := parse(path, text, o)
	if err != nil {
		return err
	}
	return c.Resolve(ctx)
}

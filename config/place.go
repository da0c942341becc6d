package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Path returns where the configuration is, or would be: flag (--config), else
// $FOGHORN_CONFIG, else $XDG_CONFIG_HOME/foghorn/config.toml. Without $HOME there
// is no last one, which is an error.
func Path(flag string, getenv func(string) string) (string, error) {
	path, _, err := find(flag, getenv)
	return path, err
}

// find is Path, and says whether the file was asked for by name.
func find(flag string, getenv func(string) string) (path string, asked bool, err error) {
	if flag == "" {
		flag = getenv("FOGHORN_CONFIG")
	}
	if flag != "" {
		path, err = expandHome(flag, getenv)
		return path, true, err
	}
	dir, err := userDir("XDG_CONFIG_HOME", ".config", getenv)
	return filepath.Join(dir, "config.toml"), false, err
}

// DataDirectory returns where the journal is: flag (--data), else data_dir, else
// $XDG_STATE_HOME/foghorn, which is ~/.local/state/foghorn by default.
func (c *Config) DataDirectory(flag string) (string, error) {
	switch {
	case flag != "":
		return expand(flag, ".", c.getenv)
	case c.DataDir != "":
		return c.DataDir, nil
	}
	return userDir("XDG_STATE_HOME", ".local/state", c.getenv)
}

// userDir is foghorn's folder in one of the XDG base directories. The standard
// says that a relative value is to be ignored.
func userDir(variable, fallback string, getenv func(string) string) (string, error) {
	if dir := getenv(variable); filepath.IsAbs(dir) {
		return filepath.Join(dir, "foghorn"), nil
	}
	home, err := homeDir(getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(home, fallback, "foghorn"), nil
}

func homeDir(getenv func(string) string) (string, error) {
	for _, variable := range []string{"HOME", "USERPROFILE"} {
		if dir := getenv(variable); filepath.IsAbs(dir) {
			return dir, nil
		}
	}
	return "", errNoHome
}

var errNoHome = errors.New("$HOME is not set, so there is no default place; use --config for the configuration and --data for the journal")

// expand makes a path absolute: ~ is the home directory, and what is relative
// counts from base.
func expand(path, base string, getenv func(string) string) (string, error) {
	path, err := expandHome(path, getenv)
	if err != nil {
		return "", err
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(base, path)
	}
	return filepath.Abs(path)
}

func expandHome(path string, getenv func(string) string) (string, error) {
	if path != "~" && !strings.HasPrefix(path, "~/") {
		if strings.HasPrefix(path, "~") {
			return "", fmt.Errorf("%q: only ~/ is understood, not another user's home", path)
		}
		return path, nil
	}
	home, err := homeDir(getenv)
	if err != nil {
		return "", err
	}
	return filepath.Join(home, path[1:]), nil
}

package config

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
)

// Path returns the path of the configuration, which need not exist: flag
// (--config), else $FOGHORN_CONFIG, else $XDG_CONFIG_HOME/foghorn/config.toml. It
// returns an error if the last one is needed and $HOME is not set.
func Path(flag string, getenv func(string) string) (string, error) {
	path, _, err := find(flag, getenv)
	return path, err
}

// find is Path, and returns whether the flag or the environment gave the path.
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

// DataDirectory returns the directory of the journal: flag (--data), else data_dir,
// else $XDG_STATE_HOME/foghorn, by default ~/.local/state/foghorn.
func (c *Config) DataDirectory(flag string) (string, error) {
	switch {
	case flag != "":
		return expand(flag, ".", c.getenv)
	case c.DataDir != "":
		return c.DataDir, nil
	}
	return userDir("XDG_STATE_HOME", ".local/state", c.getenv)
}

// userDir returns foghorn's directory in an XDG base directory. The standard
// requires that relative values are ignored.
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

// expand makes a path absolute: ~ is the home directory, and relative paths start
// at base.
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

package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"

	"github.com/spf13/pflag"
)

// secretFlags name the place of a secret. There is no flag for the secret itself: it
// would show in the process list and in the shell's history.
type secretFlags struct {
	env, file string
}

func (f *secretFlags) add(flags *pflag.FlagSet) {
	flags.StringVar(&f.env, "secret-env", "", "read the webhook secret from this environment `variable`")
	flags.StringVar(&f.file, "secret-file", "", "read the webhook secret from this `file` (a trailing newline is ignored)")
}

// read returns the secret, or nil when no flag names one.
func (f *secretFlags) read(e *env) ([]byte, error) {
	secret, err := f.fetch(e)
	e.secrets.Add(string(secret))
	return secret, err
}

func (f *secretFlags) fetch(e *env) ([]byte, error) {
	switch {
	case f.env != "" && f.file != "":
		return nil, errors.New("--secret-env and --secret-file exclude each other")
	case f.env != "":
		v := e.getenv(f.env)
		if v == "" {
			return nil, fmt.Errorf("--secret-env: the environment variable %s is empty or not set", f.env)
		}
		return []byte(v), nil
	case f.file != "":
		b, err := os.ReadFile(f.file)
		if err != nil {
			return nil, fmt.Errorf("--secret-file: %w", err)
		}
		b = bytes.TrimRight(b, "\r\n")
		if len(b) == 0 {
			return nil, fmt.Errorf("--secret-file: %s is empty", f.file)
		}
		return b, nil
	}
	return nil, nil
}

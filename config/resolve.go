package config

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
	"unicode/utf8"
)

// how is the way in which a secret is given.
type how int

const (
	inline how = iota
	fromFile
	fromEnv
	fromCommand
)

// source is where a secret comes from, as the file says.
type source struct {
	path   string // of the key that gives it
	secret *Secret
	how    how
	text   string   // the secret, the file or the variable
	args   []string // the program
	// check returns what is wrong with the secret, and what is unwise; nil checks nothing.
	check func(secret string) (problem, advice string)
}

// String describes the source, and never contains the secret.
func (s source) String() string {
	switch s.how {
	case fromFile:
		return "from the file " + s.text
	case fromEnv:
		return "from the variable " + s.text
	case fromCommand:
		return "from the program " + s.args[0]
	}
	return "from the configuration"
}

// Limits of secrets and their programs.
const (
	maxSecret      = 64 << 10 // bytes
	commandTimeout = 10 * time.Second
)

// Resolve fetches the secrets that are not fetched yet: reads the files and
// variables and runs the programs (each for at most 10 seconds, with no input).
// Load does it, unless Options.SecretsLater says otherwise; until then such
// secrets are zero. It also refuses relays that may not run their program. The error
// is Problems and never holds a secret.
func (c *Config) Resolve(ctx context.Context) error {
	if err := c.checkPrograms(); err != nil {
		return err
	}
	return c.resolve(ctx, func(source) bool { return true })
}

// ResolveSources fetches the secrets of everything but relays: what comes in must not
// wait for what goes out.
func (c *Config) ResolveSources(ctx context.Context) error {
	return c.resolve(ctx, func(src source) bool { return !strings.HasPrefix(src.path, "relay[") })
}

// resolve fetches the secrets that are wanted.
func (c *Config) resolve(ctx context.Context, wanted func(source) bool) error {
	r := &report{file: c.File, where: c.where}
	for _, path := range sorted(c.sources) {
		src := c.sources[path]
		if !src.secret.IsZero() || !wanted(src) {
			continue
		}
		text, err := c.fetch(ctx, src)
		if err == nil {
			text, err = checkSecret(text)
		}
		if err != nil {
			r.add(src.path, "", "%v", err)
			continue
		}
		c.fetched(text)
		if src.how != inline { // that was checked with the file
			c.checkText(r, src, text)
		}
		*src.secret = NewSecret(text)
	}
	return r.err()
}

// checkText reports what the source's check says of the secret.
func (c *Config) checkText(r *report, src source, text string) {
	if src.check == nil {
		return
	}
	problem, advice := src.check(text)
	if problem != "" {
		r.add(src.path, "", "%s", problem)
	}
	if advice != "" {
		c.warn(src.path, "%s", advice)
	}
}

// checkSecret removes the newline at the end, and refuses invalid secrets.
func checkSecret(s string) (string, error) {
	s = strings.TrimRight(s, "\r\n")
	switch {
	case s == "":
		return "", errors.New("gives an empty secret")
	case !utf8.ValidString(s) || strings.ContainsAny(s, "\x00\r\n"):
		return "", errors.New("gives more than one line, or no text at all")
	}
	return s, nil
}

func (c *Config) fetch(ctx context.Context, src source) (string, error) {
	switch src.how {
	case fromFile:
		return readSecret(src)
	case fromEnv:
		s := c.getenv(src.text)
		if s == "" {
			return "", fmt.Errorf("the environment variable %s is not set, or empty", src.text)
		}
		return s, nil
	case fromCommand:
		if err := tampered(c.File); err != nil {
			return "", err
		}
		return runSecret(ctx, src.args, commandTimeout)
	}
	return src.text, nil
}

func readSecret(src source) (string, error) {
	f, err := openRegular(src.text)
	if err != nil {
		return "", err
	}
	defer func() { _ = f.Close() }()
	b, err := io.ReadAll(io.LimitReader(f, maxSecret+1))
	if err != nil {
		return "", err
	}
	if len(b) > maxSecret {
		return "", fmt.Errorf("%s has more than %d bytes", src.text, maxSecret)
	}
	return string(b), nil
}

// openRegular opens a regular file only: reading a pipe could block forever.
func openRegular(path string) (*os.File, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%s is not a regular file", path)
	}
	return os.Open(path)
}

// runSecret runs a program and returns its output. It drops standard error, which
// may contain the secret.
func runSecret(ctx context.Context, args []string, timeout time.Duration) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	out := &bounded{}
	cmd := exec.CommandContext(ctx, args[0], args[1:]...)
	cmd.Stdout = out
	cmd.WaitDelay = time.Second // for children that keep the pipe open
	err := cmd.Run()
	switch {
	case out.over:
		return "", fmt.Errorf("%s prints more than %d bytes", args[0], maxSecret)
	case ctx.Err() != nil:
		return "", fmt.Errorf("%s did not end within %v", args[0], timeout)
	case err != nil:
		return "", fmt.Errorf("run %s: %w; try it by hand", args[0], err)
	}
	return string(out.text), nil
}

// bounded is a buffer of at most maxSecret bytes. Its error for more closes the
// pipe, which ends the program. It does not embed the buffer, whose ReadFrom would
// bypass the limit.
type bounded struct {
	text []byte
	over bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if len(b.text)+len(p) > maxSecret {
		b.over = true
		return 0, io.ErrShortWrite
	}
	b.text = append(b.text, p...)
	return len(p), nil
}

// warn adds a warning about something that is allowed but unwise.
func (c *Config) warn(path, format string, args ...any) {
	at := c.where.find(path)
	c.Warnings = append(c.Warnings, Problem{
		File: c.File, Line: at.line, Col: at.col, Key: withoutIndexes(path), Msg: fmt.Sprintf(format, args...),
	}.String())
}

// Refetch fetches a secret of the configuration again, because some change, such as
// two-factor codes. A secret that is not configured is zero.
func (c *Config) Refetch(ctx context.Context, s *Secret) (Secret, error) {
	for _, src := range c.sources {
		if src.secret != s {
			continue
		}
		text, err := c.fetch(ctx, src)
		if err == nil {
			text, err = checkSecret(text)
		}
		if err != nil {
			return Secret{}, err
		}
		c.fetched(text)
		return NewSecret(text), nil
	}
	return Secret{}, nil
}

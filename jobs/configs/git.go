package configs

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"foghorn/internal/safetext"
)

// git runs the git program on the store's repository. Nothing that is configured
// elsewhere has a say: no hooks, no filters, no signing, no identity.
type git struct {
	dir     string
	program string
	missing error // why there is none
	commits int   // since the repository was tidied
	timeout time.Duration
	output  int // of a run, in bytes
	most    int // commits that a log lists at once
	now     func() time.Time
}

// Limits of a run of git.
const (
	gitTimeout = 2 * time.Minute
	gitOutput  = 64 << 20
	gitTidy    = 200 // commits between two tidyings
)

var errTooLong = fmt.Errorf("the answer has more than %d bytes", gitOutput)

func newGit(dir string) *git {
	g := &git{dir: dir, timeout: gitTimeout, output: gitOutput, most: maxLog, now: time.Now}
	program, err := exec.LookPath("git")
	if g.program = program; err != nil {
		g.missing = ErrNoGit
	}
	return g
}

// settings keep git from doing anything but the given command.
var settings = []string{"core.hooksPath=" + os.DevNull, "core.attributesFile=" + os.DevNull, "core.excludesFile=" + os.DevNull,
	"core.fsmonitor=false", "core.autocrlf=false", "core.quotePath=false", "core.fileMode=false", "commit.gpgSign=false", "gc.auto=0",
	"gc.autoDetach=false", "maintenance.auto=false", "advice.detachedHead=false", "init.defaultBranch=main"}

// run runs git and returns its output.
func (g *git) run(ctx context.Context, env []string, stdin string, args ...string) ([]byte, error) {
	if g.missing != nil {
		return nil, g.missing
	}
	ctx, cancel := context.WithTimeout(ctx, g.timeout)
	defer cancel()
	all := []string{"--no-pager"}
	for _, s := range settings {
		all = append(all, "-c", s)
	}
	cmd := exec.CommandContext(ctx, g.program, append(all, args...)...)
	cmd.Dir = g.dir
	cmd.WaitDelay = 5 * time.Second
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC", "HOME=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_TERMINAL_PROMPT=0", "GIT_OPTIONAL_LOCKS=0",
		"GIT_DIR=" + filepath.Join(g.dir, ".git"), "GIT_WORK_TREE=" + g.dir}, env...)
	cmd.Stdin = strings.NewReader(stdin)
	out, trouble := &bounded{most: g.output}, &bounded{most: 4 << 10}
	cmd.Stdout, cmd.Stderr = out, trouble
	err := cmd.Run()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return nil, fmt.Errorf("git %s did not end within %s", args[0], g.timeout)
	case err != nil:
		return nil, fmt.Errorf("git %s: %w: %s", args[0], err, safetext.Clip(safetext.Line(strings.TrimSpace(trouble.String())), 300))
	case out.cut:
		return nil, fmt.Errorf("git %s: %w", args[0], errTooLong)
	}
	return out.Bytes(), nil
}

// bounded keeps the beginning of what is written.
type bounded struct {
	bytes.Buffer
	most int
	cut  bool
}

func (b *bounded) Write(p []byte) (int, error) {
	if room := b.most - b.Len(); len(p) > room {
		b.cut = true
		_, _ = b.Buffer.Write(p[:room])
		return len(p), nil
	}
	return b.Buffer.Write(p)
}

// begin makes the repository when it is not there.
func (g *git) begin(ctx context.Context) error {
	if g.begun() {
		return g.unlock()
	}
	if _, err := g.run(ctx, nil, "", "init", "--quiet", "--template="); err != nil {
		return err
	}
	info := filepath.Join(g.dir, ".git", "info")
	if err := os.MkdirAll(info, 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(info, "exclude"), []byte("*"+newSuffix+"\n"), 0o600)
}

// begun reports whether there is a repository.
func (g *git) begun() bool {
	_, err := os.Stat(filepath.Join(g.dir, ".git", "HEAD"))
	return err == nil
}

// unlock removes the lock of a git that was killed. The store's own lock is held, so
// an old one belongs to nobody; a new one may be a person's.
func (g *git) unlock() error {
	path := filepath.Join(g.dir, ".git", "index.lock")
	if info, err := os.Stat(path); err == nil && g.now().Sub(info.ModTime()) > 2*gitTimeout {
		return os.Remove(path)
	}
	return nil
}

// catchUp commits what was written without git.
func (g *git) catchUp(ctx context.Context) error {
	if g.missing != nil {
		return nil // Write says so when there is something to commit
	}
	if err := g.begin(ctx); err != nil {
		return err
	}
	out, err := g.run(ctx, nil, "", "status", "--porcelain", "--untracked-files=normal")
	if err != nil || len(bytes.TrimSpace(out)) == 0 {
		return err
	}
	if _, err := g.run(ctx, nil, "", "add", "--all"); err != nil {
		return err
	}
	return g.record(ctx, "Keep what was written without history\n", Commit{})
}

// commit records files as one change.
func (g *git) commit(ctx context.Context, names []string, message string, by Commit) error {
	if err := g.begin(ctx); err != nil {
		return err
	}
	if _, err := g.run(ctx, nil, strings.Join(names, "\x00"), "add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul"); err != nil {
		return err
	}
	return g.record(ctx, message, by)
}

func (g *git) record(ctx context.Context, message string, by Commit) error {
	when := by.Time
	if when.IsZero() {
		when = g.now()
	}
	date := fmt.Sprintf("@%d +0000", when.Unix())
	name, email := identity(by.Author, Nobody), identity(by.Email, "foghorn@localhost")
	_, err := g.run(ctx, []string{"GIT_AUTHOR_NAME=" + name, "GIT_AUTHOR_EMAIL=" + email, "GIT_AUTHOR_DATE=" + date,
		"GIT_COMMITTER_NAME=foghorn", "GIT_COMMITTER_EMAIL=foghorn@localhost", fmt.Sprintf("GIT_COMMITTER_DATE=@%d +0000", g.now().Unix())},
		message, "commit", "--quiet", "--allow-empty-message", "--no-verify", "--cleanup=verbatim", "--file=-")
	if err != nil {
		return err
	}
	if g.commits++; g.commits >= gitTidy {
		g.commits = 0
		_, err = g.run(ctx, nil, "", "-c", "gc.auto=6700", "gc", "--auto", "--quiet")
	}
	return err
}

// identity makes a name or an address that git takes.
func identity(text, otherwise string) string {
	text = strings.Map(func(r rune) rune {
		if r == '<' || r == '>' || r == 0x7f || r < ' ' {
			return ' '
		}
		return r
	}, safetext.Line(text))
	text = safetext.Clip(strings.Join(strings.Fields(text), " "), 100)
	if strings.Trim(text, " .,:;\"'\\") == "" {
		return otherwise
	}
	return text
}

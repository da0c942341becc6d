package config

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// tampered returns an error if anyone besides root and foghorn's user can change
// the file, or replace it by a change in a directory above. Anyone who can change
// the file chooses the programs that foghorn runs.
func tampered(file string) error {
	named, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	resolved, err := filepath.EvalSymlinks(named)
	if err != nil {
		return err
	}
	for _, path := range []string{named, resolved} { // a link can be replaced, too
		for at, depth := path, 0; ; at, depth = filepath.Dir(at), depth+1 {
			info, err := os.Stat(at)
			if err != nil {
				return err
			}
			if reason, mend := changeable(at, info, depth < 2); reason != "" {
				return fmt.Errorf("foghorn runs no program for this configuration: %s, and somebody else could choose the program; run: %s", reason, mend)
			}
			if at == filepath.Dir(at) {
				break
			}
		}
	}
	return nil
}

// MayRun returns an error if the relay runs a program and others can change the
// configuration, and so choose the program.
func (r *Relay) MayRun() error {
	if len(r.Command) == 0 || r.file == "" {
		return nil
	}
	return tampered(r.file)
}

// checkPrograms reports relays that may not run their programs.
func (c *Config) checkPrograms() error {
	r := &report{file: c.File, where: c.where}
	for i := range c.Relays {
		if err := c.Relays[i].MayRun(); err != nil {
			r.add(element("relay", i)+".command", "", "%v", err)
		}
	}
	return r.err()
}

// changeable returns who else can change a file or directory, and how to fix it.
// In a directory with the sticky bit, such as /tmp, only its owner can remove a
// file. It checks owners only if ours is set: in a container, the directories
// above may have any owner.
func changeable(path string, info fs.FileInfo, ours bool) (reason, mend string) {
	mode := info.Mode()
	sticky := mode.IsDir() && mode&fs.ModeSticky != 0
	if st, ok := info.Sys().(*syscall.Stat_t); ok && ours && st.Uid != 0 && int(st.Uid) != os.Geteuid() {
		return fmt.Sprintf("%s belongs to another user (uid %d)", path, st.Uid), fmt.Sprintf("chown %d %s", os.Geteuid(), path)
	}
	if mode.Perm()&0o022 != 0 && !sticky {
		return fmt.Sprintf("%s (mode %04o) may be changed by others", path, mode.Perm()), "chmod go-w " + path
	}
	return "", ""
}

// ownedByUs reports whether a file belongs to the user foghorn runs as.
func ownedByUs(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return ok && int(st.Uid) == os.Geteuid()
}

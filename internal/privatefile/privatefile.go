// Package privatefile writes small files that only their owner may read.
package privatefile

import (
	"errors"
	"path/filepath"

	"github.com/google/renameio/v2"
)

// Replace writes data to the file at path in one step: whoever opens the file,
// and a crash at any moment, finds the old content or the new one. The file's
// mode is 0600 whatever it was before, a symbolic link at path is replaced and
// not followed, and nothing is left behind when it fails.
func Replace(path string, data []byte) error {
	// The temporary file lies beside the target. By default renameio looks
	// first whether $TMPDIR will do, with two more files, and the data would
	// pass through a folder that others can list. renameio.WriteFile is no
	// choice: it keeps the mode of the file that was there.
	f, err := renameio.NewPendingFile(path, renameio.WithTempDir(filepath.Dir(path)), renameio.WithStaticPermissions(0o600))
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.CloseAtomicallyReplace()
	}
	return errors.Join(err, f.Cleanup()) // does nothing once the file was replaced
}

package configs

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"foghorn/internal/privatefile"
)

// lastSuffix names the file beside the folder that says when each organization was
// backed up. It is not in the folder: a backup of what has not changed writes nothing there.
const lastSuffix = ".last"

// LastBackups are the ends of the last backups of everything, by the organization's id.
// It opens no store, so it makes no folder. One that the cloud refused a part of counts:
// its job says so.
func LastBackups(dir string) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	text, err := os.ReadFile(dir + lastSuffix)
	if errors.Is(err, fs.ErrNotExist) {
		return out, nil
	}
	if err != nil {
		return nil, fmt.Errorf("when the configuration was backed up: %w", err)
	}
	if json.Unmarshal(text, &out) != nil {
		return map[string]time.Time{}, nil // damaged: the next backup writes it anew
	}
	return out, nil
}

// backedUp notes that everything of an organization was backed up.
func (s *Store) backedUp(b *backup) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	last, err := LastBackups(s.dir)
	if err != nil {
		return err
	}
	last[b.scope.OrgID] = b.scope.Clock.Now().UTC().Truncate(time.Second)
	text, err := json.MarshalIndent(last, "", " ")
	if err == nil {
		err = privatefile.Replace(s.dir+lastSuffix, append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("note when the backup was done: %w", err)
	}
	return nil
}

package collector

import (
	"os"
	"path/filepath"
	"testing"

	"foghorn/journal/store"
)

// A damaged relay.db costs what relays remember, and nothing of what comes in.
func TestADamagedOutboxIsSetAside(t *testing.T) {
	c := testCollector(t, "")
	if err := c.outbox.Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(c.Dir, store.OutboxFile)
	for _, suffix := range []string{"-wal", "-shm"} {
		_ = os.Remove(path + suffix) // they may not be there
	}
	if err := os.WriteFile(path, []byte("this is no database, and long enough to be taken for one......................................"), 0o600); err != nil {
		t.Fatal(err)
	}
	var err error
	if c.outbox, err = c.openOutbox(t.Context()); err != nil {
		t.Fatal(err)
	}
	if relays, err := c.outbox.Relays(t.Context()); err != nil || len(relays) != 0 {
		t.Errorf("%+v, %v", relays, err)
	}
	if _, err := os.Stat(path + ".damaged-1"); err != nil {
		t.Errorf("the damaged file is not kept: %v", err)
	}
}

package collector

import (
	"os"
	"path/filepath"
	"testing"

	"foghorn/journal/store"
	"foghorn/relay"
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

// A secret that is not there when foghorn starts (a mount that comes up later) keeps its
// relay waiting, and not for ever.
func TestARelayWaitsForItsSecret(t *testing.T) {
	secret := filepath.Join(t.TempDir(), "secret")
	c := testCollector(t, "[[relay]]\nname = \"pager\"\nkind = \"webhook\"\nurl = \"https://127.0.0.1:1/\"\nsigning = \"standard\"\nsecret_file = \""+secret+"\"\n")
	relays := c.relayed.Load().Relays
	if _, err := c.newDestination(relays[0], relay.Env{}); err == nil {
		t.Fatal("it was made without its secret")
	}
	if err := os.WriteFile(secret, []byte("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := c.newDestination(relays[0], relay.Env{}); err != nil {
		t.Errorf("it does not take the secret up: %v", err)
	}
}

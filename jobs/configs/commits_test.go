package configs

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"foghorn/internal/clock"
)

// Whoever follows the history gets each commit of an organization once, in order, with the
// files before and after it.
func TestCommitsAfterARevision(t *testing.T) {
	s, ctx := withGit(t), t.Context()
	if head, err := s.NewestCommit(ctx, time.Time{}); head != "" || err != nil {
		t.Fatalf("before the first commit: %q, %v", head, err)
	}
	clk := clock.NewFake(time.Unix(1_795_000_000, 0))
	s.UseClock(clk)
	var revisions []string
	for i := range 3 {
		write(t, s, Commit{AuditID: fmt.Sprint("a", i), Time: time.Unix(1_700_000_000, 0)}, wlan(fmt.Sprintf(`{"ssid":"Guest","vlan_id":%d}`, i)))
		other := wlan(fmt.Sprintf(`{"ssid":"Guest","vlan_id":%d}`, i))
		other.OrgID = "other"
		head, err := s.NewestCommit(ctx, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		revisions = append(revisions, head)
		write(t, s, Commit{}, other)
		clk.Advance(time.Minute)
	}
	p := wlan("").Path()
	entries, err := s.CommitsAfter(ctx, org, revisions[0], 1)
	if err != nil || len(entries) != 1 || entries[0].Revision != revisions[1] || entries[0].AuditID != "a1" || !entries[0].Recorded.Equal(time.Unix(1_795_000_060, 0)) {
		t.Errorf("after the first: %+v, %v", entries, err)
	}
	if entries, err := s.CommitsAfter(ctx, org, revisions[0], 9); err != nil || len(entries) != 2 || entries[1].Revision != revisions[2] {
		t.Errorf("all after the first: %+v, %v", entries, err)
	}
	if entries, err := s.CommitsAfter(ctx, org, revisions[2], 9); err != nil || len(entries) != 0 {
		t.Errorf("after the last: %+v, %v", entries, err)
	}
	if entries, err := s.CommitsBefore(ctx, org, revisions[2], time.Unix(1_795_000_030, 0)); err != nil || len(entries) != 1 || entries[0].Revision != revisions[1] {
		t.Errorf("before the last: %+v, %v", entries, err)
	}
	if head, err := s.NewestCommit(ctx, time.Unix(1_795_000_001, 0)); err != nil || head == revisions[1] || head == "" {
		t.Errorf("the newest of the first minute is %q, %v", head, err)
	}
	gone := Path{org, site, "wlans", "gone"}
	for revision, want := range map[string]string{revisions[0] + "^": "[ ]", revisions[1]: "[ {\n  \"ssid\": \"Guest\",\n  \"vlan_id\": 1\n}\n]"} {
		if blobs, err := s.BlobsAt(ctx, revision, []Path{gone, p}); err != nil || fmt.Sprintf("%s", blobs) != want {
			t.Errorf("%s: %s, %v", revision, blobs, err)
		}
	}
	for _, revision := range []string{"0123456789abcdef0123456789abcdef01234567", "HEAD", "--all"} {
		if _, err := s.CommitsAfter(ctx, org, revision, 9); err == nil || revision[0] == '0' && !errors.Is(err, ErrRewritten) {
			t.Errorf("after %s: %v", revision, err)
		}
	}
}

// A new key makes each digest another one, and no object another.
func TestTheFormOfFiles(t *testing.T) {
	s := open(t)
	again, err := Open(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if s.Form() != again.Form() {
		t.Error("the form changes by itself")
	}
	if err := os.Remove(filepath.Clean(s.Dir()) + ".key"); err != nil {
		t.Fatal(err)
	}
	other, err := Open(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	if s.Form() == other.Form() {
		t.Error("another key gives files of the same form")
	}
}

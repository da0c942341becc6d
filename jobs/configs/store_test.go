package configs

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	org   = "2818e386-8dec-2562-9ede-5b8a0fbbdc71"
	site  = "4ac1dcf4-9d8b-7211-65c4-057819f0862b"
	guest = "be22bba7-8e22-e1cf-5185-b880816fe2cf"
)

func open(t *testing.T) *Store {
	t.Helper()
	s, err := Open(filepath.Join(t.TempDir(), "configs"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// withGit skips what needs the git program where there is none.
func withGit(t *testing.T) *Store {
	t.Helper()
	if _, err := exec.LookPath("git"); err != nil {
		t.Skip("SKIPPED: git is not installed, so commits of the backup were NOT tried: apt-get install git")
	}
	return open(t)
}

func wlan(json string) Change {
	return Change{Object: Object{Source: "acme", OrgID: org, SiteID: site, Type: "wlans", ID: guest, JSON: []byte(json)}}
}

func write(t *testing.T, s *Store, by Commit, changes ...Change) int {
	t.Helper()
	n, err := s.Write(t.Context(), changes, by)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func read(t *testing.T, s *Store, p Path) Object {
	t.Helper()
	o, err := s.Read(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

// files is every file below dir with its content and its time of change.
func files(t *testing.T, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		data, err := os.ReadFile(path)
		out[path] = info.ModTime().String() + "\n" + string(data)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestAFileDependsOnTheObjectAlone(t *testing.T) {
	s := open(t)
	write(t, s, Commit{}, wlan(`{"ssid":"Guest","created_time":1.5,"modified_time":1700000000,"vlan_id":10,
		"portal_template_url":"https://x/?jwt=abc","auth":{"type":"open","last_seen":3},"big":12345678901234567890}`))
	first := read(t, s, wlan("").Path())
	want := `{
  "auth": {
    "type": "open"
  },
  "big": 12345678901234567890,
  "ssid": "Guest",
  "vlan_id": 10
}
`
	if string(first.JSON) != want {
		t.Errorf("the file holds\n%s, want\n%s", first.JSON, want)
	}
	if first.Name != "Guest" || first.Source != "acme" {
		t.Errorf("read %q of %q", first.Name, first.Source)
	}
	if n := write(t, s, Commit{}, wlan(`{"vlan_id":10,"big":12345678901234567890,"auth":{"type":"open"},"ssid":"Guest",
		"modified_time":1800000000,"portal_template_url":"https://x/?jwt=def"}`)); n != 0 {
		t.Errorf("%d changes by order and time alone", n)
	}
}

func TestAnUnchangedRunWritesNothing(t *testing.T) {
	s := open(t)
	same := []Change{wlan(`{"ssid":"Guest","auth":{"psk":"hunter22"}}`),
		{Object: Object{Source: "acme", OrgID: org, Type: "setting", ID: org, JSON: []byte(`{"tacacs":{"secret":"s3"}}`)}}}
	_, err := s.Write(t.Context(), same, Commit{})
	if err != nil && !errors.Is(err, ErrNoGit) {
		t.Fatal(err)
	}
	before := files(t, filepath.Dir(s.Dir()))
	again, err := Open(s.Dir()) // another process
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if n, err := again.Write(t.Context(), same, Commit{Message: "again"}); n != 0 || err != nil {
		t.Errorf("an unchanged run: %d, %v", n, err)
	}
	after := files(t, filepath.Dir(s.Dir()))
	if len(after) != len(before) {
		t.Errorf("%d files became %d", len(before), len(after))
	}
	for path, was := range before {
		if after[path] != was {
			t.Errorf("%s was written", path)
		}
	}
}

func TestACommitIsTheAdminsChange(t *testing.T) {
	s := withGit(t)
	at := time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)
	write(t, s, Commit{Time: at.Add(-time.Hour)}, wlan(`{"ssid":"Guest","vlan_id":10}`))
	write(t, s, Commit{Author: "Jane Doe", Email: "jane@example.com", Time: at, Message: `Update WLAN "Guest"`, AuditID: "8e00dd48"},
		wlan(`{"ssid":"Visitors","vlan_id":20}`))
	write(t, s, Commit{Author: "Jane Doe", Time: at.Add(time.Hour), Message: `Delete WLAN "Visitors"`},
		Change{Object: wlan("").Object, Gone: true})

	p := wlan("").Path()
	versions, err := s.History(t.Context(), p)
	if err != nil || len(versions) != 3 {
		t.Fatalf("%+v, %v", versions, err)
	}
	v := versions[1]
	if v.Author != "Jane Doe" || v.Email != "jane@example.com" || !v.Time.Equal(at) || v.Message != `Update WLAN "Guest"` || v.AuditID != "8e00dd48" || v.Gone {
		t.Errorf("the commit is %+v", v)
	}
	if !versions[0].Gone || versions[2].Author != "foghorn" {
		t.Errorf("the others are %+v", versions)
	}
	for _, c := range []struct {
		when time.Time
		vlan string
	}{{at.Add(-time.Minute), `"vlan_id": 10`}, {at, `"vlan_id": 20`}, {at.Add(59 * time.Minute), `"vlan_id": 20`}} {
		o, err := s.At(t.Context(), p, c.when)
		if err != nil || !strings.Contains(string(o.JSON), c.vlan) {
			t.Errorf("at %s: %s, %v; want %s", c.when, o.JSON, err, c.vlan)
		}
	}
	for revision, vlan := range map[string]string{v.Revision: `"vlan_id": 20`, v.Revision + "^": `"vlan_id": 10`, versions[2].Revision + "^": ""} { // the first has none before it
		if blobs, err := s.BlobsAt(t.Context(), revision, []Path{p}); err != nil || len(blobs) != 1 || vlan == "" && blobs[0] != nil || !strings.Contains(string(blobs[0]), vlan) {
			t.Errorf("at %s: %q, %v; want %s", revision, blobs, err, vlan)
		}
	}
	if _, err := s.BlobsAt(t.Context(), "^^^^^^^^", []Path{p}); err == nil {
		t.Error("what is no revision is read")
	}
	for _, when := range []time.Time{at.Add(-2 * time.Hour), at.Add(2 * time.Hour)} {
		if _, err := s.At(t.Context(), p, when); !errors.Is(err, ErrNotFound) {
			t.Errorf("at %s: %v", when, err)
		}
	}
}

func TestARenameMovesNothing(t *testing.T) {
	s := open(t)
	ctx := t.Context()
	for _, name := range []string{"Guest", "Visitors"} {
		if _, err := s.Write(ctx, []Change{wlan(`{"ssid":"` + name + `"}`)}, Commit{}); err != nil && !errors.Is(err, ErrNoGit) {
			t.Fatal(err)
		}
	}
	list, err := s.List(ctx, Filter{Type: "wlans"})
	if err != nil || len(list) != 1 || list[0].Name != "Visitors" || list[0].ID != guest {
		t.Errorf("the store has %+v, %v", list, err)
	}
	if list, _ := s.List(ctx, Filter{Name: "visitors", Level: SiteLevel, Source: "acme"}); len(list) != 1 {
		t.Errorf("found %v by name", list)
	}
	if list, _ := s.List(ctx, Filter{Source: "other"}); len(list) != 0 {
		t.Errorf("found %v in another source", list)
	}
}

func TestAFullDiskLeavesThePreviousState(t *testing.T) {
	s := open(t)
	other := wlan(`{"ssid":"Staff"}`)
	other.ID = "0" + guest[1:]
	if _, err := s.Write(t.Context(), []Change{wlan(`{"ssid":"Guest"}`), other}, Commit{}); err != nil && !errors.Is(err, ErrNoGit) {
		t.Fatal(err)
	}
	before := files(t, s.Dir())
	written := 0
	s.put = func(r *os.Root, name string, data []byte) error {
		if written++; written == 2 {
			_ = putFile(r, name, data[:len(data)/2])
			return syscall.ENOSPC
		}
		return putFile(r, name, data)
	}
	other.JSON = []byte(`{"ssid":"Staff 2"}`)
	_, err := s.Write(t.Context(), []Change{wlan(`{"ssid":"Guest 2"}`), other}, Commit{})
	if !errors.Is(err, syscall.ENOSPC) || !strings.Contains(err.Error(), "unchanged") {
		t.Errorf("a full disk: %v", err)
	}
	if after := files(t, s.Dir()); len(after) != len(before) {
		t.Errorf("%d files became %d", len(before), len(after))
	} else {
		for path, was := range before {
			if after[path] != was {
				t.Errorf("%s changed", path)
			}
		}
	}
	s.put = putFile
	if n, err := s.Write(t.Context(), []Change{wlan(`{"ssid":"Guest 2"}`), other}, Commit{}); n != 2 || err != nil && !errors.Is(err, ErrNoGit) {
		t.Errorf("with room again: %d, %v", n, err)
	}
}

func TestFailingGitCostsTheHistoryOnly(t *testing.T) {
	s := withGit(t)
	program := s.git.program
	s.git.program = filepath.Join(t.TempDir(), "absent")
	n, err := s.Write(t.Context(), []Change{wlan(`{"ssid":"Guest"}`)}, Commit{Author: "Jane"})
	var history *HistoryError
	if n != 1 || !errors.As(err, &history) {
		t.Fatalf("without git: %d, %v", n, err)
	}
	if o := read(t, s, wlan("").Path()); o.Name != "Guest" {
		t.Errorf("the file has %+v", o)
	}
	s.git.program = program
	if n := write(t, s, Commit{}, wlan(`{"ssid":"Guest","vlan_id":1}`)); n != 1 {
		t.Errorf("%d changes", n)
	}
	versions, err := s.History(t.Context(), wlan("").Path())
	if err != nil || len(versions) != 2 || !strings.Contains(versions[1].Message, "without history") {
		t.Errorf("the history is %+v, %v", versions, err)
	}
}

// A process was killed in the middle: half a file, and the lock of its git.
func TestWhatAKilledProcessLeftIsTidied(t *testing.T) {
	s := withGit(t)
	write(t, s, Commit{}, wlan(`{"ssid":"Guest"}`))
	half := filepath.Join(s.Dir(), wlan("").Path().String()+newSuffix)
	lock := filepath.Join(s.Dir(), ".git", "index.lock")
	for _, path := range []string{half, lock} {
		if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	long := time.Now().Add(-time.Hour)
	if err := os.Chtimes(lock, long, long); err != nil {
		t.Fatal(err)
	}
	again, err := Open(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if n := write(t, again, Commit{}, wlan(`{"ssid":"Guest","vlan_id":2}`)); n != 1 {
		t.Errorf("%d changes", n)
	}
	if _, err := os.Stat(half); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("half a file is still there: %v", err)
	}
	if versions, err := again.History(t.Context(), wlan("").Path()); err != nil || len(versions) != 2 {
		t.Errorf("%+v, %v", versions, err)
	}
}

func TestAGitThatHangsIsLeft(t *testing.T) {
	s := withGit(t)
	program := filepath.Join(t.TempDir(), "git")
	if err := os.WriteFile(program, []byte("#!/bin/sh\nexec sleep 60\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	s.git.program, s.git.timeout = program, 50*time.Millisecond
	if n, err := s.Write(t.Context(), []Change{wlan(`{"ssid":"Guest"}`)}, Commit{}); n != 1 || err == nil || !strings.Contains(err.Error(), "did not end") {
		t.Errorf("a git that hangs: %d, %v", n, err)
	}
}

func TestHostileNamesReachGitAsText(t *testing.T) {
	s := withGit(t)
	for i, name := range []string{"--amend <x>\n\nAudit-Id: forged", "\x1b[31m\x1e\x1f\x00", "<>", strings.Repeat("x", 5000), "-c core.pager=sh"} {
		write(t, s, Commit{Author: name, Email: name, Message: name, Time: time.Unix(int64(1_700_000_000+i), 0)},
			wlan(`{"ssid":"Guest `+string(rune('a'+i))+`"}`))
	}
	versions, err := s.History(t.Context(), wlan("").Path())
	if err != nil || len(versions) != 5 {
		t.Fatalf("%d versions, %v", len(versions), err)
	}
	for _, v := range versions {
		if v.AuditID != "" || len(v.Author) > 100 || strings.ContainsAny(v.Author+v.Email, "<>\n\x1b") || strings.ContainsAny(v.Message, "\x1b\n\x00") {
			t.Errorf("%+v", v)
		}
	}
}

func TestPathsStayInside(t *testing.T) {
	s := open(t)
	for _, p := range []Path{{"..", "", "setting", org}, {org, "../x", "wlans", guest}, {org, site, "wlans", "../../../etc/passwd"},
		{org, site, "../wlans", guest}, {org, site, "wlans", ".git"}, {"", site, "wlans", guest}, {org, "org", "wlans", guest},
		{org, site, "wlans", strings.Repeat("a", 65)}, {org, site, "wlans", "a\x00b"}, {org, site, "nonsense", guest}} {
		o := Object{OrgID: p.OrgID, SiteID: p.SiteID, Type: p.Type, ID: p.ID, JSON: []byte(`{}`)}
		if _, err := s.Write(t.Context(), []Change{{Object: o}}, Commit{}); err == nil {
			t.Errorf("%+v was written", p)
		}
		if _, err := s.Read(t.Context(), p); err == nil {
			t.Errorf("%+v was read", p)
		}
	}
	// A link out of the folder is not followed.
	if err := os.Symlink(t.TempDir(), filepath.Join(s.Dir(), org)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Write(t.Context(), []Change{wlan(`{}`)}, Commit{}); err == nil {
		t.Error("a link was followed out of the folder")
	}
}

func TestAnObjectOfFiveMegabytes(t *testing.T) {
	s := open(t)
	big := wlan(`{"ssid":"Big","blob":"` + strings.Repeat("x", 5<<20) + `"}`)
	if n, err := s.Write(t.Context(), []Change{big}, Commit{}); n != 1 || err != nil && !errors.Is(err, ErrNoGit) {
		t.Fatalf("%d, %v", n, err)
	}
	if o := read(t, s, big.Path()); len(o.JSON) < 5<<20 {
		t.Errorf("%d bytes came back", len(o.JSON))
	}
	big.JSON = []byte(`{"blob":"` + strings.Repeat("x", maxObject) + `"}`)
	if _, err := s.Write(t.Context(), []Change{big}, Commit{}); err == nil || !strings.Contains(err.Error(), "more than") {
		t.Errorf("an object without bounds: %v", err)
	}
}

func TestWritersTakeTurns(t *testing.T) {
	s := open(t)
	other, err := Open(s.Dir())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	unlock, err := other.lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Write(ctx, []Change{wlan(`{}`)}, Commit{}); err == nil || !strings.Contains(err.Error(), "another foghorn") {
		t.Errorf("while another writes: %v", err)
	}
	unlock()
	if _, err := s.Write(t.Context(), []Change{wlan(`{}`)}, Commit{}); err != nil && !errors.Is(err, ErrNoGit) {
		t.Error(err)
	}
}

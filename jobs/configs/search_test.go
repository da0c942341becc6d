package configs

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

func TestSearch(t *testing.T) {
	s := open(t)
	s.git.missing = ErrNoGit
	long := `{"ssid":"Long","note":"` + strings.Repeat("a", 5000) + `NEEDLE` + strings.Repeat("b", 5000) + `"}`
	staff := wlan(long)
	staff.ID = "0" + guest[1:]
	cmd := Change{Object: Object{OrgID: org, SiteID: site, Type: "config_cmd", ID: device, Name: "Core-1",
		JSON: []byte(`{"cli":["set interfaces ge-0/0/0 description \"Uplink to Core\"","set vlans Grün vlan-id 20"]}`)}}
	_, _ = s.Write(t.Context(), []Change{wlan(`{"ssid":"Guest","vlan_id":10}`), staff, cmd}, Commit{})
	for _, c := range []struct {
		text string
		want []string
	}{
		{"guest", []string{`wlans Guest 2 "ssid": "Guest",`}},
		{"VLAN_ID\": 10", []string{`wlans Guest 3 "vlan_id": 10`}},
		{`"vlan_id": 10`, []string{`wlans Guest 3 "vlan_id": 10`}},
		{`description "uplink`, []string{`config_cmd Core-1 3 "set interfaces ge-0/0/0 description \"Uplink to Core\"",`}},
		{"GRÜN", []string{`config_cmd Core-1 4 "set vlans grün vlan-id 20"`}},
		{"core-1", []string{"config_cmd Core-1 0 Core-1"}},
		{"absent", nil},
	} {
		hits, more, err := s.Search(t.Context(), c.text, Filter{}, 0)
		if err != nil || more {
			t.Fatal(err, more)
		}
		var got []string
		for _, h := range hits {
			got = append(got, fmt.Sprintf("%s %s %d %s", h.Object.Type, h.Object.Name, h.Line, h.Text))
		}
		if !strings.EqualFold(strings.Join(got, "\n"), strings.Join(c.want, "\n")) {
			t.Errorf("%q finds\n%s\nwant\n%s", c.text, strings.Join(got, "\n"), strings.Join(c.want, "\n"))
		}
	}
	hits, _, err := s.Search(t.Context(), "needle", Filter{}, 0)
	if err != nil || len(hits) != 1 || !strings.Contains(hits[0].Text, "NEEDLE") || len(hits[0].Text) > 1000 {
		t.Errorf("in a long line: %+v, %v", hits, err)
	}
	if hits, more, _ := s.Search(t.Context(), "a", Filter{}, 1); len(hits) != 1 || !more {
		t.Errorf("limited to one: %d, %v", len(hits), more)
	}
	if _, _, err := s.Search(t.Context(), "  ", Filter{}, 0); err == nil {
		t.Error("an empty search is answered")
	}
}

// BenchmarkSearch10k searches 10,000 files of the size that objects have.
func BenchmarkSearch10k(b *testing.B) {
	s, err := Open(filepath.Join(b.TempDir(), "configs"))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	s.git.missing = ErrNoGit
	var changes []Change
	for i := range 10_000 {
		var members strings.Builder
		for j := range 20 {
			fmt.Fprintf(&members, `"port_config_%d":{"usage":"ap","speed":"auto","poe_disabled":false},`, j)
		}
		o := Object{OrgID: org, SiteID: fmt.Sprintf("site-%d", i/100), Type: "devices", ID: fmt.Sprintf("device-%d", i),
			JSON: fmt.Appendf(nil, `{%s"name":"ap-%d","notes":"Rack %d"}`, members.String(), i, i)}
		changes = append(changes, Change{Object: o})
	}
	s.put = func(r *os.Root, name string, data []byte) error { return r.WriteFile(name, data, 0o600) } // as safe as a benchmark needs
	if n, _ := s.Write(b.Context(), changes, Commit{}); n != 10_000 {
		b.Fatal(n)
	}
	before := cpu(b)
	for b.Loop() {
		hits, _, err := s.Search(b.Context(), "rack 77", Filter{}, 0)
		if err != nil || len(hits) != 111 {
			b.Fatal(len(hits), err)
		}
	}
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N)/1000, "cpu-ms/op")
}

// cpu is the time that the process has used, which other programs do not change.
func cpu(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

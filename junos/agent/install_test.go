package agent

import (
	"flag"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/journal/condition"
	"foghorn/junos"
)

var update = flag.Bool("update", false, "rewrite the golden files")

func install() Install {
	return Install{URL: "http://192.0.2.10:8484/junos/core", Secret: `se"cr\et`, User: "admin", Heartbeat: 5 * time.Minute,
		Events: []string{"SNMP_TRAP_LINK_DOWN", "SNMP_TRAP_LINK_UP", "UI_COMMIT_COMPLETED", "FPC 0 PIC 0", "SSHD_LOGIN_FAILED", "SYSTEM", "KERNEL"}}
}

func TestBothFormsAreAsTheyWere(t *testing.T) {
	t.Parallel()
	got := strings.ReplaceAll(strings.Join(install().Set(), "\n")+"\n\n"+install().Curly(), Checksum(), "CHECKSUM")
	const golden = "testdata/install.golden"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

// The two forms say the same: the braces, taken apart, give the set commands.
func TestBothFormsSayTheSame(t *testing.T) {
	t.Parallel()
	i := install()
	i.Events = DefaultEvents()
	if got, want := setOf(i.Curly()), i.Set(); !slices.Equal(got, want) {
		t.Errorf("the braces say\n%s\nthe commands\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// setOf makes set commands of a configuration in braces.
func setOf(curly string) []string {
	var out, path []string
	listed := ""
	for line := range strings.Lines(curly) {
		words := strings.TrimSpace(line)
		switch {
		case words == "];":
			listed = ""
		case listed != "":
			for rest := words; rest != ""; {
				item := rest
				if strings.HasPrefix(rest, `"`) {
					item = rest[:strings.Index(rest[1:], `"`)+2]
				} else {
					item, _, _ = strings.Cut(rest, " ")
				}
				out = append(out, listed+" "+item)
				rest = strings.TrimSpace(strings.TrimPrefix(rest, item))
			}
		case strings.HasSuffix(words, " ["):
			listed = strings.Join(append(append([]string{"set"}, path...), strings.TrimSuffix(words, " [")), " ")
		case strings.HasSuffix(words, " {"):
			path = append(path, strings.TrimSuffix(words, " {"))
		case words == "}":
			path = path[:len(path)-1]
		default:
			out = append(out, strings.Join(append(append([]string{"set"}, path...), strings.TrimSuffix(words, ";")), " "))
		}
	}
	return out
}

func TestWhatIsHooked(t *testing.T) {
	t.Parallel()
	events := DefaultEvents()
	for _, e := range junos.Catalogue() {
		hooked := slices.Contains(events, e.ID)
		if hooked && (e.Level == 4 || strings.HasSuffix(e.ID, "*")) {
			t.Errorf("%s is hooked", e.ID)
		}
		if !hooked && e.Level == 1 && !strings.HasSuffix(e.ID, "*") && Refused(e.ID) == "" && !slices.Contains(notByDefault, e.ID) {
			t.Errorf("%s is not hooked", e.ID)
		}
	}
	for id := range thinned {
		if condition.Junos(id, messageOf(id), nil).Direction != condition.NoDirection {
			t.Errorf("%s says that something began or is over, and is thinned out", id)
		}
	}
	for _, id := range []string{"SNMP_TRAP_LINK_DOWN", "SNMP_TRAP_LINK_UP", "RPD_BGP_NEIGHBOR_STATE_CHANGED", "DDOS_PROTOCOL_VIOLATION_SET", "RTPERF_CPU_USAGE_OK"} {
		if thinned[id] != "" || !slices.Contains(events, id) {
			t.Errorf("%s is thinned out, or not hooked: its last word must come through", id)
		}
	}
}

func messageOf(id string) string {
	e, _ := junos.ExampleOf(id)
	return e.Message
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"UI_COMMIT_PROGRESS", "EVENTD_POLICY_LIMIT_EXCEEDED", junos.Heartbeat, "", " ", "A\nB", `A"B`, "it's", `A\\B`, "JSRPD_*", strings.Repeat("A", 129), "Ä"} {
		if Refused(id) == "" {
			t.Errorf("%q may be hooked", id)
		}
	}
	for _, id := range []string{"MY_OWN", "FPC 0 PIC 0", "ping_test_failed"} {
		if why := Refused(id); why != "" {
			t.Errorf("%q: %s", id, why)
		}
	}
}

func TestWithoutHeartbeat(t *testing.T) {
	t.Parallel()
	i := install()
	i.Heartbeat = 0
	if text := strings.Join(i.Set(), "\n"); strings.Contains(text, "HEARTBEAT") {
		t.Error(text)
	}
}

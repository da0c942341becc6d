package relaytest

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseSyslog(t *testing.T) {
	const head = "<130>1 2026-11-27T03:02:11.000000Z host app - ID "
	m, err := ParseSyslog(head + `[a@1 x="1" y="q\"b\\e\]"][b@2] ` + syslogBOM + "text ü")
	if err != nil || m.Facility != 16 || m.Severity != 2 || m.Host != "host" || m.Process != "" || m.ID != "ID" || m.Text != "text ü" ||
		fmt.Sprint(m.Data) != `map[a@1:map[x:1 y:q"b\e]] b@2:map[]]` {
		t.Errorf("%+v, %v", m, err)
	}
	if m, err := ParseSyslog("<0>1 - - - - - -"); err != nil || !m.Time.IsZero() || m.Host != "" || m.Data != nil {
		t.Errorf("%+v, %v", m, err)
	}
	for _, wrong := range []string{
		"", "text", "<192>1 - - - - - -", "<01>1 - - - - - -", "<1>2 - - - - - -", "<1>1 2026-11-27t03:02:11z - - - - -",
		"<1>1 2026-11-27T03:02:11.0000001Z - - - - -", "<1>1 2026-13-27T03:02:11Z - - - - -", "<1>1 - h\u00fc - - - -", "<1>1 - - - - " + strings.Repeat("m", 33) + " -",
		head, head + `[a@1 x="1"`, head + `[a@1 x="]"]`, head + `[a@1 x=1]`, head + `[a@1][a@1]`, head + `[]`, head + "[a@1 x=\"\xff\"]",
		head + "- text", head + "-text", head + "- " + syslogBOM + "\xff", head + `[` + strings.Repeat("n", 33) + `]`,
	} {
		if _, err := ParseSyslog(wrong); err == nil {
			t.Errorf("%q passes", wrong)
		}
	}
}

package query

import (
	"os"
	"strings"
	"testing"
)

// People find each field, its other names and the rows it is of in docs/QUERY.md.
func TestFieldsAreDocumented(t *testing.T) {
	doc, err := os.ReadFile("../../docs/QUERY.md")
	if err != nil {
		t.Fatal(err)
	}
	letters := [tables]string{Events: "E", Alerts: "A", Deliveries: "D", Devices: "V", Clients: "C"}
	for _, f := range catalogue {
		row := "| `" + strings.Join(append([]string{f.Name}, f.Aliases...), "` `") + "` | "
		for table, letter := range letters {
			if len(f.on[table]) > 0 {
				row += letter
			}
		}
		if row += " | "; !strings.Contains(string(doc), "\n"+row) {
			t.Errorf("docs/QUERY.md has no row that begins %q", row)
		}
	}
}

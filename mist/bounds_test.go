package mist

import (
	"net/http"
	"runtime"
	"strings"
	"testing"
)

// However an answer is large, in bytes, in values or in rows, it is refused
// before it takes the memory, and the error says what was too much.
func TestLargeAnswersAreRefused(t *testing.T) {
	t.Parallel()
	row := `{"mac":"5c5b35000001","name":"` + strings.Repeat("x", 250) + `"},`
	for name, c := range map[string]struct{ body, want string }{
		"57 MB of rows":             {"[" + strings.Repeat(row, 190_000) + "{}]", "more than 16 MiB"},
		"empty objects":             {"[" + strings.Repeat("{},", 2_000_000) + "{}]", "more than 1000000 values"},
		"zeros in a result":         {`{"results":[{"a":[` + strings.Repeat("0,", 1_000_000) + `0]}]}`, "more than 1000000 values"},
		"small rows":                {"[" + strings.Repeat(`{"a":1},`, 30_000) + "{}]", "more than 20000 rows in one page"},
		"small rows in a result":    {`{"results":[` + strings.Repeat(`{"a":1},`, 30_000) + "{}]}", "more than 20000 rows in one page"},
		"text with many commas":     {`[{"name":"` + strings.Repeat(`,{[\"`, 500_000) + `"}]`, ""},
		"a large page of the day":   {"[" + strings.Repeat(row, 990) + "{}]", ""},
		"an answer that is no JSON": {strings.Repeat(",", 2_000_000), "not JSON"},
	} {
		t.Run(name, func(t *testing.T) {
			k := setup(t)
			k.on("GET /orgs/{org}/sites", answer(http.StatusOK, c.body))
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			_, err := collect(k.client.Sites(t.Context(), testOrg))
			runtime.ReadMemStats(&after)
			if c.want == "" {
				if err != nil {
					t.Fatal(err)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
			if !strings.Contains(c.want, "JSON") && !IsKind(err, KindTooLarge) {
				t.Errorf("it is called %v", err)
			}
			if took := after.TotalAlloc - before.TotalAlloc; took > 100<<20 {
				t.Errorf("it took %d MiB", took>>20)
			}
			if said := Explain(err); IsKind(err, KindTooLarge) && (!strings.Contains(said, "request less at a time") || !strings.Contains(said, c.want)) {
				t.Errorf("explained as %q", said)
			}
		})
	}
}

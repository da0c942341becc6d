package query

import "testing"

func TestIDsMayBeShort(t *testing.T) {
	for text, want := range map[string]string{
		"id:a345":          "id:3450000",
		"id:A345.12":       "id:3450012",
		"alert:a345":       "alert:3450000",
		"!parent_id:a1.2":  "!parent_id:10002",
		"id>=a345 id<a346": "id>=3450000 id<3460000",
	} {
		got, err := Parse(text)
		if err != nil {
			t.Errorf("Parse(%q): %v", text, err)
			continue
		}
		plain, err := Parse(want)
		if err != nil {
			t.Fatal(err)
		}
		if got.String() != plain.String() {
			t.Errorf("Parse(%q) = %q, want %q", text, got, plain)
		}
	}
	for _, text := range []string{"delivery:a345", "count:a3", "id:a", "id:a345.x"} {
		if q, err := Parse(text); err == nil {
			t.Errorf("Parse(%q) = %q, want an error", text, q)
		}
	}
}

package journal

import (
	"reflect"
	"strings"
	"testing"
)

// Whoever holds a Journal can read the view and nothing else: a method that writes it
// must not come along with the embedded reader.
func TestAJournalOnlyReads(t *testing.T) {
	j := reflect.TypeFor[*Journal]()
	for m := range j.Methods() {
		if strings.HasPrefix(m.Name, "Put") || strings.HasPrefix(m.Name, "Update") {
			t.Errorf("a Journal has %s", m.Name)
		}
	}
	if f, ok := j.Elem().FieldByName("View"); ok && f.IsExported() {
		t.Errorf("a Journal gives away its %s", f.Type)
	}
	if _, ok := j.MethodByName("Alerts"); !ok {
		t.Error("a Journal has no Alerts: the test looks at the wrong type")
	}
}

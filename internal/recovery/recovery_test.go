package recovery

import (
	"errors"
	"strings"
	"testing"
)

func TestAPanicBecomesAnErrorWithItsStack(t *testing.T) {
	err := Wrap(func() error { panic("spilled coffee") })()
	if err == nil || !strings.Contains(err.Error(), "spilled coffee") || !strings.Contains(err.Error(), "recovery_test.go") {
		t.Errorf("got %v", err)
	}
	want := errors.New("plain")
	if err := Wrap(func() error { return want })(); !errors.Is(err, want) {
		t.Errorf("an error is passed on as %v", err)
	}
	if err := Wrap(func() error { return nil })(); err != nil {
		t.Errorf("no error is passed on as %v", err)
	}
}

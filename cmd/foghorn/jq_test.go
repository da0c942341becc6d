package main

import (
	"strings"
	"testing"

	"foghorn/internal/clock"
)

// An expression that would use up the memory is ended: the whole program with it
// would be killed otherwise.
func TestExpressionsAreBoundedInMemory(t *testing.T) {
	code, err := compileJQ("[range(1e9)]")
	if err != nil {
		t.Fatal(err)
	}
	err = runJQ(t.Context(), clock.Real{}, code, 8<<20, nil, func([]byte) error { return nil })
	if err == nil || !strings.Contains(err.Error(), "more than 8 MiB of memory") {
		t.Errorf("it ends with %v", err)
	}
}

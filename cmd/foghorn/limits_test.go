package main

import (
	"strings"
	"testing"

	"foghorn/config"
	"foghorn/journal/store"
)

// The largest body that may be configured fits into a record, with its head.
func TestTheLargestBodyFitsARecord(t *testing.T) {
	load := func(size string) (*config.Config, error) {
		return config.Load(configFile(t, "[listen]\nmax_body = \""+size+"\"\n"), config.Options{Getenv: func(string) string { return "" }})
	}
	cfg, err := load("256MiB")
	if err != nil || int64(cfg.Listen.MaxBody)+1<<20 > store.MaxRecordBytes {
		t.Errorf("%d bytes may be configured, a record holds %d; %v", cfg.Listen.MaxBody, store.MaxRecordBytes, err)
	}
	if _, err := load("257MiB"); err == nil || !strings.Contains(err.Error(), "256MiB") {
		t.Errorf("a body of 257 MiB: %v", err)
	}
}

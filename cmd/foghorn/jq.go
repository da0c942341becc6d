package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"runtime"
	"time"

	"github.com/itchyny/gojq"

	"foghorn/internal/clock"
	"foghorn/internal/safetext"
	"foghorn/journal/export"
)

// compileJQ compiles an expression; nil for none.
func compileJQ(text string) (*gojq.Code, error) {
	if text == "" {
		return nil, nil
	}
	q, err := gojq.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("--jq: %w", err)
	}
	code, err := gojq.Compile(q)
	if err != nil {
		return nil, fmt.Errorf("--jq: %w", err)
	}
	return code, nil
}

// Bounds of an expression: what it makes of an answer of a few megabytes needs
// far less, and one that never ends would take all there is.
const (
	jqMemory = 512 << 20 // bytes it may add
	jqLook   = 50 * time.Millisecond
)

// runJQ hands each line that code makes of v to line. It comes back as soon as
// ctx ends or too much memory is used, whatever the expression is at: a single
// step of it may take long, and the process ends with it.
func runJQ(ctx context.Context, c clock.Clock, code *gojq.Code, v any, line func([]byte) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	type result struct {
		line []byte
		err  error
	}
	results := make(chan result)
	go func() {
		defer close(results)
		for it := code.RunWithContext(ctx, v); ; {
			r, more := it.Next()
			if !more {
				return
			}
			text, err := jqLine(r)
			select {
			case results <- result{text, err}:
			case <-ctx.Done():
				return
			}
			if err != nil {
				return
			}
		}
	}()
	before := heapBytes()
	tick, stop := c.NewTicker(jqLook)
	defer stop()
	for {
		select {
		case r, more := <-results:
			switch {
			case ctx.Err() != nil:
				return ended(ctx, "--jq")
			case !more:
				return nil
			case r.err != nil:
				return r.err
			}
			if err := line(r.line); err != nil {
				return err
			}
		case <-tick:
			if heapBytes() > before+jqMemory {
				return fmt.Errorf("--jq: the expression takes more than %d MiB of memory; does it end?", jqMemory>>20)
			}
		case <-ctx.Done():
			return ended(ctx, "--jq")
		}
	}
}

func heapBytes() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// jqLine is what is printed of a result: a text as it is, the rest as JSON.
func jqLine(r any) ([]byte, error) {
	switch r := r.(type) {
	case error:
		// It may quote a text of the cloud, with line breaks in it.
		return nil, fmt.Errorf("--jq: %s", safetext.Line(r.Error()))
	case string:
		return append([]byte(r), '\n'), nil
	}
	b, err := gojq.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("--jq: %w", err)
	}
	return append(export.Escaped(b), '\n'), nil
}

// jqValue reads JSON as gojq takes it.
func jqValue(body []byte) (any, error) {
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	err := d.Decode(&v)
	return v, err
}

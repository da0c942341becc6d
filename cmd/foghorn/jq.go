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

// Limits of an expression. The results for a response of a few megabytes need far
// less; an expression that never ends would use up the memory.
const (
	jqMemory = 512 << 20 // bytes it may allocate
	jqCheck  = 50 * time.Millisecond
)

// runJQ calls line with each result of code for v. It returns as soon as ctx ends or
// the expression has allocated more than memory bytes, without waiting for the expression: a single
// step may take long, and the goroutine ends with the process.
func runJQ(ctx context.Context, c clock.Clock, code *gojq.Code, memory uint64, v any, line func([]byte) error) error {
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
	tick, stop := c.NewTicker(jqCheck)
	defer stop()
	for {
		select {
		case r, more := <-results:
			switch {
			case ctx.Err() != nil:
				return endedError(ctx, "--jq")
			case !more:
				return nil
			case r.err != nil:
				return r.err
			}
			if err := line(r.line); err != nil {
				return err
			}
		case <-tick:
			if heapBytes() > before+memory {
				return fmt.Errorf("--jq: the expression uses more than %d MiB of memory; does it ever end?", memory>>20)
			}
		case <-ctx.Done():
			return endedError(ctx, "--jq")
		}
	}
}

func heapBytes() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// jqLine formats a result: a string raw, everything else as JSON.
func jqLine(r any) ([]byte, error) {
	switch r := r.(type) {
	case error:
		// The error may quote text from the API, line breaks included.
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

// jqValue decodes JSON as gojq expects it, with exact numbers.
func jqValue(body []byte) (any, error) {
	var v any
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	err := d.Decode(&v)
	return v, err
}

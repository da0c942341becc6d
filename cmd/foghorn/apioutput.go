package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/itchyny/gojq"

	"foghorn/internal/clock"
	"foghorn/internal/safetext"
	"foghorn/journal/export"
	"foghorn/mist"
)

// apiOutput prints the pages of a response. Pages that are lists are joined to one
// list, so that the whole output is one JSON document.
type apiOutput struct {
	w       io.Writer
	clock   clock.Clock
	filter  *gojq.Code
	include bool
	inList  bool // the list is open
	rows    int
}

func (o *apiOutput) page(ctx context.Context, resp *mist.Response) error {
	if o.include {
		o.head(resp)
	}
	body := bytes.TrimSpace(resp.Body)
	switch {
	case len(body) == 0:
		return nil
	case !json.Valid(body):
		fmt.Fprintln(o.w, string(body)) // an error page, a file, or part of a response
		if o.filter != nil || strings.Contains(resp.Header.Get("Content-Type"), "json") {
			return errors.New("the response is not JSON: it was cut off, or its Content-Type is wrong")
		}
		return nil
	case o.filter != nil:
		return o.filtered(ctx, body)
	case body[0] == '[':
		return o.list(body)
	}
	return o.document(body)
}

// head prints the status line and the headers.
func (o *apiOutput) head(resp *mist.Response) {
	fmt.Fprintf(o.w, "HTTP %d\n", resp.Status)
	for _, name := range slices.Sorted(maps.Keys(resp.Header)) {
		for _, v := range resp.Header[name] {
			fmt.Fprintf(o.w, "%s: %s\n", safetext.Line(name), safetext.Line(v))
		}
	}
	fmt.Fprintln(o.w)
}

// list adds the rows of a page to the one list of all pages.
func (o *apiOutput) list(body []byte) error {
	var rows []json.RawMessage
	if err := json.Unmarshal(body, &rows); err != nil {
		return err
	}
	o.inList = true
	var b bytes.Buffer
	for _, row := range rows {
		sep := ",\n  "
		if o.rows == 0 {
			sep = "[\n  "
		}
		o.rows++
		b.WriteString(sep)
		if err := json.Indent(&b, export.Escaped(row), "  ", "  "); err != nil {
			return err
		}
	}
	_, err := o.w.Write(b.Bytes())
	return err
}

// close ends the list.
func (o *apiOutput) close() error {
	if !o.inList {
		return nil
	}
	end := "\n]"
	if o.rows == 0 {
		end = "[]"
	}
	_, err := fmt.Fprintln(o.w, end)
	return err
}

func (o *apiOutput) document(body []byte) error {
	var b bytes.Buffer
	if err := json.Indent(&b, export.Escaped(body), "", "  "); err != nil {
		return err
	}
	_, err := fmt.Fprintln(o.w, b.String())
	return err
}

// filtered prints the results of the jq expression for a page, one per line:
// strings raw, everything else as JSON, as jq -r does.
func (o *apiOutput) filtered(ctx context.Context, body []byte) error {
	v, err := jqValue(body)
	if err != nil {
		return err
	}
	return runJQ(ctx, o.clock, o.filter, jqMemory, v, func(line []byte) error {
		_, err := o.w.Write(line)
		return err
	})
}

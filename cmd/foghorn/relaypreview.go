package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/config"
	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/relay"
)

// previewFlags are the flags of "foghorn relay preview".
type previewFlags struct {
	query, format string
	span          spanFlags
	show          int
}

func newRelayPreviewCmd(e *env) *cobra.Command {
	f := &previewFlags{}
	cmd := &cobra.Command{
		Use:   "preview NAME [ID]",
		Short: "Show what a relay would send about an item, or would have sent over recorded history",
		Long: `Show exactly what a relay would send about an alert or event: each request with its
headers and body, with the secrets hidden. For an alert it shows the first message and
the one that ends it. If the relay's query does not choose the item, it says so.

Without an id the relay is tested over recorded history, by default the last 24 hours:
how many messages it would have sent, the busiest minute, which limit of the service
they would have hit, and what would have shared a message. Nothing is sent in either case.`,
		Example: `foghorn relay preview chat a345
foghorn relay preview chat --since 7d -q 'sev>=critical'
foghorn relay preview chat --show 5`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 2 {
				return previewRelay(cmd.Context(), e, args[0], args[1], f)
			}
			return backTestRelay(cmd.Context(), e, args[0], f)
		},
	}
	addPageFormat(cmd, &f.format)
	flags := cmd.Flags()
	flags.StringVarP(&f.query, "query", "q", "", "as if the relay had this `query`")
	flags.IntVar(&f.show, "show", 0, "without an id: show the first `n` requests too")
	f.span.add(flags)
	return cmd
}

// tools are the relay with the query that was typed, and its destination.
func (f *previewFlags) tools(ctx context.Context, s *settings, j *journal.Journal, name string) (config.Relay, relay.Destination, error) {
	c, d, err := s.relayDestination(ctx, name, j)
	if err == nil && f.query != "" {
		c, err = withQuery(c, f.query)
	}
	return c, d, err
}

func previewRelay(ctx context.Context, e *env, name, typedID string, f *previewFlags) error {
	id, err := parseID(typedID, "alert or event")
	if err != nil {
		return err
	}
	return e.read(ctx, func(s *settings, j *journal.Journal) error {
		c, d, err := f.tools(ctx, s, j, name)
		if err != nil {
			return err
		}
		p, err := s.preview(ctx, j, c, d, id)
		if err != nil {
			return err
		}
		return e.printPage(f.format, p, s.clock.Now(), func(w *pageWriter) { w.preview(&p) })
	})
}

// preview writes what would be sent.
func (p *pageWriter) preview(v *relay.Preview) {
	p.line(joinWords(v.Item, v.Title))
	switch {
	case !v.Chosen:
		p.line("Relay " + v.Relay + " would not send it: " + v.Note + ". If it did:")
	case v.Note != "":
		p.line("Note: " + v.Note)
	}
	if v.Advice != "" {
		p.line("Note: " + v.Advice)
	}
	for _, s := range v.Stages {
		p.head(strings.ToUpper(s.Why[:1]) + s.Why[1:])
		if s.Problem != "" {
			p.line("It cannot be sent: " + s.Problem)
		}
		for i := range s.Requests {
			p.sample(&s.Requests[i])
		}
	}
}

// sample writes one request.
func (p *pageWriter) sample(r *relay.Sample) {
	p.line(r.Step + ": " + r.Method + " " + r.URL)
	for _, h := range r.Header {
		p.line("  " + h)
	}
	if r.Gzip {
		p.line("  Content-Encoding: gzip (below as it is before)")
	}
	for line := range strings.Lines(indented(r.Body)) {
		p.text("  " + safetext.Line(strings.TrimRight(line, "\n")) + "\n")
	}
}

// indented is a body that is JSON with line breaks, and any other as it is.
func indented(body string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(body), "", "  ") != nil {
		return body
	}
	return b.String()
}

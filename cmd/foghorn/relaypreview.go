package main

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/internal/safetext"
	"foghorn/journal"
	"foghorn/relay"
)

func newRelayPreviewCmd(e *env) *cobra.Command {
	format, typed := "", ""
	cmd := &cobra.Command{
		Use:   "preview NAME ID",
		Short: "Show what a relay would send about an alert or event",
		Long: `Show exactly what a relay would send about an alert or event: each request with its
headers and body, the secrets hidden. Nothing is sent. Of an alert it shows the first
message and its end. If the relay's query does not choose the item, it says so.`,
		Example: "foghorn relay preview chat a345\nfoghorn relay preview logs a345.12 -o json",
		RunE: func(cmd *cobra.Command, args []string) error {
			return previewRelay(cmd.Context(), e, args[0], args[1], typed, format)
		},
	}
	addPageFormat(cmd, &format)
	cmd.Flags().StringVarP(&typed, "query", "q", "", "as if the relay had this `query`")
	return cmd
}

func previewRelay(ctx context.Context, e *env, name, typedID, typed, format string) error {
	id, err := parseID(typedID, "alert or event")
	if err != nil {
		return err
	}
	return e.read(ctx, func(s *settings, j *journal.Journal) error {
		c, d, err := s.relayDestination(ctx, name)
		if err != nil {
			return err
		}
		if typed != "" {
			if c, err = withQuery(c, typed); err != nil {
				return err
			}
		}
		p, err := s.preview(ctx, j, c, d, id)
		if err != nil {
			return err
		}
		return e.printPage(format, p, s.clock.Now(), func(w *pageWriter) { w.preview(&p) })
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

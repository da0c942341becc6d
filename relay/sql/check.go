package sql

import (
	"net/http"
	"strings"

	"foghorn/internal/safetext"
	"foghorn/relay"
)

// Steps of the checks.
const (
	stepConnect = "connect"
	stepTable   = "try"
)

// Checks connect, and try each table: an insert of no rows needs the same table, columns,
// key and rights as one of many.
func (d *Destination) Checks() []*relay.Request {
	checks := []*relay.Request{d.check(stepConnect, d.dialect.version, true)}
	for _, t := range d.shape.tables {
		var b strings.Builder
		d.open(&b, t)
		nulls := strings.TrimSuffix(strings.Repeat("NULL, ", len(t.written())), ", ")
		b.WriteString("\nSELECT " + nulls + d.dialect.nothing + "\n" + d.dialect.upsert(d.dialect, t))
		checks = append(checks, d.check(stepTable+" "+t.name, b.String(), false))
	}
	return checks
}

func (d *Destination) check(step, text string, answers bool) *relay.Request {
	return &relay.Request{Step: step, URL: d.address(), Body: []byte(text + ";\n"), Unpaced: true,
		Args: &batch{statements: []statement{{text: text}}, answers: answers}}
}

// JudgeCheck says whether a check passed.
func (d *Destination) JudgeCheck(request *relay.Request, a *relay.Answer) relay.Verdict {
	switch {
	case a.Err != nil || a.Status != http.StatusOK:
		return d.verdict(a)
	case request.Step == stepConnect:
		return relay.Verdict{Outcome: relay.Sent, Reason: relay.Cut(d.dialect.name+" answers: "+safetext.Line(string(a.Body)), 100)}
	}
	return relay.Verdict{Outcome: relay.Sent, Reason: "the table takes rows"}
}

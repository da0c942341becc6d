package configs

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/safetext"
)

// maxLog bounds the commits that a log lists.
const maxLog = 10_000

// maxListed is how many objects a commit's message lists.
const maxListed = 50

// auditTrailer names the audit entry in a commit's message.
const auditTrailer = "Audit-Id: "

// message says what a commit changes: what the audit entry says, or else what changed.
func (s *Store) message(p *pending, by Commit) string {
	var b strings.Builder
	subject := safetext.Clip(safetext.Line(strings.Join(strings.Fields(by.Message), " ")), 300)
	if subject == "" && len(p.changed) == 1 {
		subject = p.changed[0].String()
	}
	if subject == "" {
		subject = fmt.Sprintf("%d objects changed", len(p.changed))
	}
	b.WriteString(subject + "\n\n")
	for i, c := range p.changed {
		if i == maxListed {
			fmt.Fprintf(&b, "and %d more\n", len(p.changed)-i)
			break
		}
		fmt.Fprintf(&b, "%s (%s)\n", c, c.Path)
	}
	if idPattern.MatchString(by.AuditID) {
		b.WriteString("\n" + auditTrailer + by.AuditID + "\n")
	}
	return b.String()
}

// History returns the versions of an object, the newest first. It needs git.
func (s *Store) History(ctx context.Context, p Path) ([]Version, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	entries, err := s.git.log(ctx, p.String())
	out := make([]Version, 0, len(entries))
	for _, e := range entries {
		e.Gone = len(e.Changes) > 0 && e.Changes[0].Verb == Deleted
		out = append(out, e.Version)
	}
	return out, err
}

// At returns an object as it was at a time. It needs git.
func (s *Store) At(ctx context.Context, p Path, when time.Time) (Object, error) {
	versions, err := s.History(ctx, p)
	if err != nil {
		return Object{}, err
	}
	for _, v := range versions {
		if v.Time.After(when) {
			continue
		}
		if v.Gone {
			return Object{}, fmt.Errorf("%s was deleted on %s: %w", s.label(p), v.Time.UTC().Format(time.RFC3339), ErrNotFound)
		}
		return s.Version(ctx, p, v.Revision)
	}
	since := ""
	if n := len(versions); n > 0 {
		since = ", which has it since " + versions[n-1].Time.UTC().Format(time.RFC3339)
	}
	return Object{}, fmt.Errorf("%s as of %s is %w%s", s.label(p), when.UTC().Format(time.RFC3339), ErrNotFound, since)
}

// label names an object as people do, where its name is known.
func (s *Store) label(p Path) string {
	x, err := s.readIndex(p.OrgID)
	if err != nil {
		return p.String()
	}
	if name := object(p, x).Name; name != "" {
		return p.Type + " " + safetext.Line(name)
	}
	return p.String()
}

// Moment is a point in the history of an object: a time, or the revision that its log
// shows, which is exact.
type Moment struct {
	Time     time.Time
	Revision string // a prefix of at least 7 digits
}

// ParseMoment reads a revision; other texts are times, which time reads.
func ParseMoment(text string, parse func(string) (time.Time, error)) (Moment, error) {
	if checkRevision(text) == nil && len(text) <= 64 {
		return Moment{Revision: text}, nil
	}
	at, err := parse(text)
	return Moment{Time: at}, err
}

// IsZero reports whether it is no moment at all.
func (m Moment) IsZero() bool { return m.Revision == "" && m.Time.IsZero() }

// AtMoment returns an object as it was at a moment. It needs git.
func (s *Store) AtMoment(ctx context.Context, p Path, m Moment) (Object, error) {
	if m.Revision == "" {
		return s.At(ctx, p, m.Time)
	}
	versions, err := s.History(ctx, p)
	if err != nil {
		return Object{}, err
	}
	for _, v := range versions {
		if strings.HasPrefix(v.Revision, m.Revision) {
			if v.Gone {
				return Object{}, fmt.Errorf("%s was deleted by %s: %w", p, m.Revision, ErrNotFound)
			}
			return s.Version(ctx, p, v.Revision)
		}
	}
	return Object{}, fmt.Errorf("%s has no revision %s; foghorn configs log lists them", p, m.Revision)
}

// Version returns an object as a revision of its History has it.
func (s *Store) Version(ctx context.Context, p Path, revision string) (Object, error) {
	if err := cmp.Or(p.check(), checkRevision(revision)); err != nil {
		return Object{}, err
	}
	x, err := s.readIndex(p.OrgID)
	if err != nil {
		return Object{}, err
	}
	o := object(p, x)
	if o.JSON, err = s.git.run(ctx, nil, "", "cat-file", "blob", revision+":"+p.String()); err != nil {
		return Object{}, err
	}
	if t, ok := FindType(p.Type, p.SiteID != ""); ok && !t.Device {
		o.Name = cmp.Or(nameOf(t, o.JSON), o.Name)
	}
	return o, nil
}

func checkRevision(r string) error {
	if len(r) < 7 || strings.Trim(r, "0123456789abcdef") != "" {
		return errors.New("a revision has at least 7 hex digits")
	}
	return nil
}

// Separators of the log. No message contains them: see safetext.
const (
	recordMark = "\x1e"
	fieldMark  = "\x1f"
)

// log lists the commits that changed a file, the newest first.
func (g *git) log(ctx context.Context, name string) ([]Entry, error) {
	return g.logFrom(ctx, "", name)
}

// logFrom is log from a revision on; from the newest when it is empty.
func (g *git) logFrom(ctx context.Context, from, name string) ([]Entry, error) {
	if g.missing != nil {
		return nil, g.missing
	}
	if !g.begun() {
		return nil, nil
	}
	args := []string{fmt.Sprintf("--max-count=%d", g.most)}
	if from != "" {
		args = append(args, from)
	}
	entries, err := g.entries(ctx, "", append(args, "--", name)...)
	if err != nil && strings.Contains(err.Error(), "does not have any commits") {
		return nil, nil
	}
	return entries, err
}

// entryFormat is what parseEntry reads: revision, time and author of the change, time of
// the commit, and message.
const entryFormat = "%x1e%H%x1f%at%x1f%an%x1f%ae%x1f%ct%x1f%B%x1f"

func parseEntry(record string) (Entry, bool) {
	f := strings.SplitN(record, fieldMark, 7)
	if len(f) < 7 {
		return Entry{}, false
	}
	at, err := strconv.ParseInt(f[1], 10, 64)
	if err != nil {
		return Entry{}, false
	}
	recorded, err := strconv.ParseInt(f[4], 10, 64)
	if err != nil {
		return Entry{}, false
	}
	e := Entry{Version: Version{Revision: f[0], Time: time.Unix(at, 0).UTC(), Author: f[2], Email: f[3]}, Recorded: time.Unix(recorded, 0).UTC()}
	e.Message, _, _ = strings.Cut(f[5], "\n")
	if _, id, ok := strings.Cut(f[5], "\n"+auditTrailer); ok {
		e.AuditID = strings.TrimSpace(id)
	}
	for line := range strings.SplitSeq(strings.TrimSpace(f[6]), "\n") {
		status, name, _ := strings.Cut(line, "\t")
		if p, err := ParsePath(name); err == nil && status != "" {
			e.Changes = append(e.Changes, Changed{Path: p, Verb: statusVerb(status[0])})
		}
	}
	return e, true
}

// statusVerb is what a letter of git says happened to a file.
func statusVerb(letter byte) Verb {
	switch letter {
	case 'A':
		return Created
	case 'D':
		return Deleted
	}
	return Modified
}

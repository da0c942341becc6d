package sql

import (
	"fmt"
	"strings"

	"foghorn/config"
	"foghorn/internal/safetext"
)

// Schema returns the statements that make the tables of a relay. They may run again:
// what is there stays as it is.
func Schema(c config.Relay) (string, error) {
	s, err := shapeOf(c)
	if err != nil {
		return "", err
	}
	d, err := parseDSN(c.DSN.Reveal())
	if err != nil {
		return "", err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "-- The tables of the relay %s, for %s. All times are in UTC.\n", safetext.Line(c.Name), d.dialect.name)
	fmt.Fprintf(&b, "-- The relay's user needs SELECT, INSERT and UPDATE on them, and nothing else.\n")
	for _, t := range s.tables {
		b.WriteByte('\n')
		b.WriteString(create(d.dialect, t))
	}
	return b.String(), nil
}

func create(d *dialect, t *table) string {
	var lines []string
	for _, c := range t.columns {
		line := d.ident(c.name) + " " + d.types[c.kind]
		if !c.optional {
			line += " NOT NULL"
		}
		lines = append(lines, line)
	}
	lines = append(lines, "PRIMARY KEY ("+d.idents(t.primary)+")")
	if t.primary[0] != t.key[0] {
		lines = append(lines, "UNIQUE ("+d.idents(t.key)+")")
	}
	var after strings.Builder
	for _, columns := range t.indexes {
		if !d.indexes {
			lines = append(lines, "INDEX ("+d.idents(columns)+")")
			continue
		}
		_, last, found := strings.Cut(t.name, ".")
		if !found {
			last = t.name
		}
		suffix := "_" + strings.Join(columns, "_") + "_idx"
		index := last[:min(len(last), maxIdent-len(suffix))] + suffix
		fmt.Fprintf(&after, "CREATE INDEX IF NOT EXISTS %s ON %s (%s);\n", d.ident(index), d.ident(t.name), d.idents(columns))
	}
	return fmt.Sprintf("-- %s\nCREATE TABLE IF NOT EXISTS %s (\n  %s\n)%s;\n%s", t.about, d.ident(t.name), strings.Join(lines, ",\n  "), d.table, after.String())
}

package sql

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"foghorn/relay"
)

// statement is one statement, with the values that are bound to it.
type statement struct {
	text   string
	values []any
}

// batch is what Request.Args holds: statements that run in one transaction.
type batch struct {
	statements []statement
	answers    bool // there is one statement, and its first value is the answer
}

// Encode returns the upsert of as many items as fit. Request.Body shows the statements
// with their values in them, for people; what the database gets is in Request.Args.
func (d *Destination) Encode(work *relay.Work) (*relay.Request, error) {
	groups := map[*table]*rows{}
	size, items := 0, 0
	for i := range work.Items {
		t, made, bytes, err := d.rows(&work.Items[i])
		if err != nil {
			return nil, err
		}
		if items > 0 && (size+bytes > maxBytes || items == maxItems) {
			break
		}
		if groups[t] == nil {
			groups[t] = &rows{places: map[string]int{}}
		}
		for _, cells := range made {
			groups[t].add(t, cells)
		}
		size += bytes
		items++
	}
	if items == 0 {
		return nil, errors.New("there is nothing to write")
	}
	b := &batch{}
	var body strings.Builder
	body.WriteString("BEGIN;\n")
	for _, t := range d.shape.tables {
		if g := groups[t]; g != nil {
			b.statements = append(b.statements, d.insert(t, g.cells))
			d.show(&body, t, g.cells)
		}
	}
	body.WriteString("COMMIT;\n")
	return &relay.Request{Step: "upsert", URL: d.address(), Body: []byte(body.String()), Items: items, Args: b}, nil
}

// rows are the rows of one table, each key once: an insert may not meet its own rows.
type rows struct {
	cells  [][]any
	places map[string]int
}

// add appends a row. It replaces an older one of the same key.
func (g *rows) add(t *table, cells []any) {
	var id string
	for i, c := range t.written() {
		for _, k := range t.key {
			if c.name == k {
				id += fmt.Sprint(cells[i], " ")
			}
		}
	}
	if at, known := g.places[id]; known {
		g.cells[at] = cells
		return
	}
	g.places[id] = len(g.cells)
	g.cells = append(g.cells, cells)
}

// rows makes the rows of an item, and says how many bytes their values have.
func (d *Destination) rows(item *relay.Item) (t *table, made [][]any, size int, err error) {
	var of []row
	switch {
	case item.Event != nil && d.shape.events != nil:
		t = d.shape.events(item.Event.Topic)
		of = []row{{journal: d.journal, event: item.Event}}
	case item.Notice != nil && d.shape.alerts != nil:
		t = d.shape.alerts
		for i := range item.Notice.Alerts {
			r := row{journal: d.journal, alert: &item.Notice.Alerts[i], why: item.Notice.Why, updated: item.Notice.Time}
			if i == 0 {
				r.notice = item.Notice
			}
			of = append(of, r)
		}
	case item.Event != nil:
		return nil, nil, 0, errors.New(`an event: this relay has send = "alerts", and no table of events`)
	default:
		return nil, nil, 0, errors.New(`an alert: this relay has send = "events", and no table of alerts`)
	}
	written := t.written()
	for i := range of {
		cells := make([]any, len(written))
		for j := range written {
			cells[j] = cell(&written[j], written[j].get(&of[i]), d.dialect.zone)
			size += 8
			if s, ok := cells[j].(string); ok {
				size += len(s)
			}
		}
		made = append(made, cells)
	}
	return t, made, size, nil
}

// insert is the statement that inserts rows, or updates those of a known key.
func (d *Destination) insert(t *table, cells [][]any) statement {
	var b strings.Builder
	d.open(&b, t)
	var values []any
	for i, r := range cells {
		b.WriteString([]string{"\nVALUES ", ", "}[min(i, 1)])
		for j, v := range r {
			b.WriteString([]string{"(", ", "}[min(j, 1)])
			values = append(values, v)
			b.WriteString(d.dialect.holder(len(values)))
		}
		b.WriteByte(')')
	}
	b.WriteString("\n" + d.dialect.upsert(d.dialect, t))
	return statement{b.String(), values}
}

// show writes the same statement with its values in it.
func (d *Destination) show(b *strings.Builder, t *table, cells [][]any) {
	d.open(b, t)
	b.WriteString("\nVALUES\n")
	for i, r := range cells {
		for j, v := range r {
			b.WriteString([]string{"  (", ", "}[min(j, 1)])
			b.WriteString(d.dialect.literal(v))
		}
		b.WriteString([]string{"),\n", ")\n"}[(i+1)/len(cells)])
	}
	b.WriteString(d.dialect.upsert(d.dialect, t) + ";\n")
}

func (d *Destination) open(b *strings.Builder, t *table) {
	var names []string
	for _, c := range t.written() {
		names = append(names, c.name)
	}
	b.WriteString("INSERT INTO " + d.dialect.ident(t.name) + " (" + d.dialect.idents(names) + ")")
}

// address says which database it is, without user and password.
func (d *Destination) address() string {
	u := url.URL{Scheme: d.dsn.scheme, Host: d.dsn.host, Path: "/" + d.dsn.database}
	return u.String()
}

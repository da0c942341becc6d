package store

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"foghorn/internal/human"
)

// Bounds of a statement that a person typed, whatever it asks for.
const (
	maxSQLLength = 64 << 10
	maxSQLValue  = 16 << 20  // bytes of one value or row
	maxSQLHeap   = 256 << 20 // bytes that all of SQLite in this process may take
)

// SQLError is a mistake in a typed statement. Line and Column begin at 1 and count
// characters; both are 0 where SQLite does not say where.
type SQLError struct {
	Line, Column int
	Text         string
}

func (e *SQLError) Error() string {
	switch {
	case e.Line == 0:
		return e.Text
	case e.Line == 1:
		return fmt.Sprintf("column %d: %s", e.Column, e.Text)
	}
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Text)
}

// sqlTables are the tables that a typed statement may read: those of the SQL views.
// The views alone cannot be the list: SQLite names a common table expression like a
// view when it asks who reads a table.
var sqlTables = []string{"alerts", "clients", "deliveries", "devices", "events", "json_each", "json_tree"}

// Select runs a statement that a person typed, and hands its rows to row until limit
// (0 for none); more reports that there are others. A value is nil, int64, float64,
// string or []byte. The statement can read the SQL views and nothing else: it has a
// connection of its own without the right to write, attach, set or load anything. The
// end of ctx interrupts it.
func (v *View) Select(ctx context.Context, text string, limit int, head func(names []string) error, row func(values []any) error) (more bool, err error) {
	c, err := openSelecting(v.path)
	if err != nil {
		return false, err
	}
	defer func() {
		err = errors.Join(err, c.Close())
		if err != nil && ctx.Err() != nil {
			err = ctx.Err() // whatever it was interrupted at
		}
	}()
	c.SetInterrupt(ctx.Done())
	if err := checkView(c, v.path); err != nil {
		return false, err
	}
	guard := &guardSQL{}
	err = sqlitex.ExecuteTransient(c, "SELECT lower(name) FROM sqlite_schema UNION SELECT lower(name) FROM pragma_module_list",
		&sqlitex.ExecOptions{ResultFunc: func(st *sqlite.Stmt) error {
			guard.tables = append(guard.tables, st.ColumnText(0))
			return nil
		}})
	if err == nil {
		err = c.SetAuthorizer(guard)
	}
	if err != nil {
		return false, wrap("select from", v.path, err)
	}
	st, err := prepareOne(c, text, guard)
	if err != nil {
		return false, err
	}
	defer func() { err = errors.Join(err, st.Finalize()) }()
	names := make([]string, st.ColumnCount())
	for i := range names {
		names[i] = st.ColumnName(i)
	}
	if err := head(names); err != nil {
		return false, err
	}
	for n := 0; ; n++ {
		there, err := st.Step()
		switch {
		case err != nil:
			return false, sqlMistake(text, err, "")
		case !there:
			return false, nil
		case limit > 0 && n == limit:
			return true, nil
		}
		if err := row(valuesOf(st)); err != nil {
			return false, err
		}
	}
}

// openSelecting opens a connection for typed statements.
func openSelecting(path string) (*sqlite.Conn, error) {
	c, err := connect(path, settings{cache: readerCache, readOnly: true})
	if err != nil {
		return nil, err
	}
	if err := exec(c, fmt.Sprintf("PRAGMA hard_heap_limit=%d", maxSQLHeap)); err != nil {
		return nil, errors.Join(wrap("open", path, err), c.Close())
	}
	if err := c.SetDefensive(true); err != nil {
		return nil, errors.Join(wrap("open", path, err), c.Close())
	}
	c.Limit(sqlite.LimitLength, maxSQLValue)
	c.Limit(sqlite.LimitSQLLength, maxSQLLength)
	c.Limit(sqlite.LimitAttached, 0)
	c.Limit(sqlite.LimitWorkerThreads, 0)
	return c, nil
}

// sqlOwn are the names that SQLite has tables of its own under.
var sqlOwn = regexp.MustCompile("^(sqlite|pragma)_")

// guardSQL decides what a typed statement may do, and remembers why it first said no.
type guardSQL struct {
	tables []string // all that the file has
	denied string
}

// Authorize allows what reads the SQL views.
func (g *guardSQL) Authorize(a sqlite.Action) sqlite.AuthResult {
	why := "only reading is possible here: SELECT ... FROM " + SQLViews()[0]
	switch a.Type() {
	case sqlite.OpSelect, sqlite.OpRecursive, sqlite.OpFunction: // SQLite itself refuses load_extension, and has no function for files
		return sqlite.AuthResultOK
	case sqlite.OpRead:
		table := strings.ToLower(a.Table())
		if slices.Contains(sqlTables, table) || slices.Contains(SQLViews(), table) {
			return sqlite.AuthResultOK
		}
		if a.Column() == "" && a.Database() == "" && !slices.Contains(g.tables, table) && !sqlOwn.MatchString(table) {
			return sqlite.AuthResultOK // a common table expression, of which no column is read
		}
		why = fmt.Sprintf("%s cannot be read here; there are %s", a.Table(), strings.Join(SQLViews(), ", "))
	}
	if g.denied == "" {
		g.denied = why
	}
	return sqlite.AuthResultDeny
}

// prepareOne compiles a text that is one statement with a result.
func prepareOne(c *sqlite.Conn, text string, guard *guardSQL) (*sqlite.Stmt, error) {
	if len(text) > maxSQLLength {
		return nil, &SQLError{Text: fmt.Sprintf("the statement has %s; the most is %s", human.Bytes(int64(len(text))), human.Bytes(maxSQLLength))}
	}
	if i := strings.IndexByte(text, 0); i >= 0 {
		return nil, sqlErrorAt(text, i, "there is a NUL character")
	}
	st, rest, err := c.PrepareTransient(text)
	if err != nil {
		return nil, sqlMistake(text, err, guard.denied)
	}
	next := len(text) - rest
	second, _, err := c.PrepareTransient(text[next:])
	switch {
	case st.ColumnCount() == 0: // blanks and comments, or VACUUM, which asks no authorizer
		err = &SQLError{Text: "there is nothing to select: write SELECT ... FROM " + SQLViews()[0]}
	case err != nil || second.ColumnCount() > 0:
		next += len(text[next:]) - len(strings.TrimLeft(text[next:], " \t\r\n;"))
		err = sqlErrorAt(text, next, "a second statement begins here; one is run at a time")
	case st.BindParamCount() > 0:
		err = &SQLError{Text: "a statement has no parameters (?) here: write the value itself"}
	}
	if second != nil {
		err = errors.Join(err, second.Finalize())
	}
	if err != nil {
		return nil, errors.Join(err, st.Finalize())
	}
	return st, nil
}

// sqlMistake words SQLite's error for the person who typed the statement.
func sqlMistake(text string, err error, denied string) error {
	code := sqlite.ErrCode(err).ToPrimary()
	if isCorrupt(err) || code == sqlite.ResultBusy || code == sqlite.ResultIOErr || code == sqlite.ResultCantOpen {
		return wrap("select from", ViewFile, err)
	}
	said := err.Error()
	for _, prefix := range []string{"SQL logic error: ", "authorization denied: "} {
		if i := strings.Index(said, prefix); i >= 0 {
			said = said[i+len(prefix):]
		}
	}
	if denied != "" {
		said = denied
	}
	if missing, is := strings.CutPrefix(said, "no such table: "); is {
		said += "; there are " + strings.Join(SQLViews(), ", ")
		if near := human.Nearest(missing, SQLViews()); near != "" {
			said = fmt.Sprintf("no such table: %s; did you mean %s?", missing, near)
		}
	}
	if strings.HasPrefix(said, "no such column: ") {
		said += "; foghorn sql --schema lists the columns"
	}
	switch code {
	case sqlite.ResultTooBig:
		said = fmt.Sprintf("a value is larger than %s", human.Bytes(maxSQLValue))
	case sqlite.ResultNoMem:
		said = fmt.Sprintf("it takes more than %s of memory; ask for less at a time", human.Bytes(maxSQLHeap))
	}
	if offset, ok := sqlite.ErrorOffset(err); ok && offset <= len(text) {
		return sqlErrorAt(text, offset, said)
	}
	return &SQLError{Text: said}
}

// sqlErrorAt is a mistake at a byte of the text.
func sqlErrorAt(text string, offset int, said string) error {
	before := text[:offset]
	line := strings.LastIndexByte(before, '\n') + 1
	return &SQLError{Line: 1 + strings.Count(before, "\n"), Column: 1 + utf8.RuneCountInString(before[line:]), Text: said}
}

// valuesOf reads the row at which a statement is.
func valuesOf(st *sqlite.Stmt) []any {
	out := make([]any, st.ColumnCount())
	for i := range out {
		switch st.ColumnType(i) {
		case sqlite.TypeInteger:
			out[i] = st.ColumnInt64(i)
		case sqlite.TypeFloat:
			out[i] = st.ColumnFloat(i)
		case sqlite.TypeText:
			out[i] = st.ColumnText(i)
		case sqlite.TypeBlob:
			out[i] = columnBytes(st, i)
		}
	}
	return out
}

// Columns returns the columns of an SQL view.
func (v *View) Columns(ctx context.Context, name string) ([]string, error) {
	return many(ctx, v, "read the columns of "+name, func(st *sqlite.Stmt) string { return st.ColumnText(0) },
		"SELECT name FROM pragma_table_info(?)", name)
}

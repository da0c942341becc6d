package mist

import (
	"bytes"
	"context"
	"fmt"
	"hash/maphash"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Limits of a list. Mist returns at most 1000 rows a page.
const (
	pageSize      = 1000
	maxPages      = 1000
	maxEmptyPages = 3 // in a row, each with a cursor to the next
)

// paging is how a list continues.
type paging int

const (
	pagingAuto   paging = iota // decided by the first page
	pagingNumber               // page=2
	pagingCursor               // the path in "next", unchanged
)

// Pages fetches the pages of a list, one per iteration, whichever way the list
// is paged. It yields at most one error and then ends. A list that does not
// end, repeats a page or announces rows that never come is an error too.
func (c *Client) Pages(ctx context.Context, r Request) iter.Seq2[*Response, error] {
	return func(yield func(*Response, error) bool) {
		for p, err := range c.pages(ctx, r, pagingAuto, false) {
			var resp *Response
			if p != nil {
				resp = p.resp
			}
			if !yield(resp, err) {
				return
			}
		}
	}
}

// page is one page: its raw rows, and where the next page is.
type page struct {
	resp  *Response
	rows  [][]byte
	next  string // the cursor
	total int    // rows of the whole list; -1 when unknown
	limit int    // rows a page; 0 when unknown
	list  bool   // the body is an array
}

// pages iterates over a list. strict requires the responses to be lists; callers
// of raw pages may page through anything.
func (c *Client) pages(ctx context.Context, r Request, how paging, strict bool) iter.Seq2[*page, error] {
	return func(yield func(*page, error) bool) {
		w := walk{client: c, request: r, how: how, strict: strict, number: 1, seen: map[uint64]bool{}}
		if r.Method != "" && !strings.EqualFold(r.Method, http.MethodGet) {
			yield(nil, w.fail("only GET requests have pages"))
			return
		}
		if n, err := strconv.Atoi(r.Query.Get("page")); err == nil && n > 1 {
			w.number, w.before = n, true
		}
		for {
			p, err := w.get(ctx)
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(p, nil) {
				return
			}
			more, err := w.advance(p)
			if err != nil {
				yield(nil, err)
				return
			}
			if !more {
				return
			}
		}
	}
}

// walk is the state of an iteration over one list.
type walk struct {
	client  *Client
	request Request
	how     paging
	strict  bool
	number  int  // of the current page
	before  bool // there were pages before the first of this walk
	pages   int
	rows    int
	empty   int // empty pages in a row
	seen    map[uint64]bool
}

// fail makes the error for a malformed list.
func (w *walk) fail(format string, args ...any) error {
	return &Error{Kind: KindMalformed, Method: http.MethodGet, Host: w.client.base.Host, Path: w.client.shownPath(w.request.Path), Status: http.StatusOK,
		Detail: fmt.Sprintf(format, args...)}
}

// get fetches the current page.
func (w *walk) get(ctx context.Context) (*page, error) {
	resp, err := w.client.Do(ctx, w.request)
	if err != nil {
		return nil, err
	}
	if err := w.client.checkJSON(w.request, resp, 0); err != nil {
		return nil, err
	}
	p := &page{resp: resp, total: -1}
	if rows, ok := Elements(resp.Body, maxRows+1, nil); ok {
		p.rows, p.list = rows, true
		p.total = headerNumber(resp.Header, "X-Page-Total", -1)
		p.limit = headerNumber(resp.Header, "X-Page-Limit", 0)
	} else {
		o, _ := ParseObject(resp.Body)
		p.rows, _ = Elements(o.Value("results"), maxRows+1, nil)
		if _, ok := o.Lookup("results"); w.strict && !ok {
			return nil, w.fail("an object without the list of results")
		}
		p.next = o.Text("next")
		p.limit = o.Int("limit")
		if o.Value("total", "total_count") != nil {
			p.total = o.Int("total", "total_count")
		}
	}
	if len(p.rows) > maxRows {
		e := tooLarge(resp.Status, "more than %d rows in one page", maxRows)
		e.Method, e.Host, e.Path = http.MethodGet, w.client.base.Host, w.client.shownPath(w.request.Path)
		return nil, e
	}
	w.pages++
	w.rows += len(p.rows)
	return p, nil
}

func headerNumber(h http.Header, name string, missing int) int {
	n, err := strconv.Atoi(strings.TrimSpace(h.Get(name)))
	if err != nil || n < 0 {
		return missing
	}
	return n
}

// advance finds the page after p, and reports whether there is one.
func (w *walk) advance(p *page) (bool, error) {
	how := w.how
	if how == pagingAuto {
		how = pagingNumber
		if p.next != "" {
			how = pagingCursor
		}
		if how == pagingCursor || p.total > len(p.rows) || p.list {
			w.how = how
		}
	}
	if len(p.rows) == 0 {
		w.empty++
	} else {
		w.empty = 0
	}
	switch {
	case how == pagingCursor && p.next == "", how == pagingNumber && !w.hasNextPage(p):
		return false, w.checkEmpty(p)
	case w.pages >= maxPages:
		return false, w.fail("the list does not end: %d pages so far", w.pages)
	case how == pagingNumber && len(p.rows) == 0:
		return false, w.fail("page %d is empty, but the list announces %d rows and only %d came", w.number, p.total, w.rows)
	case how == pagingCursor && w.empty >= maxEmptyPages:
		return false, w.fail("%d empty pages in a row, each with a link to the next page", w.empty)
	}
	if how == pagingCursor {
		return true, w.follow(p.next)
	}
	if !w.fresh(p.resp.Body) {
		return false, w.fail("page %d is the same as an earlier one: the list does not end", w.number)
	}
	w.number++
	q := cloneQuery(w.request.Query)
	q.Set("page", strconv.Itoa(w.number))
	w.request.Query = q
	return true, nil
}

// checkEmpty returns an error for a list that ended without a row although its
// total is not 0. A caller that took it for empty would drop all devices it knows.
func (w *walk) checkEmpty(p *page) error {
	if w.rows == 0 && p.total > 0 && !w.before {
		return w.fail("the list is empty, but announces %d rows", p.total)
	}
	return nil
}

// hasNextPage reports whether a numbered list has a page after p. If the cloud
// gives a total, the rows so far are compared with it, because the cloud may
// return smaller pages than requested.
func (w *walk) hasNextPage(p *page) bool {
	limit := p.limit
	if limit <= 0 {
		limit, _ = strconv.Atoi(w.request.Query.Get("limit"))
	}
	if limit <= 0 {
		limit = len(p.rows)
	}
	switch {
	case p.total < 0:
		// A full page may have a successor, but only if the request had a page
		// number to begin with.
		return w.request.Query.Has("page") && len(p.rows) > 0 && len(p.rows) >= limit
	case w.before || len(p.rows) == 0:
		return limit*w.number < p.total
	}
	return w.rows < p.total
}

// follow adopts the cursor unchanged, if it stays within the API: it comes from
// outside, and the client sends the token with it.
func (w *walk) follow(next string) error {
	u, err := url.Parse(next)
	inside := err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && u.Fragment == "" &&
		(strings.HasPrefix(next, apiRoot+"/") || strings.HasPrefix(next, w.client.base.EscapedPath()+apiRoot+"/"))
	if !inside {
		return w.fail("the link to the next page leaves %s", apiRoot)
	}
	if !w.fresh([]byte(next)) {
		return w.fail("the link to the next page repeats an earlier one: the list does not end")
	}
	w.request.Path, w.request.Query = strings.ReplaceAll(next, " ", "%20"), nil // a space would end the URL in the request line
	return nil
}

var pageSeed = maphash.MakeSeed()

// fresh reports whether b is new in this iteration.
func (w *walk) fresh(b []byte) bool {
	h := maphash.Bytes(pageSeed, bytes.TrimSpace(b))
	if w.seen[h] {
		return false
	}
	w.seen[h] = true
	return true
}

func cloneQuery(q url.Values) url.Values {
	out := make(url.Values, len(q)+1)
	for k, v := range q {
		out[k] = append([]string(nil), v...)
	}
	return out
}

// list iterates over a list and decodes its rows. It skips rows that are not
// objects.
func list[T any, P row[T]](ctx context.Context, c *Client, r Request, how paging) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for p, err := range c.pages(ctx, r, how, true) {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, raw := range p.rows {
				if t, ok := decodeRow[T, P](raw); ok && !yield(t, nil) {
					return
				}
			}
		}
	}
}

// numbered returns the query of a list with numbered pages. It always sends
// limit and page: without them some lists come whole and some in pages
// (docs/mist-api.md, Paging).
func numbered(limit int, pairs ...string) url.Values {
	q := url.Values{"limit": {strconv.Itoa(limit)}, "page": {"1"}}
	return with(q, pairs...)
}

// with adds name-value pairs to q and skips empty values.
func with(q url.Values, pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			q.Set(pairs[i], pairs[i+1])
		}
	}
	return q
}

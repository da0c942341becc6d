package mist

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// collect gets all of a list, and the error it ended with.
func collect[T any](seq iter.Seq2[T, error]) (all []T, err error) {
	for t, e := range seq {
		if e != nil {
			if err != nil {
				panic("a list that yields two errors")
			}
			err = e
			continue
		}
		all = append(all, t)
	}
	return all, err
}

// siteRows is a page of sites, named by number.
func siteRows(from, n int) string {
	var rows []string
	for i := range n {
		rows = append(rows, fmt.Sprintf(`{"id":"s%d","name":"Site %d"}`, from+i, from+i))
	}
	return "[" + strings.Join(rows, ",") + "]"
}

func TestNumberedPages(t *testing.T) {
	for name, c := range map[string]struct {
		rows, cap int // of the list, and what the server gives a page at most
		headers   bool
		want      []string
	}{
		"one page":                 {3, 1000, true, []string{"1"}},
		"three pages":              {2500, 1000, true, []string{"1", "2", "3"}},
		"exactly two":              {2000, 1000, true, []string{"1", "2"}},
		"a server of small pages":  {250, 100, true, []string{"1", "2", "3"}},
		"none at all":              {0, 1000, true, []string{"1"}},
		"no total, a short page":   {1200, 1000, false, []string{"1", "2"}},
		"no total, a full page":    {1000, 1000, false, []string{"1", "2"}},
		"no total, nothing at all": {0, 1000, false, []string{"1"}},
	} {
		t.Run(name, func(t *testing.T) {
			k := setup(t)
			var asked []string
			k.on("GET /orgs/{org}/sites", func(w http.ResponseWriter, r *http.Request) {
				page, _ := strconv.Atoi(r.URL.Query().Get("page"))
				asked = append(asked, r.URL.Query().Get("page"))
				if r.URL.Query().Get("limit") != "1000" {
					t.Errorf("asked with %s", r.URL.RawQuery)
				}
				from := min((page-1)*c.cap, c.rows)
				var headers []string
				if c.headers {
					headers = []string{"X-Page-Total", strconv.Itoa(c.rows), "X-Page-Limit", strconv.Itoa(c.cap), "X-Page-Page", strconv.Itoa(page)}
				}
				answer(200, siteRows(from, min(c.cap, c.rows-from)), headers...)(w, r)
			})
			sites, err := collect(k.client.Sites(t.Context(), testOrg))
			if err != nil || len(sites) != c.rows || !slices.Equal(asked, c.want) {
				t.Errorf("%d sites, %v, asked for pages %v; want %d, %v", len(sites), err, asked, c.rows, c.want)
			}
		})
	}
}

func TestCursorIsFollowedAsItCame(t *testing.T) {
	k := setup(t)
	next := "/api/v1/orgs/" + testOrg + "/alarms/search?end=1711035686&limit=1000&search_after=%5B1711031354000%2C+%22a2%22%5D&start=1710949286"
	k.on("GET /orgs/{org}/alarms/search", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Has("search_after") {
			answer(200, `{"results":[{"id":"a3","timestamp":1711031354,"count":"4"}],"total":3}`)(w, r)
			return
		}
		answer(200, `{"results":[{"id":"a1","acked":true,"ack_admin_name":"Ann"},null,{"id":"a2"}],"total":3,"next":`+strconv.Quote(next)+`}`)(w, r)
	})
	alarms, err := collect(k.client.SearchAlarms(t.Context(), testOrg, AlarmQuery{SiteID: testSite, Types: []string{"device_down", "switch_down"}}))
	if err != nil || len(alarms) != 3 {
		t.Fatalf("%v, %v", alarms, err)
	}
	if a := alarms[0]; !a.Acked || a.AckedBy != "Ann" || a.Count != 1 || string(a.Raw) != `{"id":"a1","acked":true,"ack_admin_name":"Ann"}` {
		t.Errorf("%+v", a)
	}
	if a := alarms[2]; a.Count != 4 || a.Time.Unix() != 1711031354 {
		t.Errorf("%+v", a)
	}
	want := []string{
		"GET /orgs/" + testOrg + "/alarms/search?limit=1000&site_id=" + testSite + "&type=device_down%2Cswitch_down",
		"GET " + strings.TrimPrefix(next, "/api/v1"),
	}
	if !slices.Equal(k.calls, want) {
		t.Errorf("asked %q, want %q", k.calls, want)
	}
}

func TestObjectsByNumber(t *testing.T) {
	k := setup(t)
	k.on("GET /orgs/{org}/logs/search", func(w http.ResponseWriter, r *http.Request) {
		page := r.URL.Query().Get("page")
		answer(200, `{"start":1,"end":2,"limit":2,"total":3,"page":`+page+`,"results":[{"id":"l`+page+`"}`+map[string]string{"1": `,{"id":"x"}`}[page]+`]}`)(w, r)
	})
	rows, err := collect(k.client.SearchAudits(t.Context(), testOrg, AuditQuery{Limit: 2}))
	if err != nil || len(rows) != 3 || rows[2].ID != "l2" || len(k.calls) != 2 {
		t.Errorf("%v, %v, %v", rows, err, k.calls)
	}
}

func TestBreakAsksForNoMore(t *testing.T) {
	k := setup(t)
	k.on("GET /orgs/{org}/sites", answer(200, siteRows(0, 1000), "X-Page-Total", "100000"))
	for _, err := range k.client.Sites(t.Context(), testOrg) {
		if err != nil {
			t.Error(err)
		}
		break
	}
	for i, s := range enumerate(k.client.Sites(t.Context(), testOrg)) {
		if i == 999 { // the last row of the page
			_ = s
			break
		}
	}
	if len(k.calls) != 2 {
		t.Errorf("%d calls for two first pages", len(k.calls))
	}
}

func enumerate[T any](seq iter.Seq2[T, error]) iter.Seq2[int, T] {
	return func(yield func(int, T) bool) {
		i := 0
		for t, err := range seq {
			if err != nil || !yield(i, t) {
				return
			}
			i++
		}
	}
}

func TestListsThatDoNotEndAreErrors(t *testing.T) {
	count := 0
	for name, c := range map[string]struct {
		reply http.HandlerFunc
		want  string
		most  int // calls
	}{
		"the same cursor again": {answer(200, `{"results":[{"id":"a"}],"next":"/api/v1/orgs/o/alarms/search?search_after=1"}`), "repeats an earlier one", 2},
		"empty pages without end": {func(w http.ResponseWriter, r *http.Request) {
			count++
			answer(200, fmt.Sprintf(`{"results":[],"next":"/api/v1/orgs/o/alarms/search?search_after=%d"}`, count))(w, r)
		}, "empty pages", 3},
		"a new cursor forever": {func(w http.ResponseWriter, r *http.Request) {
			count++
			answer(200, fmt.Sprintf(`{"results":[{"id":"a"}],"next":"/api/v1/orgs/o/alarms/search?search_after=%d"}`, count))(w, r)
		}, "1000 pages so far", 1000},
		"another host":          {answer(200, `{"results":[],"next":"https://evil.example/api/v1/x"}`), "leaves /api/v1", 1},
		"another host, shorter": {answer(200, `{"results":[],"next":"//evil.example/api/v1/x"}`), "leaves /api/v1", 1},
		"another place":         {answer(200, `{"results":[],"next":"/admin"}`), "leaves /api/v1", 1},
		"upwards":               {answer(200, `{"results":[],"next":"/api/v1/../../admin"}`), `must not contain ".."`, 1},
		"upwards, hidden":       {answer(200, `{"results":[],"next":"/api/v1/%2e%2e/admin"}`), `must not contain ".."`, 1},
		"not a path":            {answer(200, `{"results":[],"next":"/api/v1/%zz"}`), "leaves /api/v1", 1},
		"no list":               {answer(200, `{"detail":"hm"}`), "without the list of results", 1},
	} {
		t.Run(name, func(t *testing.T) {
			k := setup(t)
			k.on("GET /orgs/{org}/alarms/search", c.reply)
			_, err := collect(k.client.SearchAlarms(t.Context(), "o", AlarmQuery{}))
			if err == nil || !strings.Contains(err.Error(), c.want) || len(k.calls) > c.most {
				t.Errorf("%d calls and then %v; want %q", len(k.calls), err, c.want)
			}
		})
	}
}

func TestNumberedListsThatDoNotEndAreErrors(t *testing.T) {
	for name, c := range map[string]struct {
		reply http.HandlerFunc
		want  string
	}{
		"the same page again":  {answer(200, siteRows(0, 1000)), "same as an earlier one"},
		"an empty page midway": {answer(200, `[]`, "X-Page-Total", "5000"), "page 1 is empty"},
		"an empty page of few": {answer(200, `[]`, "X-Page-Total", "5"), "the list is empty, but announces 5"},
		"JSON cut off":         {answer(200, `[{"id":"s1"},{"na`), "cut off"},
		"nothing":              {answer(200, ``), "empty answer"},
		"a text":               {answer(200, `"sites"`), "not the kind"},
	} {
		t.Run(name, func(t *testing.T) {
			k := setup(t)
			k.on("GET /orgs/{org}/sites", c.reply)
			_, err := collect(k.client.Sites(t.Context(), testOrg))
			var e *Error
			if !errors.As(err, &e) || e.Kind != KindMalformed || !strings.Contains(e.Detail, c.want) || len(k.calls) > 2 {
				t.Errorf("%d calls and then %v; want %q", len(k.calls), err, c.want)
			}
		})
	}
}

func TestRawPages(t *testing.T) {
	k := setup(t)
	k.on("GET /orgs/{org}/sites", func(w http.ResponseWriter, r *http.Request) {
		answer(200, map[string]string{"": `[1,2]`, "2": `[3]`}[r.URL.Query().Get("page")], "X-Page-Total", "3", "X-Page-Limit", "2")(w, r)
	})
	k.on("GET /self", answer(200, `{"email":"ann@acme.example"}`))
	pages, err := collect(k.client.Pages(t.Context(), Request{Path: "/orgs/o/sites"}))
	if err != nil || len(pages) != 2 || string(pages[1].Body) != `[3]` {
		t.Errorf("%v, %v", pages, err)
	}
	pages, err = collect(k.client.Pages(t.Context(), Request{Path: "/api/v1/self"}))
	if err != nil || len(pages) != 1 {
		t.Errorf("what is no list is one page: %v, %v", pages, err)
	}
	if _, err = collect(k.client.Pages(t.Context(), Request{Method: "POST", Path: "/orgs/o/sites"})); err == nil {
		t.Error("it pages through a POST")
	}
}

func TestRawCallsGoWhereTheyShall(t *testing.T) {
	k := setup(t)
	k.on("GET /orgs/{org}/sites", answer(200, `[]`))
	host := k.client.base.String()
	for path, want := range map[string]string{
		"/api/v1/orgs/o/sites?limit=3":       "GET /orgs/o/sites?limit=3&page=1",
		"/orgs/o/sites":                      "GET /orgs/o/sites?page=1",
		"orgs/o/sites":                       "GET /orgs/o/sites?page=1",
		host + "/api/v1/orgs/o/sites":        "GET /orgs/o/sites?page=1",
		"/under/here/api/v1/orgs/o/sites":    "GET /orgs/o/sites?page=1",
		"https://evil.example/orgs/o/sites":  "",
		"//evil.example/orgs/o/sites":        "",
		"http://u:p@" + host[7:] + "/orgs/o": "",
		"/orgs//sites":                       "",
		"/orgs/../self":                      "",
		"":                                   "",
	} {
		k.calls = nil
		_, err := k.client.Do(t.Context(), Request{Path: path, Query: map[string][]string{"page": {"1"}}})
		switch {
		case want == "" && (!IsKind(err, KindBadRequest) || len(k.calls) > 0):
			t.Errorf("%q: %v, %v; want a refusal", path, k.calls, err)
		case want != "" && (err != nil || !slices.Equal(k.calls, []string{want})):
			t.Errorf("%q: %v, %v; want %q", path, k.calls, err, want)
		}
	}
}

func TestIDsStayInTheirPlace(t *testing.T) {
	k := setup(t)
	k.on("PUT /sites/{site}/devices/{device}", func(w http.ResponseWriter, r *http.Request) {
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil || len(body) != 1 || body["name"] != "ap-1" {
			t.Errorf("body: %v, %v", body, err)
		}
		answer(200, `{"id":"`+r.PathValue("device")+`","mac":"5c5b35000001","name":"ap-1"}`)(w, r)
	})
	for device, want := range map[string]string{
		"5C:5B:35:00:00:01":                    "00000000-0000-0000-1000-5c5b35000001",
		"00000000-0000-0000-1000-5c5b35000001": "00000000-0000-0000-1000-5c5b35000001",
		"../../self":                           "../../self",
	} {
		d, err := k.client.RenameDevice(t.Context(), testSite, device, "ap-1")
		if err != nil || d.ID != want || d.Name != "ap-1" {
			t.Errorf("%s: %+v, %v", device, d, err)
		}
	}
}

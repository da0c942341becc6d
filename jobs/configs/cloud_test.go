package configs

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"foghorn/mist"
)

// fakeCloud is a Mist cloud of a few objects: lists and single objects by path.
type fakeCloud struct {
	*mist.Client
	governor *mist.Governor

	mu     sync.Mutex
	lists  map[string][]string // by path: the JSON of each
	single map[string]string
	status map[string]int // what a path answers instead
	calls  []string
	posts  int
}

func newCloud(t *testing.T) *fakeCloud {
	t.Helper()
	c := &fakeCloud{lists: map[string][]string{}, single: map[string]string{}, status: map[string]int{}}
	srv := httptest.NewServer(c)
	t.Cleanup(srv.Close)
	c.governor = mist.NewGovernor(0, nil)
	var err error
	c.Client, err = mist.NewClient(mist.WithBaseURL(srv.URL), mist.WithToken("token"), mist.WithGovernor(c.governor), mist.WithHTTPClient(srv.Client()))
	if err != nil {
		t.Fatal(err)
	}
	c.lists["/orgs/"+org+"/sites"] = []string{`{"id":"` + site + `","name":"Vienna","modified_time":1}`}
	c.single["/orgs/"+org] = `{"id":"` + org + `","name":"ACME"}`
	c.single["/orgs/"+org+"/setting"] = `{"id":"x","password_policy":{"enabled":true}}`
	c.single["/sites/"+site+"/setting"] = `{"id":"x","vars":{"psk_guest":"hunter22","vlan":"10"}}`
	c.lists["/sites/"+site+"/wlans"] = []string{`{"id":"` + guest + `","ssid":"Guest","vlan_id":10}`}
	c.lists["/sites/"+site+"/devices"] = []string{`{"id":"` + device + `","type":"switch","name":"sw1","mac":"5c5b350e01c7"}`}
	c.single["/sites/"+site+"/devices/"+device+"/config_cmd"] = `{"cli":["set system host-name sw1","set system root-authentication encrypted-password \"$6$abc\""]}`
	return c
}

func (c *fakeCloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	path := strings.TrimPrefix(r.URL.Path, "/api/v1")
	c.calls = append(c.calls, r.Method+" "+path)
	w.Header().Set("Content-Type", "application/json")
	if s := c.status[path]; s != 0 {
		w.WriteHeader(s)
		_, _ = io.WriteString(w, `{"detail":"no"}`)
		return
	}
	if r.Method != http.MethodGet {
		c.change(w, r, path)
		return
	}
	if v, ok := c.single[path]; ok {
		_, _ = io.WriteString(w, v)
		return
	}
	if list, ok := c.lists[path]; ok {
		c.page(w, r, list)
		return
	}
	parent, id := path[:strings.LastIndexByte(path, '/')], path[strings.LastIndexByte(path, '/')+1:]
	if parent == "/sites" {
		parent = "/orgs/" + org + "/sites"
	}
	for _, v := range c.lists[parent] {
		if idOf([]byte(v)) == id {
			_, _ = io.WriteString(w, v)
			return
		}
	}
	if _, ok := FindType(id, strings.HasPrefix(path, "/sites/")); ok {
		_, _ = io.WriteString(w, "[]")
		return
	}
	w.WriteHeader(http.StatusNotFound)
	_, _ = io.WriteString(w, `{"detail":"not found"}`)
}

func (c *fakeCloud) page(w http.ResponseWriter, r *http.Request, list []string) {
	limit, _ := strconv.Atoi(r.URL.Query().Get("limit"))
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	limit, page = max(limit, 1), max(page, 1)
	w.Header().Set("X-Page-Total", strconv.Itoa(len(list)))
	w.Header().Set("X-Page-Limit", strconv.Itoa(limit))
	first := min((page-1)*limit, len(list))
	_, _ = fmt.Fprintf(w, "[%s]", strings.Join(list[first:min(first+limit, len(list))], ","))
}

// change is POST, PUT and DELETE, as Mist does them: PUT leaves alone what it does not
// name, and "-name" unsets a field; one that is sticky stays.
func (c *fakeCloud) change(w http.ResponseWriter, r *http.Request, path string) {
	text, _ := io.ReadAll(r.Body)
	body, err := objectOf(text)
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	answer := func(v map[string]any) string {
		text, _ := json.Marshal(v)
		_, _ = w.Write(text)
		return string(text)
	}
	if r.Method == http.MethodPost {
		c.posts++
		body["id"], body["created_time"] = fmt.Sprintf("aaaaaaaa-0000-0000-0000-%012d", c.posts), time.Now().Unix()
		c.lists[path] = append(c.lists[path], answer(body))
		return
	}
	if v, ok := c.single[path]; ok {
		c.single[path] = answer(merged(v, body))
		return
	}
	parent, id := path[:strings.LastIndexByte(path, '/')], path[strings.LastIndexByte(path, '/')+1:]
	for i, v := range c.lists[parent] {
		if idOf([]byte(v)) != id {
			continue
		}
		if r.Method == http.MethodDelete {
			c.lists[parent] = append(c.lists[parent][:i:i], c.lists[parent][i+1:]...)
			_, _ = io.WriteString(w, "{}")
			return
		}
		c.lists[parent][i] = answer(merged(v, body))
		return
	}
	w.WriteHeader(http.StatusNotFound)
}

func merged(old string, with map[string]any) map[string]any {
	v, _ := objectOf([]byte(old))
	for name, value := range with {
		if unset, ok := strings.CutPrefix(name, "-"); !ok {
			v[name] = value
		} else if unset != "sticky" {
			delete(v, unset)
		}
	}
	v["modified_time"] = time.Now().UnixNano()
	return v
}

func (c *fakeCloud) set(path string, objects ...string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.lists[path] = objects
}

func (c *fakeCloud) answers(path string, status int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.status[path] = status
}

// made returns the calls since it was asked last.
func (c *fakeCloud) made() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.calls
	c.calls = nil
	return out
}

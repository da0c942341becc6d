package mistsim

import (
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Paths under which the two halves of the API are found, whatever comes before
// them.
const (
	restRoot   = "/api/v1"
	streamPath = "/api-ws/v1/stream"
)

// API serves the cloud's REST API (/api/v1/...) and its stream
// (/api-ws/v1/stream), below any path. It works before, during and after Run;
// what webhooks tell of changes made through it goes out at once, and while Run
// is at work in its goroutines.
func (c *Cloud) API() http.Handler {
	mux := http.NewServeMux()
	for _, r := range routes() {
		mux.Handle(r.method+" "+restRoot+r.path, c.serve(r))
	}
	mux.HandleFunc("GET "+streamPath, c.serveStream)
	mux.HandleFunc("/", c.nowhere)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(w, below(r))
	})
}

// below takes what comes before the API off the path of a request.
func below(r *http.Request) *http.Request {
	for _, root := range []string{restRoot + "/", streamPath} {
		if i := strings.Index(r.URL.Path, root); i > 0 {
			u := *r.URL
			u.Path, u.RawPath = r.URL.Path[i:], ""
			r = r.WithContext(r.Context())
			r.URL = &u
			break
		}
	}
	return r
}

// route is one method and path of the REST API. What a handler needs of the
// world it may touch: the cloud's lock is held while it runs, unless it is free.
type route struct {
	method, path string
	do           func(*call) (any, error)
	open         bool // for anyone
	free         bool // runs without the cloud's lock
}

func routes() []route {
	var all []route
	for _, some := range [][]route{selfRoutes, orgRoutes, deviceRoutes, searchRoutes, alarmRoutes, eventRoutes, hookRoutes, constRoutes, sleRoutes, utilityRoutes(), configRoutes()} {
		all = append(all, some...)
	}
	return all
}

// call is one request of the REST API on its way.
type call struct {
	*Cloud
	r      *http.Request
	query  url.Values
	who    *principal // nil for routes that are open
	now    time.Time  // as this cloud's clock shows it to the caller
	header http.Header
	status int
	fault  fault
	posts  []post // what webhooks hear of it
}

func (c *Cloud) newCall(w http.ResponseWriter, r *http.Request) *call {
	return &call{Cloud: c, r: r, query: r.URL.Query(), header: w.Header(), status: http.StatusOK, now: c.clock.Now()}
}

// serve answers requests of a route: faults first, then who it is, what it may
// spend, and what it may do.
func (c *Cloud) serve(rt route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.calls.add(r.Method + " " + restRoot + rt.path)
		q := c.newCall(w, r)
		q.fault = c.faults.take(r)
		if c.faulty(w, q) {
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxBody)
		body, err := q.handle(rt)
		q.reply(w, body, err)
	})
}

// maxBody bounds what a request may carry.
const maxBody = 1 << 20

func (q *call) handle(rt route) (any, error) {
	if !rt.open {
		who, err := q.admit(q.r, q.now)
		if err != nil {
			return nil, err
		}
		q.who = who
		if err := q.mayTouch(); err != nil {
			return nil, err
		}
	}
	if rt.free {
		return rt.do(q)
	}
	body, err := q.locked(rt)
	// Whoever gets the posts may want to ask back.
	q.dispatch(q.r.Context(), q.posts, true)
	return body, err
}

func (q *call) locked(rt route) (any, error) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.settle()
	q.catchUp()
	return rt.do(q)
}

// settle lets people in who would be there if the story had begun: a cloud can
// be asked before it runs.
func (c *Cloud) settle() {
	if !c.populated {
		c.world.now = c.clock.Now().Truncate(time.Millisecond).Add(-c.options.History)
		c.populate()
	}
}

// mayTouch says whether the caller may do this to the organization or site that
// the path names.
func (q *call) mayTouch() error {
	who, r := q.who, q.r
	if who.role == "" && !strings.HasSuffix(r.URL.Path, "/self") && !strings.HasSuffix(r.URL.Path, "/two_factor") {
		return unauthorized // the second factor is missing
	}
	if r.Method != http.MethodGet {
		if err := who.mayWrite(r); err != nil {
			return err
		}
	}
	if org := r.PathValue("org_id"); org != "" {
		if org != q.world.org.ID {
			return notFound
		}
		if who.site != "" {
			return forbidden
		}
	}
	if site := r.PathValue("site_id"); site != "" {
		q.mu.Lock()
		s := q.world.sites[site]
		known := s != nil && !s.removed
		q.mu.Unlock()
		if !known {
			return notFound
		}
		if who.site != "" && who.site != site {
			return forbidden
		}
	}
	return nil
}

// nowhere answers what is no endpoint.
func (c *Cloud) nowhere(w http.ResponseWriter, r *http.Request) {
	c.calls.add(r.Method + " elsewhere")
	q := c.newCall(w, r)
	q.reply(w, nil, notFound)
}

package mistsim

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

const aList = "/api/v1/orgs/ORG/inventory?limit=5"

// Each fault strikes as often as it was ordered, and then everything is well.
func TestFaultsStrikeAndPass(t *testing.T) {
	for name, c := range map[string]struct {
		order Order
		sign  func(answer) bool
	}{
		"server error":  {Order{Kind: ServerError, Times: 2}, func(a answer) bool { return a.status == 503 }},
		"bad gateway":   {Order{Kind: ServerError, Times: 2, Status: 502}, func(a answer) bool { return a.status == 502 }},
		"storm":         {Order{Kind: Storm, Times: 2, Delay: 90 * time.Second}, func(a answer) bool { return a.status == 429 && a.header.Get("Retry-After") == "90" }},
		"page":          {Order{Kind: HTML, Times: 2}, func(a answer) bool { return a.status == 200 && strings.HasPrefix(a.body, "<!DOCTYPE") }},
		"half":          {Order{Kind: HalfBody, Times: 2}, func(a answer) bool { return a.status == 200 && !json.Valid([]byte(a.body)) }},
		"empty":         {Order{Kind: EmptyPages, Times: 2}, func(a answer) bool { return a.body == "[]" && a.header.Get("X-Page-Total") != "0" }},
		"only its path": {Order{Kind: ServerError, Times: 2, Path: "/inventory"}, func(a answer) bool { return a.status == 503 }},
	} {
		t.Run(name, func(t *testing.T) {
			d := openDesk(t, nil).unchecked()
			d.Faults().Order(c.order)
			if c.order.Path != "" {
				d.get("/api/v1/self")
			}
			for range 2 {
				if a := d.ask(AdminToken, "GET", aList, ""); !c.sign(a) {
					t.Errorf("no sign of it: %d %v %.80s", a.status, a.header, a.body)
				}
			}
			if rows := d.get(aList).rows(); len(rows) != 5 {
				t.Errorf("it did not pass: %d rows", len(rows))
			}
			if n := d.Faults().Struck()[c.order.Kind]; n != 2 {
				t.Errorf("it struck %d times", n)
			}
		})
	}
}

func TestAPageWithoutEnd(t *testing.T) {
	d := openDesk(t, nil).unchecked()
	if err := d.Play(t.Context(), "rogue-ap"); err != nil {
		t.Fatal(err)
	}
	d.Faults().Order(Order{Kind: EndlessPages, Times: 3})
	first := d.get("/api/v1/orgs/ORG/alarms/search").object()["next"].(string)
	if second := d.get(first).object()["next"]; second != first {
		t.Errorf("the cursor moves from %v to %v", first, second)
	}
	if a := d.get(aList + "&page=77"); len(a.rows()) != 5 || a.header.Get("X-Page-Total") < "1000000" {
		t.Errorf("%v", a.header)
	}
}

func TestAClockThatIsOff(t *testing.T) {
	d := openDesk(t, nil)
	d.Faults().Order(Order{Kind: ClockOff, Delay: time.Hour})
	a := d.get("/api/v1/orgs/ORG/alarms/search")
	if end := a.object()["end"]; end != float64(noon.Add(time.Hour).Unix()) || a.header.Get("Date") != noon.Add(time.Hour).Format(http.TimeFormat) {
		t.Errorf("end %v, date %v", end, a.header.Get("Date"))
	}
}

func TestASlowAnswerComesLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := mustNew(t, Options{Unposted: true})
		c.Faults().Order(Order{Kind: Slow, Delay: 7 * time.Second})
		began := time.Now()
		r := httptest.NewRequest("GET", "/api/v1/self", nil)
		r.Header.Set("Authorization", "Token "+AdminToken)
		w := httptest.NewRecorder()
		c.API().ServeHTTP(w, r)
		if took := time.Since(began); took != 7*time.Second || w.Code != 200 {
			t.Errorf("%d after %v", w.Code, took)
		}
	})
}

func TestABodyThatBreaksOff(t *testing.T) {
	d := openDesk(t, nil)
	server := httptest.NewServer(d.API())
	defer server.Close()
	d.Faults().Order(Order{Kind: BrokenBody})
	r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+strings.Replace(aList, "ORG", d.Org().ID, 1), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Token "+AdminToken)
	resp, err := server.Client().Do(r)
	if err != nil {
		return // broken off before the headers were out
	}
	defer resp.Body.Close()
	if raw, err := io.ReadAll(resp.Body); err == nil {
		t.Errorf("it arrived whole: %d bytes", len(raw))
	}
}

func TestASiteThatIsTakenAway(t *testing.T) {
	d := openDesk(t, nil)
	all := len(d.get("/api/v1/orgs/ORG/sites").rows())
	site := d.Org().Sites[0]
	if !d.Faults().RemoveSite(site.ID) || d.Faults().RemoveSite(site.ID) {
		t.Fatal("it cannot be taken away, or twice")
	}
	d.ask(AdminToken, "GET", "/api/v1/sites/SITE/stats/devices", "").is(404)
	if got := len(d.get("/api/v1/orgs/ORG/sites").rows()); got != all-1 {
		t.Errorf("%d sites of %d are left", got, all)
	}
	if got := having(d.get("/api/v1/orgs/ORG/inventory?limit=1000").rows(), "site_id", site.ID); len(got) != 0 {
		t.Errorf("%d of its devices are left", len(got))
	}
	// The stories go on.
	for _, s := range Scenarios() {
		if err := d.Play(t.Context(), s.Name); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPeopleGetAPageForPeople(t *testing.T) {
	d := openDesk(t, nil).unchecked()
	r := d.request(AdminToken, "GET", "/api/v1/self", "")
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	if a := d.send(r); !strings.HasPrefix(a.body, "<!DOCTYPE") {
		t.Errorf("%s", a.body)
	}
}

package mist

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// desk is a governor whose time stands still until it is moved.
type desk struct {
	*Governor
	now time.Time
}

func newDesk(limit int) *desk {
	d := &desk{now: time.Date(2026, 3, 1, 10, 20, 0, 0, time.UTC)}
	d.Governor = NewGovernor(limit, func() time.Time { return d.now })
	return d
}

// spend makes n calls and returns how many were let through.
func (d *desk) spend(name string, u Urgency, n int) int {
	passed := 0
	for range n {
		if d.admit(caller{name, u}) == nil {
			passed++
		}
	}
	return passed
}

func TestTheLessUrgentMakeRoom(t *testing.T) {
	for _, c := range []struct {
		used int
		want [4]float64 // background, routine, prompt, operator
	}{
		{0, [4]float64{1, 1, 1, 1}},
		{599, [4]float64{1, 1, 1, 1}},
		{600, [4]float64{2, 1, 1, 1}},
		{800, [4]float64{0, 3, 1, 1}},
		{950, [4]float64{0, 0, 4, 1}},
		{999, [4]float64{0, 0, 4, 1}},
		{1000, [4]float64{0, 0, 0, 1}},
		{5000, [4]float64{0, 0, 0, 1}},
	} {
		d := newDesk(1000)
		d.Learn(Usage{Requests: c.used})
		for i, u := range []Urgency{Background, Routine, Prompt, Operator} {
			if got := d.IntervalFactor(u); got != c.want[i] {
				t.Errorf("at %d of 1000 %s is stretched %v times, want %v", c.used, u, got, c.want[i])
			}
			if err := d.admit(caller{"x", u}); (err != nil) != (c.want[i] == 0) {
				t.Errorf("at %d of 1000 %s gets %v", c.used, u, err)
			}
			d.Learn(Usage{Requests: c.used})
		}
	}
}

func TestABackgroundFloodLeavesRoomForPeople(t *testing.T) {
	d := newDesk(1000)
	if n := d.spend("trend", Background, 5000); n != 800 {
		t.Errorf("background took %d calls, want 800", n)
	}
	if n := d.spend("stats", Routine, 5000); n != 150 {
		t.Errorf("routine took %d calls, want 150", n)
	}
	if n := d.spend("alarms", Prompt, 5000); n != 50 {
		t.Errorf("prompt took %d calls, want 50", n)
	}
	if n := d.spend("ann", Operator, 20); n != 20 {
		t.Errorf("a person got %d of 20 calls", n)
	}
	err := d.admit(caller{"stats", Routine})
	var budget *BudgetError
	if !errors.As(err, &budget) || budget.Spender != "stats" || !strings.Contains(Explain(err), "stats waits: 1020 of 1000 API calls of this hour are used, the counter starts again at 11:00Z") {
		t.Errorf("%v: %s", err, Explain(err))
	}

	d.now = d.now.Add(40 * time.Minute) // the hour is full
	if n := d.spend("trend", Background, 10); n != 10 {
		t.Errorf("in the new hour %d of 10 calls", n)
	}
	if u := d.Usage(); u.Used != 10 || !u.Resets.Equal(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v", u)
	}
}

func TestTheCloudKnowsBetter(t *testing.T) {
	d := newDesk(0)
	d.spend("stats", Routine, 10)
	d.Learn(Usage{Requests: 3000, Limit: 10_000, Left: 5 * time.Minute})
	if u := d.Usage(); u.Used != 3000 || u.Limit != 10_000 || !u.Resets.Equal(d.now.Add(5*time.Minute)) {
		t.Errorf("%+v", u)
	}
	// Its hour ends at 10:25 of our clock, and the next an hour later.
	d.now = d.now.Add(5*time.Minute + 2*time.Hour + time.Second)
	if u := d.Usage(); u.Used != 0 || !u.Resets.Equal(time.Date(2026, 3, 1, 13, 25, 0, 0, time.UTC)) {
		t.Errorf("after two hours: %+v", u)
	}
	// What is nonsense is not learned.
	d.Learn(Usage{Requests: -4, Limit: 0, Left: 48 * time.Hour})
	if u := d.Usage(); u.Used != 0 || u.Limit != 10_000 || !u.Resets.Equal(time.Date(2026, 3, 1, 13, 25, 0, 0, time.UTC)) {
		t.Errorf("after nonsense: %+v", u)
	}

	own := newDesk(500) // the configuration allows less than the cloud
	own.Learn(Usage{Requests: 1, Limit: 5000})
	if u := own.Usage(); u.Limit != 500 {
		t.Errorf("the own limit is lifted to %d", u.Limit)
	}
}

func TestAClockThatIsPutBackStopsNobody(t *testing.T) {
	d := newDesk(100)
	d.spend("ann", Operator, 100)
	d.answered(&Error{Kind: KindRateLimit, Retry: d.now.Add(30 * time.Minute)})
	d.now = d.now.Add(-24 * time.Hour)
	if n := d.spend("stats", Routine, 5); n != 5 {
		t.Errorf("a day earlier %d of 5 calls pass: %+v", n, d.Usage())
	}
}

func TestA429WithoutATimeWaitsLongerEachTime(t *testing.T) {
	d := newDesk(0)
	var waits []time.Duration
	for range 4 {
		e := &Error{Kind: KindRateLimit}
		d.answered(e)
		waits = append(waits, e.Retry.Sub(d.now))
		d.now = e.Retry
	}
	want := []time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute}
	if !slices.Equal(waits, want) {
		t.Errorf("waits %v, want %v", waits, want)
	}
	d.now = time.Date(2026, 3, 1, 10, 58, 0, 0, time.UTC)
	e := &Error{Kind: KindRateLimit}
	if d.answered(e); !e.Retry.Equal(time.Date(2026, 3, 1, 11, 0, 0, 0, time.UTC)) {
		t.Errorf("it waits past the hour, until %v", e.Retry)
	}
	d.answered(nil)
	d.now = e.Retry
	again := &Error{Kind: KindRateLimit}
	if d.answered(again); again.Retry.Sub(d.now) != 30*time.Second {
		t.Errorf("after an answer it begins with %v", again.Retry.Sub(d.now))
	}
}

func TestWhoSpendsWhat(t *testing.T) {
	d := newDesk(1000)
	d.Declare("stats", Routine, 120)
	d.spend("inventory", Background, 5) // at the start: no flood
	d.spend("ann", Operator, 2)
	for range 30 {
		d.now = d.now.Add(time.Minute)
		d.spend("alarms", Prompt, 1)
	}
	tell := func() string {
		var b strings.Builder
		for _, s := range d.Usage().Spenders {
			fmt.Fprintf(&b, "%s %s %d %d %s\n", s.Name, s.Urgency, s.Calls, s.PerHour, s.State)
		}
		return b.String()
	}
	if got, want := tell(), `stats routine 0 120 
alarms prompt 30 62 
inventory background 5 10 
ann operator 2 4 
`; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	d.Learn(Usage{Requests: 850})
	if got, want := tell(), `stats routine 0 120 slowed
alarms prompt 30 62 
inventory background 5 10 stopped
ann operator 2 4 
`; got != want {
		t.Errorf("at 85 %%\n%swant\n%s", got, want)
	}
	d.now = d.now.Add(59 * time.Minute)
	if got, want := tell(), `stats routine 0 120 
alarms prompt 0 1 
ann operator 0 0 
inventory background 0 0 
`; got != want {
		t.Errorf("an hour later\n%swant\n%s", got, want)
	}
}

func TestSpendersAreBounded(t *testing.T) {
	d := newDesk(0)
	for i := range 5000 {
		d.spend(fmt.Sprint("site ", i), Routine, 1)
	}
	if n := len(d.Usage().Spenders); n > maxSpenders+1 {
		t.Errorf("%d accounts", n)
	}
}

func TestManyAtOnce(t *testing.T) {
	d := newDesk(1000)
	var group sync.WaitGroup
	var mu sync.Mutex
	passed := 0
	for i := range 8 {
		group.Go(func() {
			n := d.spend(fmt.Sprint("poller ", i), Routine, 500)
			d.Usage()
			d.IntervalFactor(Routine)
			d.answered(nil)
			mu.Lock()
			defer mu.Unlock()
			passed += n
		})
	}
	group.Wait()
	if passed != 950 {
		t.Errorf("%d calls passed together, want 950", passed)
	}
}

func TestUsageTeachesTheGovernor(t *testing.T) {
	k := setup(t)
	k.on("GET /self/usage", answer(200, `{"requests":"4200","request_limit":5000,"seconds":1200.5}`))
	u, err := k.client.Usage(WithCaller(t.Context(), "usage", Operator))
	if err != nil || u.Left != 1200500*time.Millisecond {
		t.Fatalf("%+v, %v", u, err)
	}
	if k.client.Governor().IntervalFactor(Background) != 0 || k.client.Governor().Usage().Used != 4200 {
		t.Errorf("%+v", k.client.Governor().Usage())
	}
	_, err = collect(k.client.Sites(WithCaller(t.Context(), "trend", Background), testOrg))
	var budget *BudgetError
	if !errors.As(err, &budget) || len(k.calls) != 1 {
		t.Errorf("%v after calls %v", err, k.calls)
	}
}

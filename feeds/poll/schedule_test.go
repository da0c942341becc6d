package poll

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"foghorn/mist"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// purse is a governor that says what it is told.
type purse struct {
	stretch  map[mist.Urgency]float64 // 1 when it is not there
	declared map[string]int
}

func (p *purse) Stretch(u mist.Urgency) float64 {
	if f, ok := p.stretch[u]; ok {
		return f
	}
	return 1
}
func (p *purse) Declare(name string, _ mist.Urgency, perHour int) { p.declared[name] = perHour }

// desk is a schedule whose tasks end as the test says.
type desk struct {
	*schedule
	t     *testing.T
	purse *purse
	now   time.Time
	asked []string // what ran, with the minute
	ends  map[string]func() (int, error)
}

func newDesk(t *testing.T, tasks ...*task) *desk {
	d := &desk{t: t, purse: &purse{stretch: map[mist.Urgency]float64{}, declared: map[string]int{}}, now: noon, ends: map[string]func() (int, error){}}
	d.schedule = &schedule{budget: d.purse, jitter: func() float64 { return 0.5 }, probe: probeTask,
		tasks: append([]*task{{name: probeTask, urgency: mist.Prompt, every: 5 * time.Minute}}, tasks...)}
	return d
}

// until runs what is due, as it becomes due, for a while.
func (d *desk) until(length time.Duration) {
	d.t.Helper()
	end := d.now.Add(length)
	for range 100_000 {
		due := d.due(d.now)
		for _, t := range due {
			d.asked = append(d.asked, t.name)
			calls, err := 1, error(nil)
			if f := d.ends[t.name]; f != nil {
				calls, err = f()
			}
			d.done(t, d.now, d.now, calls, err)
		}
		next := d.next(d.now)
		if !next.After(d.now) && len(due) == 0 {
			d.t.Fatalf("a spin at %v: asked %d times", d.now, len(d.asked))
		}
		if d.now = next; d.now.After(end) {
			d.now = end
			return
		}
	}
	d.t.Fatal("no end")
}

func (d *desk) times(name string) (n int) {
	for _, a := range d.asked {
		if a == name {
			n++
		}
	}
	return n
}

// always ends a task with an error.
func always(e *mist.Error) func() (int, error) {
	return func() (int, error) { return 1, e }
}

func minutely(name string) *task { return &task{name: name, urgency: mist.Routine, every: time.Minute} }

func TestEachTaskComesBackAfterItsInterval(t *testing.T) {
	t.Parallel()
	d := newDesk(t, minutely("devices"), &task{name: "sle", urgency: mist.Routine, every: time.Hour})
	d.until(time.Hour - time.Second)
	if got := fmt.Sprint(d.times("devices"), d.times("sle"), d.times(probeTask)); got != "60 1 12" {
		t.Errorf("asked %s times", got)
	}
}

func TestWhatCostsMuchIsAskedLessOften(t *testing.T) {
	t.Parallel()
	large := &task{name: "devices", urgency: mist.Routine, every: time.Minute, callsPerHour: 240}
	d := newDesk(t, large)
	d.ends["devices"] = func() (int, error) { return 12, nil } // pages
	d.until(time.Hour - time.Second)
	if n := d.times("devices"); n*12 > 240+12 || n < 18 {
		t.Errorf("%d readings of 12 calls", n)
	}
	if d.purse.declared["devices"] != 240 {
		t.Errorf("declares %v", d.purse.declared)
	}
}

func TestTheGovernorStretchesAndStops(t *testing.T) {
	t.Parallel()
	d := newDesk(t, minutely("devices"))
	d.purse.stretch[mist.Routine] = 3
	d.until(time.Hour - time.Second)
	if n := d.times("devices"); n != 20 {
		t.Errorf("stretched by 3 it was asked %d times", n)
	}
	d.purse.stretch[mist.Routine] = 0
	d.asked = nil
	d.until(time.Hour)
	if n := d.times("devices"); n != 0 || d.times(probeTask) == 0 {
		t.Errorf("stopped it was asked %d times, and what is prompt %d times", n, d.times(probeTask))
	}
	delete(d.purse.stretch, mist.Routine)
	d.until(2 * time.Minute)
	if d.times("devices") == 0 {
		t.Error("it does not go on")
	}
}

func TestARefusedTokenStopsAllButOneRareQuestion(t *testing.T) {
	t.Parallel()
	d := newDesk(t, minutely("devices"), minutely("alarms"))
	d.until(3 * time.Minute)
	d.asked = nil
	refused := always(&mist.Error{Kind: mist.KindAuth, Host: "api.mist.com"})
	for _, n := range []string{probeTask, "devices", "alarms"} {
		d.ends[n] = refused
	}
	d.until(2 * time.Hour)
	if n := len(d.asked); n > 16 {
		t.Errorf("asked %d times in two hours with a token that is refused: %v", n, d.asked)
	}
	if line, up := d.line(); up || !strings.Contains(line, "does not accept the token (401)") {
		t.Errorf("line %q, up %t", line, up)
	}
	clear(d.ends) // a new token
	d.asked = nil
	d.until(12 * time.Minute)
	if line, up := d.line(); line != "" || !up || d.times("devices") == 0 || d.times("alarms") == 0 {
		t.Errorf("with a good token: line %q, up %t, asked %v", line, up, d.asked)
	}
}

func TestA401OfOneEndpointIsThatTasksAlone(t *testing.T) {
	t.Parallel()
	d := newDesk(t, minutely("devices"), minutely("alarms"))
	d.ends["alarms"] = always(&mist.Error{Kind: mist.KindAuth})
	d.until(50 * time.Minute)
	if d.times("alarms") != 1 || d.times("devices") < 49 {
		t.Errorf("alarms %d times, devices %d times", d.times("alarms"), d.times("devices"))
	}
	if line, up := d.line(); !up || !strings.HasPrefix(line, "alarms: ") {
		t.Errorf("line %q, up %t", line, up)
	}
}

func TestAMissingRightStopsOneTaskAndSaysSo(t *testing.T) {
	t.Parallel()
	edges := minutely("mist edges")
	edges.optional = true
	d := newDesk(t, minutely("devices"), minutely("audits"), edges)
	d.ends["audits"] = always(&mist.Error{Kind: mist.KindPermission, Path: "/api/v1/orgs/x/logs/search"})
	d.ends["mist edges"] = always(&mist.Error{Kind: mist.KindNotFound})
	d.until(3 * time.Hour)
	if d.times("audits") > 4 || d.times("mist edges") > 4 || d.times("devices") < 179 {
		t.Errorf("audits %d, edges %d, devices %d times", d.times("audits"), d.times("mist edges"), d.times("devices"))
	}
	if line, up := d.line(); !up || !strings.HasPrefix(line, "audits: no rights on /api/v1/orgs/x/logs/search (403") || strings.Contains(line, "more") {
		t.Errorf("line %q, up %t", line, up)
	}
}

func TestACloudInTroubleIsAskedByOneCallAtATime(t *testing.T) {
	t.Parallel()
	for _, kind := range []mist.Kind{mist.KindServer, mist.KindTransport, mist.KindMalformed} {
		d := newDesk(t, minutely("devices"), minutely("alarms"), minutely("sites"), minutely("events"))
		for _, task := range d.tasks {
			d.ends[task.name] = always(&mist.Error{Kind: kind, Host: "api.mist.com", Status: 503})
		}
		d.until(time.Hour)
		if n := len(d.asked); n > 90 {
			t.Errorf("%s: asked %d times in an hour of trouble", kind, n)
		}
		if line, up := d.line(); up || line == "" {
			t.Errorf("%s: line %q, up %t", kind, line, up)
		}
		clear(d.ends)
		d.asked = nil
		d.until(20 * time.Minute)
		if line, up := d.line(); line != "" || !up {
			t.Errorf("%s: when it is over: line %q, up %t, asked %v", kind, line, up, d.asked)
		}
	}
}

func TestOneTaskInTroubleDoesNotHoldUpTheOthers(t *testing.T) {
	t.Parallel()
	d := newDesk(t, minutely("devices"), minutely("alarms"))
	d.ends["alarms"] = always(&mist.Error{Kind: mist.KindMalformed, Detail: "a web page instead of JSON"})
	d.until(time.Hour - time.Second)
	if n := d.times("alarms"); n > 12 || d.times("devices") != 60 {
		t.Errorf("alarms %d times, devices %d times", n, d.times("devices"))
	}
	if line, up := d.line(); !up || !strings.Contains(line, "a web page instead of JSON") {
		t.Errorf("line %q, up %t", line, up)
	}
}

func TestNobodyAsksBefore429IsOver(t *testing.T) {
	t.Parallel()
	d := newDesk(t, minutely("devices"))
	over := noon.Add(20 * time.Minute)
	d.ends["devices"] = func() (int, error) {
		if d.now.Before(over) {
			return 1, &mist.Error{Kind: mist.KindRateLimit, Retry: over}
		}
		return 1, nil
	}
	d.until(30 * time.Minute)
	if n := d.times("devices"); n < 8 || n > 12 {
		t.Errorf("asked %d times", n)
	}
	d.ends["devices"] = func() (int, error) {
		return 0, &mist.BudgetError{Spender: "devices", Urgency: mist.Routine}
	}
	d.until(10 * time.Minute)
	if line, up := d.line(); line != "" || !up {
		t.Errorf("a budget that is kept is no trouble: %q, %t", line, up)
	}
}

func TestWhatComesAfterWaitsForTheFirstTry(t *testing.T) {
	t.Parallel()
	after := minutely("alarms")
	after.after = "sites"
	d := newDesk(t, minutely("sites"), after)
	if due := d.due(noon); len(due) != 2 || due[1].name != "sites" {
		t.Fatalf("due at first: %d", len(due))
	}
	if due := d.due(noon); len(due) != 0 {
		t.Fatalf("something runs twice at once, or too early: %s", due[0].name)
	}
	sites := d.tasks[1]
	d.done(sites, noon, noon, 1, context.Canceled)
	if len(d.due(noon)) != 1 {
		t.Error("a task that was broken off is not tried again")
	}
	d.done(sites, noon, noon, 1, errors.New("disk full"))
	if due := d.due(noon); len(due) != 1 || due[0].name != "alarms" {
		t.Error("what waited is not freed by a try that failed")
	}
	if line, _ := d.line(); line != "sites: disk full" {
		t.Errorf("line %q", line)
	}
}

func TestANudgeBringsATaskForward(t *testing.T) {
	t.Parallel()
	d := newDesk(t, &task{name: "sites", urgency: mist.Routine, every: time.Hour})
	d.until(10 * time.Minute)
	d.nudge(d.now, "sites")
	d.until(time.Minute)
	if n := d.times("sites"); n != 2 {
		t.Errorf("asked %d times", n)
	}
}

// A cloud that comes back is noticed within a minute, however long it was gone,
// and what failed meanwhile is asked again at once.
func TestACloudThatComesBackIsNoticedWithinAMinute(t *testing.T) {
	t.Parallel()
	for _, gone := range []time.Duration{2 * time.Minute, 20 * time.Minute, 5*time.Hour + 7*time.Second} {
		for _, only := range []string{"", probeTask} { // what goes on failing when all else is back
			d := newDesk(t, &task{name: "devices", urgency: mist.Routine, every: time.Minute}, &task{name: "sites", urgency: mist.Routine, every: 10 * time.Minute})
			d.until(30 * time.Minute)
			away := true
			for _, name := range []string{probeTask, "devices", "sites"} {
				d.ends[name] = func() (int, error) {
					if away || name == only {
						return 1, &mist.Error{Kind: mist.KindTransport}
					}
					return 1, nil
				}
			}
			d.until(gone)
			away, d.asked = false, nil
			wait := time.Minute
			if only != "" {
				wait += time.Minute // another task than the probe finds out
			}
			d.until(wait)
			if only == "" && d.times("devices") == 0 {
				t.Errorf("gone for %v: within a minute of its return only %v were asked", gone, d.asked)
			}
			if _, up := d.line(); !up {
				t.Errorf("gone for %v, %q still failing: the feed is not up", gone, only)
			}
			if told := d.cameBack(); !told || d.cameBack() {
				t.Error("the return is not told once")
			}
		}
	}
}

// Whoever hears of the cloud by another way has it tried at once.
func TestAHurryTriesAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, &task{name: "devices", urgency: mist.Routine, every: time.Minute})
	d.until(30 * time.Minute)
	away := true
	for _, name := range []string{probeTask, "devices"} {
		d.ends[name] = func() (int, error) {
			if away {
				return 1, &mist.Error{Kind: mist.KindTransport}
			}
			return 1, nil
		}
	}
	d.until(20 * time.Minute)
	away, d.asked = false, nil
	d.runSoon(d.now)
	if d.until(time.Second); len(d.asked) == 0 {
		t.Error("nothing was asked within a second")
	}
}

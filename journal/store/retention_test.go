package store

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"foghorn/internal/clock"
	"foghorn/journal/event"
	"foghorn/journal/query"
)

// journal is a log and its view with a history of one record a minute, each
// with one event.
type journal struct {
	t    *testing.T
	dir  string
	log  *Log
	view *View
	now  time.Time
}

func newJournal(t *testing.T) *journal {
	j := &journal{t: t, dir: t.TempDir(), now: began}
	j.log = openTestLog(t, j.dir)
	j.view = openTestView(t, j.dir, Options{})
	return j
}

// receive appends a delivery of a topic with a body of n bytes, and projects it.
func (j *journal) receive(topic string, n int) int64 {
	j.t.Helper()
	j.now = j.now.Add(time.Minute)
	d := event.Delivery{Received: j.now, Topic: topic, Verdict: event.Verified, Body: []byte(strings.Repeat("x", n))}
	if topic == "refused" {
		d.Verdict = event.Failed
	}
	r, err := event.DeliveryRecord(d)
	if err != nil {
		j.t.Fatal(err)
	}
	seqs, err := j.log.Append(context.Background(), r)
	if err != nil {
		j.t.Fatal(err)
	}
	j.project(seqs[0], d)
	return seqs[0]
}

// project books a delivery and its event in the view.
func (j *journal) project(seq int64, d event.Delivery) {
	j.t.Helper()
	d.ID = seq
	update(j.t, j.view, func(tx Tx) error {
		e := event.Event{ID: event.ID(seq, 0), Time: d.Received.Add(-time.Second), Received: d.Received, Topic: d.Topic, Fingerprint: uint64(seq) << 40, DeliveryID: seq, Duplicates: 1}
		_, err := tx.Claim(&e)
		return errors.Join(err, tx.PutEvent(&e), tx.PutDelivery(&d), tx.SetPosition(seq))
	})
}

// alert opens, or with resolved ends, an alert on the event of a record.
func (j *journal) alert(seq int64, resolved bool) {
	j.t.Helper()
	a := sampleAlert(event.ID(seq, 0))
	if resolved {
		a.Resolved = &j.now
	}
	update(j.t, j.view, func(tx Tx) error { return tx.PutAlert(&a) })
}

// claim asks whether an event is known, without booking it.
func (j *journal) claim(e event.Event) (known int64) {
	j.t.Helper()
	e.ID = event.ID(1e9, 0)
	onlyAsked := errors.New("only asked")
	err := j.view.Update(context.Background(), func(tx Tx) (err error) {
		if known, err = tx.Claim(&e); err != nil {
			return err
		}
		return onlyAsked
	})
	if !errors.Is(err, onlyAsked) {
		j.t.Fatal(err)
	}
	return known
}

// limits of the tests: locations are kept for an hour, refusals up to 3,000
// bytes, the rest for a day.
func limits() Retention {
	return Retention{
		GroupOf: func(g string) string {
			switch {
			case strings.HasPrefix(g, "location"):
				return "location"
			case g == "refused":
				return g
			}
			return "rest"
		},
		Limits: func(g string) (time.Duration, int64) {
			switch g {
			case "location":
				return time.Hour, 0
			case "refused":
				return 0, 3000
			}
			return 24 * time.Hour, 0
		},
	}
}

// trim runs steps until there is nothing more to do, and returns how many
// records went. A new trimmer each time proves that nothing hangs on its memory.
func (j *journal) trim(r Retention) (gone int) {
	j.t.Helper()
	tr, err := NewTrimmer(j.log, j.view, r)
	if err != nil {
		j.t.Fatal(err)
	}
	defer tr.Close()
	tr.clock = ageClock{trusted: j.now, at: clock.Elapsed(clock.Real{})} // time passed, and nobody set the clock
	for range 1000 {
		res, err := tr.Trim(context.Background(), j.now)
		if err != nil {
			j.t.Fatal(err)
		}
		if res.Records > 2*stepRecords {
			j.t.Fatalf("one step removed %d records", res.Records)
		}
		gone += res.Records
		if !res.More {
			return gone
		}
	}
	j.t.Fatal("retention never ends")
	return 0
}

// left are the sequences in the log; the view has to hold the same deliveries
// and events, and to count them.
func (j *journal) left() (seqs []int64) {
	j.t.Helper()
	ctx := context.Background()
	records, err := j.log.Read(ctx, 0, 1e6, 1e9)
	if err != nil {
		j.t.Fatal(err)
	}
	for _, r := range records {
		seqs = append(seqs, r.Seq)
	}
	var events, deliveries []int64
	es, err1 := j.view.Events(ctx, query.Page{Limit: 1e6})
	ds, err2 := j.view.Deliveries(ctx, query.Page{Limit: 1e6})
	st, err3 := j.view.Status(ctx)
	if err := errors.Join(err1, err2, err3); err != nil {
		j.t.Fatal(err)
	}
	for i, e := range slices.Backward(es) {
		events = append(events, e.DeliveryID)
		deliveries = append(deliveries, ds[i].ID)
	}
	if !reflect.DeepEqual(events, seqs) || !reflect.DeepEqual(deliveries, seqs) {
		j.t.Errorf("log holds %v, view holds events of %v and deliveries %v", seqs, events, deliveries)
	}
	if n := int64(len(seqs)); st.Counts.Events != n || st.Counts.Deliveries+st.Counts.Refused != n {
		j.t.Errorf("%d records and counts %+v", n, st.Counts)
	}
	if n := len(dump(j.t, j.view, "fingerprints")); n != len(seqs) {
		j.t.Errorf("%d fingerprints of %d events", n, len(seqs))
	}
	return seqs
}

func TestRetentionByAgeOfEachGroup(t *testing.T) {
	j := newJournal(t)
	for range 100 { // 200 minutes of locations and alarms in turn
		j.receive("location", 10)
		j.receive("alarms", 10)
	}
	// The last location that is older than an hour is the one of minute 139.
	if gone := j.trim(limits()); gone != 70 {
		t.Errorf("%d records went", gone)
	}
	seqs := j.left()
	if len(seqs) != 130 || seqs[0] != 2 || seqs[69] != 140 || seqs[70] != 141 {
		t.Errorf("left are %v", seqs)
	}
	if gone := j.trim(limits()); gone != 0 {
		t.Errorf("a second run took %d more", gone)
	}
	j.now = j.now.Add(30 * 24 * time.Hour)
	j.trim(limits())
	if seqs := j.left(); !reflect.DeepEqual(seqs, []int64{200}) {
		t.Errorf("after a month %v are left; the newest has to stay", seqs)
	}
	if seq := j.receive("alarms", 10); seq != 201 {
		t.Errorf("sequence %d was given after 200", seq)
	}
}

// "Older records were removed" is said of a group only when some were.
func TestKeptSinceIsKnownOfEachGroup(t *testing.T) {
	j := newJournal(t)
	kept := func(group string) time.Time {
		t.Helper()
		since, err := j.view.KeptSince(t.Context(), group)
		if err != nil {
			t.Fatal(err)
		}
		return since
	}
	j.receive("alarms", 10)
	first := j.receive("location", 10)
	j.trim(limits())
	for _, group := range []string{"alarms", "location"} {
		if since := kept(group); !since.IsZero() {
			t.Errorf("nothing was removed, and %s are kept since %v", group, since)
		}
	}
	j.now = j.now.Add(2 * time.Hour)
	next := j.now.Add(time.Minute)
	j.receive("location", 10)
	j.trim(limits())
	if got := j.left(); slices.Contains(got, first) {
		t.Fatalf("the first location is still there: %v", got)
	}
	if since := kept("location"); !since.Equal(next) {
		t.Errorf("locations are kept since %v, want %v", since, next)
	}
	if since := kept("alarms"); !since.IsZero() {
		t.Errorf("no alarm was removed, and they are kept since %v", since)
	}
}

func TestRetentionBySizeTakesTheOldest(t *testing.T) {
	j := newJournal(t)
	for range 20 {
		j.receive("refused", 1000)
		j.receive("alarms", 1000)
	}
	j.trim(limits())
	seqs := j.left()
	refused := 0
	for _, s := range seqs {
		if s%2 == 1 {
			refused++
		}
	}
	// Heads count too: two refusals and their heads fit into 3,000 bytes.
	if refused != 2 || len(seqs) != 22 || seqs[len(seqs)-2] != 39 || seqs[len(seqs)-4] != 37 {
		t.Errorf("left are %v", seqs)
	}
}

// A record that opened an alert stays for as long as the alert is unresolved.
func TestRetentionKeepsWhatAlertsStandOn(t *testing.T) {
	j := newJournal(t)
	first := j.receive("location", 10)
	j.receive("location", 10)
	j.alert(first, false)
	j.now = j.now.Add(2 * time.Hour)
	last := j.receive("alarms", 10)
	j.trim(limits())
	if seqs := j.left(); !reflect.DeepEqual(seqs, []int64{first, last}) {
		t.Fatalf("left are %v", seqs)
	}
	j.alert(first, true)
	j.trim(limits())
	if seqs := j.left(); !reflect.DeepEqual(seqs, []int64{last}) {
		t.Errorf("after the alert was resolved %v are left", seqs)
	}
	st, err := j.view.Status(context.Background())
	if err != nil || st.Counts.Alerts[event.Resolved] != 0 {
		t.Errorf("the resolved alert still counts: %+v, %v", st.Counts, err)
	}
}

// What the projector has not read yet is not removed, however old it is.
func TestRetentionWaitsForTheProjector(t *testing.T) {
	j := newJournal(t)
	j.receive("location", 10)
	for range 3 {
		if _, err := j.log.Append(context.Background(), event.Record{Kind: event.RecordDelivery, Group: "location", At: j.now, Head: []byte("{}")}); err != nil {
			t.Fatal(err)
		}
	}
	j.now = j.now.Add(48 * time.Hour)
	if gone := j.trim(limits()); gone != 1 {
		t.Errorf("%d records went", gone)
	}
}

// A crash between the view and the log leaves a record that the next step
// removes; one before either leaves all of it.
func TestRetentionGoesOnAfterACrash(t *testing.T) {
	j := newJournal(t)
	for range 5 {
		j.receive("location", 10)
	}
	j.now = j.now.Add(2 * time.Hour)
	j.receive("alarms", 10)
	tr, err := NewTrimmer(j.log, j.view, limits())
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	// The log cannot be written at that moment: the view has lost the rows already.
	if err := exec(tr.conn, "PRAGMA query_only=ON"); err != nil {
		t.Fatal(err)
	}
	if _, err := tr.Trim(context.Background(), j.now); err == nil {
		t.Fatal("the log took a deletion that it could not")
	}
	if last, err := j.log.Read(context.Background(), 0, 100, 1e6); err != nil || len(last) != 6 {
		t.Fatalf("%d records, %v", len(last), err)
	}
	j.trim(limits())
	if seqs := j.left(); !reflect.DeepEqual(seqs, []int64{6}) {
		t.Errorf("left are %v", seqs)
	}
}

// A removed event is forgotten: the same happening told later is new, as it
// would be after a rebuild.
func TestRetentionForgetsFingerprints(t *testing.T) {
	j := newJournal(t)
	j.receive("location", 10)
	e, err := j.view.Event(context.Background(), event.ID(1, 0))
	if err != nil {
		t.Fatal(err)
	}
	e.Fingerprint = 1 << 40
	known := j.claim(e)
	if known != e.ID {
		t.Errorf("before: known as %d", known)
	}
	j.now = j.now.Add(2 * time.Hour)
	j.receive("alarms", 10)
	j.trim(limits())
	if known := j.claim(e); known != 0 {
		t.Errorf("after: known as %d", known)
	}
}

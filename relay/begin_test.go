package relay

import (
	"testing"
	"time"

	"foghorn/config"
	"foghorn/journal/store"
)

// A relay that begins does not tell what is history. What was open before it began and
// ends now has no recovery to tell either.
func TestARelayBeginsWithWhatComes(t *testing.T) {
	t.Parallel()
	bubble(t, keeps, func(d *desk) {
		d.stop()
		d.ap("lobby-ap3", 1, true)
		c := d.relay.o.Config
		c.Name = "new"
		d.start(c)
		d.wait(time.Minute)
		d.ap("lobby-ap3", 1, false)
		d.wait(time.Minute)
		d.took()
	})
}

// A relay that is new while the view is derived again, as after an update, does not tell
// what is history either.
func TestARelayBeginsBehindAViewThatIsNot(t *testing.T) {
	t.Parallel()
	for send, change := range map[string]func(*config.Relay, *service){"alerts": keeps, "events": stream(10)} {
		t.Run(send, func(t *testing.T) {
			t.Parallel()
			bubble(t, change, func(d *desk) {
				d.stop()
				d.ap("lobby-ap3", 1, true)
				d.must(d.view.Close())
				_, err := store.SetAside(d.dir, store.ViewFile, "old")
				d.must(err)
				d.openView()
				c := d.relay.o.Config
				c.Name = "new"
				d.start(c)
				d.wait(time.Minute)
				d.project()
				d.wait(time.Minute)
				d.took()
				d.ap("lobby-ap4", 2, true)
				d.wait(time.Minute)
				if len(d.service.took) != 1 {
					t.Errorf("took %q", d.service.took)
				}
			})
		})
	}
}

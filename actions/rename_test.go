package actions_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"foghorn/actions"
	"foghorn/journal/event"
	"foghorn/journal/query"
	"foghorn/mist/mistsim"
)

// device is one of the cloud's, as the journal would have it.
func (d *desk) device(i int) event.Device {
	d.t.Helper()
	site := d.cloud.Org().Sites[0]
	of := site.Devices[i]
	mac, ok := event.ParseMAC(of.MAC)
	if !ok {
		d.t.Fatalf("%q is no MAC", of.MAC)
	}
	return event.Device{Source: "acme", OrgID: d.cloud.Org().ID, SiteID: site.ID, Site: site.Name, MAC: mac, Name: of.Name, Type: of.Type}
}

// nameInCloud is what the cloud calls a device now.
func (d *desk) nameInCloud(of event.Device) string {
	d.t.Helper()
	got, err := d.client(mistsim.AdminToken).GetDevice(d.ctx, of.SiteID, string(of.MAC))
	d.must(err)
	return got.Name
}

func TestARenameReachesMistAndTheJournalAndCanBeUndone(t *testing.T) {
	d := open(t)
	acts, of := d.process(nil), d.device(0)
	d.must(acts.Rename(d.ctx, ada, "acme", of, "lobby-new"))
	if name := d.nameInCloud(of); name != "lobby-new" {
		t.Fatalf("the cloud calls it %q", name)
	}
	d.project()
	done, err := d.view.Activities(d.ctx, event.DeviceTarget(of.MAC), 5)
	d.must(err)
	if len(done) != 1 || done[0].Before != of.Name || done[0].After != "lobby-new" || done[0].Sync.State != event.SyncDone || done[0].Actor != "ada" {
		t.Errorf("the journal says %+v", done)
	}
	renamed := of
	renamed.Name = "lobby-new"
	d.must(acts.Rename(d.ctx, ada, "acme", renamed, of.Name))
	if name := d.nameInCloud(of); name != of.Name {
		t.Errorf("after the undo the cloud calls it %q", name)
	}
}

func TestNamesThatCannotBeAreRefusedBeforeMistIsAsked(t *testing.T) {
	d := open(t)
	acts, of := d.process(nil), d.device(0)
	homeless := of
	homeless.SiteID = ""
	for name, c := range map[string]struct {
		device event.Device
		to     string
		says   string
	}{
		"empty":     {of, "", "empty"},
		"blank":     {of, "   ", "empty"},
		"too long":  {of, strings.Repeat("x", 65), "65 characters"},
		"control":   {of, "lobby\x1b[31m", "cannot be seen"},
		"bidi":      {of, "lobby\u202e3pa", "cannot be seen"},
		"the same":  {of, of.Name, "that name already"},
		"siteless":  {homeless, "lobby", "assigned to no site"},
		"no device": {event.Device{Source: "acme"}, "lobby", "MAC"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := acts.Rename(d.ctx, ada, "acme", c.device, c.to); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("got %v, want %q", err, c.says)
			}
		})
	}
	if n := d.cloud.TotalCalls(); n != 0 {
		t.Errorf("%d calls were made", n)
	}
}

func TestANameThatIsTakenIsAWarningAndNoRefusal(t *testing.T) {
	d := open(t)
	acts, of, other := d.process(nil), d.device(0), d.device(1)
	warning, err := checkRename(d.ctx, acts, "acme", of, strings.ToUpper(other.Name))
	d.must(err)
	if !strings.Contains(warning, other.MAC.String()) {
		t.Errorf("the warning is %q and does not name %s", warning, other.MAC)
	}
	if warning, err = checkRename(d.ctx, acts, "acme", of, "free-name"); err != nil || warning != "" {
		t.Errorf("a free name: %q, %v", warning, err)
	}
	d.must(acts.Rename(d.ctx, ada, "acme", of, other.Name))
	if name := d.nameInCloud(of); name != other.Name {
		t.Errorf("the cloud calls it %q", name)
	}
}

func TestARefusedRenameSaysWhyHereAndInTheJournal(t *testing.T) {
	d := open(t)
	acts, of := d.process(func(o *actions.Options) { o.Clouds[0].API = d.client(mistsim.ReadToken) }), d.device(0)
	err := acts.Rename(d.ctx, ada, "acme", of, "lobby-new")
	if err == nil || !strings.Contains(err.Error(), "no rights") {
		t.Fatalf("the error is %v", err)
	}
	d.project()
	done, err := d.view.Activities(d.ctx, event.DeviceTarget(of.MAC), 5)
	d.must(err)
	if len(done) != 1 || !strings.Contains(done[0].Sync.Reason, "no rights") {
		t.Errorf("the journal says %+v", done)
	}
	if name := d.nameInCloud(of); name != of.Name {
		t.Errorf("the cloud calls it %q", name)
	}
}

func TestASourceWithoutATokenSaysWhatItLacks(t *testing.T) {
	d := open(t)
	acts := d.process(nil)
	err := acts.Rename(d.ctx, ada, "other", d.device(0), "x")
	if err == nil || !strings.Contains(err.Error(), "token and an org_id") || errors.Is(err, actions.ErrReadOnly) {
		t.Errorf("got %v", err)
	}
}

// Devices of other organizations, however many, hide none from the check of names.
func TestTheNameCheckReadsTheDevicesOfItsOwnSource(t *testing.T) {
	d := open(t)
	var asked query.Page
	view := pageSpy{journal{d.view, d.log}, &asked}
	acts := d.process(func(o *actions.Options) { o.View = view })
	d.must(d.view.PutDevices(d.ctx, "other", []event.Device{{Source: "other", MAC: "5c5b35000009", Name: "lobby"}}, nil))
	d.must(d.view.PutDevices(d.ctx, "acme", []event.Device{{Source: "acme", MAC: "5c5b35000001", Name: "old", SiteID: "s"}, {Source: "acme", MAC: "5c5b35000002", Name: "taken"}}, nil))
	of := event.Device{Source: "acme", MAC: "5c5b35000001", Name: "old", SiteID: "s"}
	if w, err := checkRename(d.ctx, acts, "acme", of, "lobby"); err != nil || w != "" {
		t.Errorf("a name of another organization: %q, %v", w, err)
	}
	if w, err := checkRename(d.ctx, acts, "acme", of, "taken"); err != nil || w != "device 5c:5b:35:00:00:02 at no site has that name already" {
		t.Errorf("a taken name: %q, %v", w, err)
	}
	if asked.Where.Device(&event.Device{Source: "other"}, noon) || !asked.Where.Device(&event.Device{Source: "acme"}, noon) {
		t.Errorf("the devices of all organizations were read: %q", asked.Where)
	}
}

type pageSpy struct {
	journal
	asked *query.Page
}

func (s pageSpy) Devices(ctx context.Context, p query.Page) ([]event.Device, error) {
	*s.asked = p
	return s.journal.Devices(ctx, p)
}

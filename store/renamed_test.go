package store

import (
	"context"
	"testing"

	"foghorn/event"
	"foghorn/query"
)

func TestADeviceHasTheNameThatWasLearnedLast(t *testing.T) {
	ctx := context.Background()
	v := openTestView(t, t.TempDir(), Options{})
	first, second := sampleDevice(1), sampleDevice(2)
	must(t, v.PutDevices(ctx, "acme", []event.Device{first, second}, nil))
	update(t, v, func(tx Tx) error { return tx.PutName(Name{"device", string(first.MAC), "zz-lobby"}) })
	q, err := query.Parse("")
	must(t, err)
	devices, err := v.Devices(ctx, query.Page{Where: q})
	must(t, err)
	if len(devices) != 2 || devices[0].Name != "zz-lobby" || devices[0].MAC != first.MAC || devices[1].Name != second.Name {
		t.Errorf("devices: %+v", devices)
	}
}

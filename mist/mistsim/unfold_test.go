package mistsim

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// typesOf are the types of the device events that the listener got about a device.
func (d *desk) typesOf(mac string) (out []string) {
	for _, e := range d.told("device-events") {
		if e["mac"] == mac || e["ap"] == mac {
			out = append(out, e["type"].(string))
		}
	}
	return out
}

// A switch that is told to restart goes down, its access points with it, and all come back.
func TestARestartTakesADeviceDownAndBringsItBack(t *testing.T) {
	t.Parallel()
	d := openDesk(t, nil)
	site := d.Org().Sites[0]
	sw := site.OfType(Switch)[0]
	i := slices.IndexFunc(site.Devices, func(o *Device) bool { return o.Uplink == sw.MAC && o.Type == AP })
	ap := site.Devices[i]
	status := func() [2]bool {
		d.get("/api/v1/orgs/ORG/inventory")
		org := d.Org()
		return [2]bool{org.Device(sw.MAC).Connected, org.Device(ap.MAC).Connected}
	}
	d.ask(AdminToken, "POST", "/api/v1/sites/SITE/devices/"+sw.ID+"/restart", "").is(200)
	for _, step := range []struct {
		pass time.Duration
		want [2]bool
	}{{0, [2]bool{true, true}}, {2 * time.Second, [2]bool{false, true}}, {2 * time.Second, [2]bool{false, false}}, {20 * time.Second, [2]bool{false, false}}, {time.Minute, [2]bool{true, true}}} {
		d.clock.Advance(step.pass)
		if got := status(); got != step.want {
			t.Fatalf("after %s more: the switch and its access point are %v, want %v", step.pass, got, step.want)
		}
	}
	want := []string{"SW_RESTART_BY_USER", "SW_DISCONNECTED", "SW_CONNECTED", "SW_RESTARTED"}
	if got := d.typesOf(sw.MAC); !slices.Equal(got[:min(4, len(got))], want) {
		t.Errorf("told %v, want %v first", got, want)
	}
	d.ask(AdminToken, "POST", "/api/v1/sites/SITE/devices/"+sw.ID+"/bounce_port", `{"ports":["ge-0/0/1"]}`).is(200)
	before := len(d.typesOf(sw.MAC))
	d.clock.Advance(3 * time.Second)
	status()
	if got := d.typesOf(sw.MAC); got[before-1] != "SW_PORT_DOWN" || got[before] != "SW_PORT_UP" {
		t.Errorf("the bounce told %v", got[before-1:])
	}
}

// While the story is told, a restart is a part of it.
func TestARestartDuringTheStory(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := &recorder{}
		o := r.options(7)
		o.Speed, o.History = 10, -1
		c := mustNew(t, o)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- c.Run(ctx) }()
		synctest.Wait()
		d := &desk{t: t, Cloud: c, api: c.API()}
		ap := d.Org().Sites[0].OfType(AP)[1]
		d.ask(AdminToken, "POST", "/api/v1/sites/SITE/devices/"+ap.ID+"/restart", "").is(200)
		time.Sleep(time.Second)
		if d.Org().Device(ap.MAC).Connected {
			t.Error("it did not go down")
		}
		time.Sleep(5 * time.Second)
		if !d.Org().Device(ap.MAC).Connected {
			t.Error("it did not come back")
		}
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

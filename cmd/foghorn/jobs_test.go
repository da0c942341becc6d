package main

import (
	"strings"
	"syscall"
	"testing"
)

// A collector that was killed is still named in its lock file. Nobody waits for it: a
// command runs its job itself.
func TestAJobAfterTheCollectorWasKilled(t *testing.T) {
	t.Parallel()
	o := newOrganization(t)
	eventually(t, "a switch is known", func() bool { return len(o.devices(t, "name:sw-ham-02")) == 1 })
	o.collector.stop(t, syscall.SIGKILL)
	for _, wait := range [][]string{nil, {"--wait"}} {
		r := o.run(t, append([]string{"jobs", "run", "ping", "sw-ham-02"}, wait...)...)
		if r.code != 0 || !strings.Contains(r.out, "5 packets received") {
			t.Errorf("%v: exit %d\n%s%s", wait, r.code, r.out, r.errOut)
		}
	}
}

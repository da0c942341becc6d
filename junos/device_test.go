package junos

import "testing"

func TestRoutingEnginesAreOfOneDevice(t *testing.T) {
	for host, want := range map[string]string{
		"re0.edge01": "edge01", "re1.edge01": "edge01", "RE1.edge01.example.com": "edge01.example.com", "re0-edge01": "edge01", "re1_edge01": "edge01",
		"edge01-re0": "edge01", "edge01_re1": "edge01", "edge01-RE1.example.com": "edge01.example.com",
		"edge01": "edge01", "re0": "re0", "re0.": "re0.", "-re0": "-re0", "re2.edge01": "re2.edge01", "core0.edge01": "core0.edge01", "edge-re01": "edge-re01",
		"store1": "store1", "pre0.edge": "pre0.edge", "edge01.re0.example.com": "edge01.re0.example.com", "": "",
	} {
		if got := Device(host); got != want {
			t.Errorf("Device(%q) = %q, want %q", host, got, want)
		}
		if again := Device(want); again != want {
			t.Errorf("Device(%q) = %q", want, again)
		}
	}
}

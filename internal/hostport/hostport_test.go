package hostport

import "testing"

func TestDialable(t *testing.T) {
	for listen, want := range map[string]string{
		":8484": "127.0.0.1:8484", "0.0.0.0:8484": "127.0.0.1:8484", "[::]:8484": "127.0.0.1:8484",
		"127.0.0.1:1": "127.0.0.1:1", "192.0.2.7:80": "192.0.2.7:80", "[2001:db8::1]:80": "[2001:db8::1]:80",
		"noc.example:443": "noc.example:443", "no port": "no port",
	} {
		if got := Dialable(listen); got != want {
			t.Errorf("%s is reached at %s, want %s", listen, got, want)
		}
	}
}

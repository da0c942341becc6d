package tui

import "testing"

func TestASlowLineGetsTwoFramesASecond(t *testing.T) {
	if got := (Options{LowBandwidth: true}).frameRate(); got != 2 {
		t.Errorf("%d frames a second", got)
	}
	if got := (Options{}).frameRate(); got < 34 { // a key may take 30 ms
		t.Errorf("%d frames a second", got)
	}
}

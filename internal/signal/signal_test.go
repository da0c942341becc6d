package signal

import (
	"testing"
	"testing/synctest"
)

func received(s Signal) bool {
	select {
	case <-s:
		return true
	default:
		return false
	}
}

func TestSignalsNobodyReceivedAreOne(t *testing.T) {
	s := New()
	if received(s) {
		t.Error("a new signal is set")
	}
	for range 3 {
		s.Notify()
	}
	if !received(s) {
		t.Error("a signal sent before the receiver waits is lost")
	}
	if received(s) {
		t.Error("three signals that nobody received count as more than one")
	}
}

func TestNotifyWakesTheReceiver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, woken := New(), false
		go func() {
			<-s
			woken = true
		}()
		synctest.Wait()
		s.Notify()
		synctest.Wait()
		if !woken {
			t.Error("the receiver still waits")
		}
	})
}

func TestZeroSignalHasNoReceiver(t *testing.T) {
	var s Signal
	s.Notify()
	if received(s) {
		t.Error("the zero signal is set")
	}
}

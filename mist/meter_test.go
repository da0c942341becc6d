package mist

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestAMeterCountsCallsAndEndsAListThatDoesNotEnd(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		fmt.Fprintf(w, `{"results":[{"id":"%d"}],"next":"/api/v1/orgs/o/alarms/search?search_after=%d"}`, asked, asked)
	}))
	defer server.Close()
	c, err := NewClient(WithBaseURL(server.URL), WithToken("t"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, meter := WithCallLimit(t.Context(), 7)
	rows, last := 0, error(nil)
	for _, err := range c.SearchAlarms(ctx, "o", AlarmQuery{}) {
		if last = err; err == nil {
			rows++
		}
	}
	if !IsKind(last, KindMalformed) || rows != 7 || asked != 7 || meter.Calls() != 7 {
		t.Errorf("%d rows, %d calls, meter says %d, and then %v", rows, asked, meter.Calls(), last)
	}
	if free, m := WithCallLimit(t.Context(), 0); m.full() != nil || meterOf(free) != m || meterOf(t.Context()).full() != nil {
		t.Error("a context without a bound has one")
	}
}

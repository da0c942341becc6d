package event

import (
	"encoding/json"
	"math"
	"testing"
)

func TestWhatIsNotKnownIsNullInJSON(t *testing.T) {
	for want, v := range map[string]any{
		`[0.5,null,null,null,1]`: Trend{0.5, -1, math.NaN(), math.Inf(1), 1},
		`[-72.5,null,0]`:         Values{-72.5, math.NaN(), 0},
		`null`:                   Trend(nil),
		`{"site_id":"s","site":"hq","metric":"coverage","time":"0001-01-01T00:00:00Z","trend":[null,0.9],"value":null}`: SLEScore{SiteID: "s", Site: "hq", Metric: "coverage", Value: -1, Trend: Trend{-1, 0.9}},
		`{"site_id":"s","site":"hq","metric":"coverage","time":"0001-01-01T00:00:00Z","value":0}`:                       &SLEScore{SiteID: "s", Site: "hq", Metric: "coverage"},
	} {
		got, err := json.Marshal(v)
		if err != nil || string(got) != want {
			t.Errorf("%v, %v\n got %s\nwant %s", v, err, got, want)
		}
	}
	for _, unknown := range []float64{-1, math.NaN(), math.Inf(1)} {
		if _, err := json.Marshal(SLEScore{Value: unknown}); err != nil {
			t.Errorf("a score of %v: %v", unknown, err)
		}
	}
	var s SLEScore
	if err := json.Unmarshal([]byte(`{"value":null,"trend":[null,0.9]}`), &s); err != nil || s.Value != -1 || len(s.Trend) != 2 || s.Trend[0] != -1 || s.Trend[1] != 0.9 {
		t.Errorf("%+v, %v", s, err)
	}
	var v Values
	if err := json.Unmarshal([]byte(`[null,-72]`), &v); err != nil || len(v) != 2 || !math.IsNaN(v[0]) || v[1] != -72 {
		t.Errorf("%v, %v", v, err)
	}
}

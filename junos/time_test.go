package junos

import (
	"fmt"
	"testing"
	"time"
)

func TestWhenAPostIsOf(t *testing.T) {
	at := time.Unix(1760000000, 0).UTC()
	for _, c := range []struct {
		fields string
		want   time.Time
		origin Origin
	}{
		{`"generation_time":1760000000`, at, ByEvent},
		{`"generation_time":"1760000000"`, at, ByEvent},
		{`"generation_time":1760000000.25`, at.Add(250 * time.Millisecond), ByEvent},
		{`"generation_time":1760000000123`, at.Add(123 * time.Millisecond), ByEvent},
		{`"generation_time":"2025-10-09 08:53:20 UTC"`, at, ByEvent},
		{`"generation_time":"2025-10-09 08:53:20 GMT"`, at, ByEvent},
		{`"generation_time":"2025-10-09 10:53:20 +0200"`, at, ByEvent},
		{`"generation_time":"2025-10-09T10:53:20+02:00"`, at, ByEvent},
		{`"generation_time":1760000000,"id":"1760000003123-00ff"`, at, ByEvent},
		{`"generation_time":null,"id":"1760000003123-00ff"`, at.Add(3123 * time.Millisecond), ByAgentID},
		{`"generation_time":"2025-10-09 10:53:20 CEST","id":"1760000003123-00ff"`, at.Add(3123 * time.Millisecond), ByAgentID},
		{`"generation_time":"2025-10-09 10:53:20 CEST"`, time.Time{}, Nobody},
		{`"generation_time":17`, time.Time{}, Nobody}, // a clock that was never set
		{`"generation_time":-1760000000`, time.Time{}, Nobody},
		{`"generation_time":{"a":1}`, time.Time{}, Nobody},
		{`"generation_time":"1760000000.-5"`, time.Time{}, Nobody},
		{`"generation_time":99999999999999999999`, time.Time{}, Nobody},
		{`"id":"boot7-42"`, time.Time{}, Nobody},
		{`"id":"1760000003123"`, time.Time{}, Nobody},
		{`"detail":""`, time.Time{}, Nobody},
	} {
		p, err := Parse(fmt.Appendf(nil, `{"event":"A",%s}`, c.fields))
		if err != nil {
			t.Fatal(err)
		}
		if got, origin := p.When(); !got.Equal(c.want) || origin != c.origin {
			t.Errorf("%s: %v by %d, want %v by %d", c.fields, got, origin, c.want, c.origin)
		}
	}
}

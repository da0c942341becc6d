package event

import (
	"encoding/json"
	"math"
)

// JSON's only way to write an unknown number is null: a 0 or a -1 would be taken for
// a measurement.

// Trend is a success rate hour by hour; less than 0, or not a number, where
// nothing is known.
type Trend []float64

// MarshalJSON writes null for what is not known.
func (t Trend) MarshalJSON() ([]byte, error) {
	return marshalKnown(t, func(v float64) bool { return v >= 0 })
}

// UnmarshalJSON reads null as not known.
func (t *Trend) UnmarshalJSON(b []byte) error { return unmarshalKnown((*[]float64)(t), b, -1) }

// Values are measurements of any sign; not a number where nothing is known.
type Values []float64

// MarshalJSON writes null for what is not known.
func (v Values) MarshalJSON() ([]byte, error) {
	return marshalKnown(v, func(v float64) bool { return !math.IsNaN(v) })
}

// UnmarshalJSON reads null as not known.
func (v *Values) UnmarshalJSON(b []byte) error {
	return unmarshalKnown((*[]float64)(v), b, math.NaN())
}

// MarshalJSON writes null for a value that is not known.
func (s SLEScore) MarshalJSON() ([]byte, error) {
	type plain SLEScore
	out := struct {
		plain
		Value *float64 `json:"value"`
	}{plain: plain(s)}
	if s.Value >= 0 && !math.IsInf(s.Value, 0) {
		out.Value = &s.Value
	}
	out.plain.Value = 0 // it is not written, and must not keep the rest from being written
	return json.Marshal(out)
}

// UnmarshalJSON reads null as not known.
func (s *SLEScore) UnmarshalJSON(b []byte) error {
	type plain SLEScore
	in := struct {
		*plain
		Value *float64 `json:"value"`
	}{plain: (*plain)(s)}
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	if s.Value = -1; in.Value != nil {
		s.Value = *in.Value
	}
	return nil
}

func marshalKnown(values []float64, known func(float64) bool) ([]byte, error) {
	if values == nil {
		return []byte("null"), nil
	}
	out := make([]*float64, len(values))
	for i := range values {
		if known(values[i]) && !math.IsInf(values[i], 0) {
			out[i] = &values[i]
		}
	}
	return json.Marshal(out)
}

func unmarshalKnown(to *[]float64, b []byte, unknown float64) error {
	var in []*float64
	if err := json.Unmarshal(b, &in); err != nil {
		return err
	}
	*to = nil
	for _, p := range in {
		v := unknown
		if p != nil {
			v = *p
		}
		*to = append(*to, v)
	}
	return nil
}

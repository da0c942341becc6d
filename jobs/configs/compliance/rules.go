package compliance

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"path"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/itchyny/gojq"

	"foghorn/config"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
)

// compile makes a rule of the configuration ready to be checked.
func compile(cfg *config.ObjectRule) (rule, error) {
	r := rule{name: cfg.Name, severity: event.Warn}
	if cfg.Severity != "" {
		var err error
		if r.severity, err = event.ParseSeverity(cfg.Severity); err != nil {
			return r, err
		}
	}
	var err error
	switch {
	case cfg.Expression != "":
		r.check, err = expression(cfg)
	case cfg.Naming != "":
		r.check, err = naming(cfg)
	case len(cfg.Settings) > 0:
		r.check, err = settings(cfg)
	case cfg.Firmware != "":
		r.check = firmware(cfg)
	default:
		err = errors.New("it requires nothing")
	}
	return r, err
}

// Bounds of an expression on one object, and of one on all objects of its type.
const (
	expressionTime = time.Second
	expressionAll  = 30 * time.Second
	expressionMost = 20 // results
)

func expression(cfg *config.ObjectRule) (func(context.Context, *state) ([]finding, error), error) {
	q, err := gojq.Parse(cfg.Expression)
	if err != nil {
		return nil, err
	}
	code, err := gojq.Compile(q)
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, s *state) (out []finding, err error) {
		ctx, cancel := context.WithTimeoutCause(ctx, expressionAll, fmt.Errorf("the expression takes longer than %s for all objects", expressionAll))
		defer cancel()
		for _, o := range s.byType[cfg.Type] {
			texts, err := evaluate(ctx, code, o.JSON)
			if err != nil {
				return nil, fmt.Errorf("%s %s: %w", o.Type, safetext.Line(cmp.Or(o.Name, o.ID)), err)
			}
			for _, text := range texts {
				out = append(out, finding{o, text})
			}
		}
		return out, nil
	}, nil
}

// evaluate runs an expression on an object: what it says is wrong.
func evaluate(ctx context.Context, code *gojq.Code, body []byte) (texts []string, err error) {
	v, err := decode(body)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, expressionTime, fmt.Errorf("the expression takes longer than %s", expressionTime))
	defer cancel()
	it := code.RunWithContext(ctx, v)
	for n := 0; ; n++ {
		r, more := it.Next()
		switch r := r.(type) {
		case error:
			return nil, cmp.Or(context.Cause(ctx), r)
		case string:
			texts = append(texts, safetext.Clip(r, maxText))
		case bool:
			if r {
				texts = append(texts, "breaks the rule")
			}
		case nil:
		default:
			return nil, fmt.Errorf("the expression returns %s; it must return true, false, null or a text", gojq.TypeOf(r))
		}
		if !more {
			return texts, nil
		}
		if n == expressionMost {
			return nil, fmt.Errorf("the expression returns more than %d results for one object", expressionMost)
		}
	}
}

// decode reads JSON as gojq wants it, with exact numbers.
func decode(body []byte) (v any, err error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	err = d.Decode(&v)
	return v, err
}

func naming(cfg *config.ObjectRule) (func(context.Context, *state) ([]finding, error), error) {
	fits, err := regexp.Compile(`^(?:` + cfg.Naming + `)$`)
	if err != nil {
		return nil, err
	}
	return func(_ context.Context, s *state) (out []finding, _ error) {
		for _, o := range s.byType[cfg.Type] {
			switch {
			case o.Name == "":
				out = append(out, finding{o, "has no name"})
			case !fits.MatchString(o.Name):
				out = append(out, finding{o, "has a name that does not match " + cfg.Naming})
			}
		}
		return out, nil
	}, nil
}

func settings(cfg *config.ObjectRule) (func(context.Context, *state) ([]finding, error), error) {
	for _, text := range cfg.Settings {
		if _, _, ok := config.Setting(text); !ok {
			return nil, fmt.Errorf("%q is not a setting", text)
		}
	}
	return func(_ context.Context, s *state) (out []finding, _ error) {
		for _, o := range s.byType["wlans"] {
			var v map[string]any
			if err := json.Unmarshal(o.JSON, &v); err != nil {
				return nil, fmt.Errorf("wlans %s: %w", safetext.Line(o.Name), err)
			}
			if enabled, ok := v["enabled"].(bool); ok && !enabled {
				continue
			}
			for _, text := range cfg.Settings {
				at, want, _ := config.Setting(text)
				if got := member(v, at); !reflect.DeepEqual(got, want) {
					out = append(out, finding{o, strings.Join(at, ".") + " is " + shown(got) + ", must be " + shown(want)})
				}
			}
		}
		return out, nil
	}, nil
}

// member is the value at a path within an object; nil when there is none.
func member(v any, at []string) any {
	for _, name := range at {
		o, _ := v.(map[string]any)
		v = o[name]
	}
	return v
}

func shown(v any) string {
	if v == nil {
		return "not set"
	}
	b, _ := json.Marshal(v)
	return safetext.Clip(string(b), 60)
}

func firmware(cfg *config.ObjectRule) func(context.Context, *state) ([]finding, error) {
	return func(ctx context.Context, s *state) (out []finding, err error) {
		if s.in.Devices == nil {
			return nil, errors.New("foghorn does not know the devices here")
		}
		devices, err := s.in.Devices(ctx)
		if err != nil {
			return nil, fmt.Errorf("the devices: %w", err)
		}
		for i := range devices {
			d := &devices[i]
			model, _ := path.Match(strings.ToLower(cmp.Or(cfg.Model, "*")), strings.ToLower(d.Model))
			if d.Version == "" || cfg.Type != "" && d.Type != cfg.Type || !model {
				continue
			}
			if compareVersions(d.Version, cfg.Firmware) < 0 {
				out = append(out, finding{s.ofDevice(d), "runs " + safetext.Clip(d.Version, 60) + ", older than " + cfg.Firmware})
			}
		}
		return out, nil
	}
}

var versionPart = regexp.MustCompile(`[0-9]+|[A-Za-z]+`)

// compareVersions compares part by part, numbers as numbers: 0.9 is older than 0.14, and
// 23.4R2 older than 23.4R2-S3.
func compareVersions(a, b string) int {
	x, y := versionPart.FindAllString(a, -1), versionPart.FindAllString(b, -1)
	for i := range min(len(x), len(y)) {
		m, errM := strconv.ParseUint(x[i], 10, 64)
		n, errN := strconv.ParseUint(y[i], 10, 64)
		c := 0
		switch {
		case errM == nil && errN == nil:
			c = cmp.Compare(m, n)
		case errM == nil || errN == nil: // a number and letters: 23.4 and 23.R
			c = cmp.Compare(x[i], y[i])
		default:
			c = cmp.Compare(strings.ToLower(x[i]), strings.ToLower(y[i]))
		}
		if c != 0 {
			return c
		}
	}
	return cmp.Compare(len(x), len(y))
}

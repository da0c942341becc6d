package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/internal/mask"
	"foghorn/mist"
)

// apiFlags are the flags of "foghorn api".
type apiFlags struct {
	source   string
	fields   []string
	input    string
	paginate bool
	jq       string
	include  bool
	timeout  time.Duration
}

const apiLong = `Call any endpoint of the Mist API with the region and token of a configured
organization, within its budget, and print the response.

:org and {org_id} in the path are replaced by the organization's id. -f sets a query
parameter of a GET or DELETE, else a key of the JSON body. A value that is valid
JSON (true, 5, ["a"]) is sent as JSON, everything else as text. --paginate fetches
all pages of a list.`

const apiExample = `foghorn api GET /self
foghorn api GET /orgs/:org/inventory -f type=switch --paginate --jq '.[].name'
foghorn api GET /orgs/:org/alarms/search -f duration=7d --paginate --jq '.results[] | [.type, .count] | @tsv'
foghorn api POST /orgs/:org/webhooks -f name=test -f url=https://hooks.example.com/mist/acme -f 'topics=["alarms"]'
foghorn api PUT /sites/SITE/setting --input setting.json`

func newAPICmd(e *env) *cobra.Command {
	f := &apiFlags{}
	cmd := &cobra.Command{
		Use:     "api METHOD PATH",
		Short:   "Call any endpoint of the Mist API",
		Long:    apiLong,
		Example: apiExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			return callAPI(cmd.Context(), e, args[0], args[1], f)
		},
	}
	flags := cmd.Flags()
	addSource(cmd, &f.source)
	flags.StringArrayVarP(&f.fields, "field", "f", nil, "set a `key=value` of the query or of the body; may be repeated")
	flags.StringVar(&f.input, "input", "", "read the body from this `file`; - is standard input")
	flags.BoolVar(&f.paginate, "paginate", false, "fetch all pages: one list when the pages are lists, else one JSON document per page")
	flags.StringVar(&f.jq, "jq", "", "filter the response with this jq `expression`")
	flags.BoolVarP(&f.include, "include", "i", false, "print the status and headers as well")
	flags.DurationVar(&f.timeout, "timeout", time.Minute, "give up after this `duration`")
	return cmd
}

// addSource adds the flag that selects one of several configured organizations.
func addSource(cmd *cobra.Command, source *string) {
	cmd.Flags().StringVar(source, "source", "", "`name` of the [[mist]] organization (not needed when there is only one)")
}

// methods are the HTTP methods of the Mist API.
var methods = []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete}

func callAPI(ctx context.Context, e *env, method, path string, f *apiFlags) error {
	method = strings.ToUpper(method)
	if !slices.Contains(methods, method) {
		return usageError(fmt.Errorf("%q is not a method of the Mist API; use %s", method, strings.Join(methods, ", ")))
	}
	if f.paginate && method != http.MethodGet {
		return usageError(errors.New("--paginate works with GET only: other calls have no pages"))
	}
	filter, err := compileJQ(f.jq)
	if err != nil {
		return usageError(err)
	}
	s, err := e.settings()
	if err != nil {
		return err
	}
	if s.readOnly && method != http.MethodGet {
		return fmt.Errorf("%s %s: refused, foghorn is read-only (read_only, --read-only)", method, path)
	}
	ctx, cancel := context.WithTimeout(mist.WithCaller(ctx, "api", mist.Operator), f.timeout)
	defer cancel()
	org, err := s.organization(ctx, f.source)
	if err != nil {
		return err
	}
	req, err := apiRequest(ctx, e, method, strings.NewReplacer(":org", org.OrgID, "{org_id}", org.OrgID).Replace(path), f)
	if err != nil {
		return err
	}
	out := &apiOutput{w: e.stdout, clock: s.clock, filter: filter, include: f.include}
	if !f.paginate {
		resp, err := org.Client.Do(ctx, req)
		if resp != nil {
			err = errors.Join(err, out.page(ctx, resp), out.close())
		}
		return cloudError(err)
	}
	for resp, err := range org.Client.Pages(ctx, req) {
		if err != nil {
			return cloudError(errors.Join(err, out.close()))
		}
		if err := out.page(ctx, resp); err != nil {
			return errors.Join(err, out.close())
		}
	}
	return out.close()
}

// apiRequest builds the request. Fields go into the query or the body, depending on
// the method.
func apiRequest(ctx context.Context, e *env, method, path string, f *apiFlags) (mist.Request, error) {
	req := mist.Request{Method: method, Path: path}
	inQuery := method == http.MethodGet || method == http.MethodDelete || f.input != ""
	body := map[string]any{}
	for _, field := range f.fields {
		key, value, ok := strings.Cut(field, "=")
		if !ok || key == "" {
			return req, usageError(fmt.Errorf("-f %q: want key=value", field))
		}
		if !inQuery {
			body[key] = typed(value)
			continue
		}
		if req.Query == nil {
			req.Query = url.Values{}
		}
		req.Query.Add(key, value)
	}
	switch {
	case f.input != "":
		b, err := readInput(ctx, e, f.input)
		if err != nil {
			return req, err
		}
		req.Body = b
	case len(body) > 0:
		b, err := json.Marshal(body)
		if err != nil {
			return req, usageError(err)
		}
		req.Body = b
	case !inQuery:
		req.Body = []byte("{}") // an action such as ping takes an empty object
	}
	if bytes.Contains(req.Body, []byte(mask.Mark)) {
		return req, usageError(fmt.Errorf("the body contains %s, which foghorn prints in place of a secret: Mist would store it as the secret; put in the real one or leave the field out", mask.Mark))
	}
	return req, nil
}

// typed returns a value as JSON if it is valid JSON, else as text.
func typed(value string) any {
	var v any
	d := json.NewDecoder(strings.NewReader(value))
	d.UseNumber()
	if err := d.Decode(&v); err != nil || d.More() {
		return value
	}
	return v
}

// maxInput bounds a request body. The largest ones of the API are imports of a few
// thousand rows.
const maxInput = 16 << 20

func readInput(ctx context.Context, e *env, name string) ([]byte, error) {
	r, err := e.openInput(ctx, name)
	if err != nil {
		return nil, fmt.Errorf("--input: %w", err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxInput+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("--input %s: %w", name, err)
	case len(b) > maxInput:
		return nil, usageError(fmt.Errorf("--input %s: more than %d MiB", name, maxInput>>20))
	case !json.Valid(b):
		return nil, usageError(fmt.Errorf("--input %s: not JSON", name))
	}
	return b, nil
}

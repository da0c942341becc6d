package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/time/rate"

	"foghorn/config"
	"foghorn/internal/safetext"
	"foghorn/journal/query"
	"foghorn/junos"
	"foghorn/mist"
	"foghorn/mist/mistsim"
)

// sendFlags are the flags of "foghorn send".
type sendFlags struct {
	to      string
	secrets secretFlags
	set     map[string]string
	add     bool
	count   int
	rate    float64
	print   bool
	v1      bool
}

const sendExample = `foghorn send device-updowns --to http://127.0.0.1:8484/mist/acme --secret-env MIST_SECRET
foghorn send device-updowns --set type=AP_DISCONNECTED --set ap_name=lobby-ap3
foghorn send junos --set event=SNMP_TRAP_LINK_DOWN --to http://127.0.0.1:8484/junos/core --secret-env JUNOS_SECRET
foghorn send client-join --count 1000 --rate 200      # a steady load
foghorn send alarms --print > body.json               # only print the body`

func newSendCmd(e *env) *cobra.Command {
	f := &sendFlags{}
	cmd := &cobra.Command{
		Use:       "send TOPIC",
		Short:     "Sign and post a sample of any topic, as Mist or a Junos device would",
		Long:      "Sign and post a sample of any topic, as Mist or a Junos device would.\n\nTopics: junos, " + strings.Join(mist.Topics(), ", "),
		Example:   sendExample,
		ValidArgs: append([]string{"junos"}, mist.Topics()...),
		RunE: func(cmd *cobra.Command, args []string) error {
			return send(cmd.Context(), e, args[0], f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.to, "to", "", "post to this `URL` (default this configuration's own listener, with its secret)")
	f.secrets.add(flags)
	flags.StringToStringVar(&f.set, "set", nil, "set a `field=value` of the sample; may be repeated")
	flags.BoolVar(&f.add, "add", false, "let --set add fields that the sample does not have")
	flags.IntVar(&f.count, "count", 1, "number of deliveries to post")
	flags.Float64Var(&f.rate, "rate", 0, "deliveries a second; 0 sends as fast as they are answered")
	flags.BoolVar(&f.print, "print", false, "print the body and send nothing")
	flags.BoolVar(&f.v1, "v1-only", false, "sign with the older SHA-1 header only (Mist only)")
	return cmd
}

func send(ctx context.Context, e *env, topic string, f *sendFlags) error {
	if f.count < 1 || f.rate < 0 {
		return usageError(errors.New("--count takes 1 or more, --rate 0 or more"))
	}
	if f.print {
		body, err := sampleBody(topic, time.Now(), f, 0)
		if err != nil {
			return usageError(err)
		}
		_, err = e.stdout.Write(append(body, '\n'))
		return err
	}
	if err := checkTarget(f.to, topic); err != nil {
		return usageError(err)
	}
	secret, err := f.secrets.read(e)
	if err != nil {
		return usageError(err)
	}
	to := f.to
	if to == "" {
		own, configured, err := e.ownListener(ctx, topic, secret == nil)
		if err != nil {
			return err
		}
		to = own
		if secret == nil {
			secret = configured
		}
	}
	limit := rate.NewLimiter(rate.Inf, 1)
	if f.rate > 0 {
		limit = rate.NewLimiter(rate.Limit(f.rate), 1)
	}
	client := &http.Client{Timeout: 15 * time.Second}
	failed, code := 0, exitOK
	for i := range f.count {
		if err := limit.Wait(ctx); err != nil {
			return nil // interrupted: each delivery that was sent has its line
		}
		status, err := sendOne(ctx, e, client, to, topic, secret, f, i)
		if err != nil {
			return err
		}
		if status/100 != 2 {
			failed++
			code = codeOfStatus(status)
		}
	}
	if failed > 0 {
		return &exitError{code: code, err: fmt.Errorf("%d of %d deliveries were not accepted", failed, f.count)}
	}
	return nil
}

// checkTarget checks the URL of --to, if there is one.
func checkTarget(to, topic string) error {
	if u, err := url.Parse(to); to == "" || err == nil && (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != "" {
		return nil
	}
	path := "/mist/acme"
	if topic == "junos" {
		path = "/junos/core"
	}
	return fmt.Errorf("--to %q: it takes a URL such as http://127.0.0.1:8484%s", to, path)
}

// codeOfStatus returns the exit code for an HTTP status that is not 2xx.
func codeOfStatus(status int) int {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden:
		return exitRefused
	case http.StatusTooManyRequests:
		return exitRateLimited
	}
	return exitProblem
}

// sendOne posts one delivery, prints the answer and returns its status. Of many
// deliveries only those that failed and every thousandth get a line.
func sendOne(ctx context.Context, e *env, client *http.Client, to, topic string, secret []byte, f *sendFlags, i int) (status int, err error) {
	body, err := sampleBody(topic, time.Now(), f, i)
	if err != nil {
		return 0, usageError(err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, usageError(fmt.Errorf("--to: %w", err))
	}
	sign(req, topic, secret, body, f.v1)
	start := time.Now()
	res, err := client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("send %s: %w (is a listener running there?)", topic, err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	if err != nil {
		return 0, fmt.Errorf("read the answer of %s: %w", to, err)
	}
	ok := res.StatusCode/100 == 2
	if !ok || f.count <= 20 || (i+1)%1000 == 0 {
		fmt.Fprintf(e.stdout, "%d/%d  %s  %d bytes -> %s  %s  %s\n", i+1, f.count, topic, len(body), res.Status,
			time.Since(start).Round(100*time.Microsecond), safetext.Line(strings.TrimSpace(string(answer))))
	}
	return res.StatusCode, nil
}

// sign sets the headers that Mist, or the Junos agent, would send. Without a
// secret neither of them signs.
func sign(req *http.Request, topic string, secret, body []byte, v1Only bool) {
	req.Header.Set("Content-Type", "application/json")
	if topic == "junos" {
		if len(secret) > 0 {
			req.Header.Set(junos.Header, junos.Sign(secret, body))
		}
		return
	}
	req.Header.Set("User-Agent", "Mist-webhook")
	if len(secret) == 0 {
		return
	}
	v1, v2 := mist.Sign(secret, body)
	req.Header.Set(mist.HeaderV1, v1)
	if !v1Only {
		req.Header.Set(mist.HeaderV2, v2)
	}
}

// sampleBody makes the nth body of the topic with fresh times and ids.
func sampleBody(topic string, now time.Time, f *sendFlags, n int) ([]byte, error) {
	if topic == "junos" {
		if err := f.checkSet(topic); err != nil {
			return nil, err
		}
		return junosSampleBody(f.set)
	}
	body, err := mistsim.SampleBody(topic, now, f.set, n)
	if near := query.Nearest(topic, mist.Topics()); err != nil && near != "" && near != topic {
		return nil, fmt.Errorf("no topic %q; did you mean %s?", topic, near)
	}
	if err == nil {
		err = f.checkSet(topic)
	}
	return body, err
}

// checkSet checks the fields of --set once, before the first body.
func (f *sendFlags) checkSet(topic string) error {
	if f.add || len(f.set) == 0 {
		return nil
	}
	err := checkFields(topic, f.set)
	f.add = err == nil
	return err
}

// ownListener returns the URL of the configured listener with the path of the first
// Mist or Junos source and, if signed, the secret of that source.
func (e *env) ownListener(ctx context.Context, topic string, signed bool) (url string, secret []byte, err error) {
	s, err := e.settings()
	if err != nil {
		return "", nil, err
	}
	name, key := "", (*config.Secret)(nil)
	url = s.listenerURL()
	if topic == "junos" {
		url += "/junos"
		if len(s.config.Junos) > 0 {
			name, key = s.config.Junos[0].Name, &s.config.Junos[0].Secret
		}
	} else {
		url += "/mist"
		if len(s.config.Mist) > 0 {
			name, key = s.config.Mist[0].Name, &s.config.Mist[0].WebhookSecret
		}
	}
	if key == nil {
		return url, nil, nil
	}
	if signed {
		if err := s.config.Fetch(ctx, key); err != nil {
			return "", nil, usageError(err)
		}
	}
	if !key.IsZero() {
		secret = []byte(key.Reveal())
	}
	return url + "/" + name, secret, nil
}

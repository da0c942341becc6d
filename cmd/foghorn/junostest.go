package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/internal/hostport"
	"foghorn/internal/safetext"
	"foghorn/junos"
	"foghorn/junos/agent"
)

// junosTestFlags are the flags of "foghorn junos test".
type junosTestFlags struct {
	source string
	url    string
	host   string
	events []string
}

const junosTestLong = `Post one of each event of the catalogue as the agent on a device does, signed with
the secret of the source, and print the result of each. Events that raise an alert
come before those that resolve it. The device is named foghorn-test; nothing is
sent to a real device. The posts are marked as tests, inside the signed body: their
alerts say TEST, stand below real ones, and leave after ten minutes.

Exit codes: 0 all were accepted, 1 some were not, 3 the signature was refused.`

func newJunosTestCmd(e *env) *cobra.Command {
	f := &junosTestFlags{}
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Post one of each event of the catalogue, as a device would",
		Long:  junosTestLong,
		Example: `foghorn junos test --source core
foghorn junos test --source core --url https://hooks.example.com/junos/core    # the way a device takes
foghorn junos test --events SNMP_TRAP_LINK_DOWN,SNMP_TRAP_LINK_UP --host ex-sw-01`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return junosTest(cmd.Context(), e, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.source, "source", "", "`name` of the [[junos]] source (default the only one)")
	flags.StringVar(&f.url, "url", "", "post to this `URL` (default this configuration's own listener)")
	flags.StringVar(&f.host, "host", "foghorn-test", "`name` of the simulated device")
	flags.StringSliceVar(&f.events, "events", nil, "only these `ids`, comma separated")
	return cmd
}

func junosTest(ctx context.Context, e *env, f *junosTestFlags) error {
	s, source, err := e.junosSource(ctx, f.source, true)
	if err != nil {
		return err
	}
	examples, err := examplesOf(f.events)
	if err != nil {
		return usageError(err)
	}
	to := f.url
	if to == "" {
		to = s.listenerURL() + "/junos/" + source.Name
	}
	client := &http.Client{Timeout: 15 * time.Second}
	failed, code := 0, exitOK
	for i, x := range examples {
		body := x.Post(f.sender(time.Now()))
		status, said, err := postAgent(ctx, client, to, agentSecret(source), body)
		switch {
		case ctx.Err() != nil:
			return nil // interrupted: each post that was sent has its line
		case err != nil && i == 0:
			return fmt.Errorf("post to %s: %w (is foghorn listening there? start it: foghorn serve)", to, err)
		case err != nil:
			said = err.Error()
		}
		entry, _ := junos.Lookup(x.ID)
		line := fmt.Sprintf("%3d  %-34s %s", status, x.ID, entry.Meaning)
		if status/100 != 2 {
			failed++
			code = max(code, codeOfStatus(status))
			line = fmt.Sprintf("%3d  %-34s %s", status, x.ID, safetext.Line(strings.TrimSpace(said)))
		}
		fmt.Fprintln(e.stdout, line)
	}
	fmt.Fprintf(e.stdout, "%d of %d posts of %s were accepted by %s\n", len(examples)-failed, len(examples), f.host, to)
	if failed > 0 {
		return &exitError{code: code, err: fmt.Errorf("%d of %d posts were not accepted", failed, len(examples))}
	}
	return nil
}

// examplesOf returns the events to post: all, or those asked for, each with the event
// that resolves it.
func examplesOf(asked []string) ([]junos.Example, error) {
	all := append(junos.Examples(), junos.ExampleEnds()...)
	if len(asked) == 0 {
		return all, nil
	}
	for _, id := range asked {
		if _, ok := junos.ExampleOf(id); !ok {
			return nil, fmt.Errorf("there is no example of %q; foghorn junos levels lists the catalogue", id)
		}
	}
	return slices.DeleteFunc(all, func(x junos.Example) bool { return !slices.Contains(asked, x.ID) }), nil
}

// sender is the simulated device.
func (f *junosTestFlags) sender(now time.Time) junos.Sender {
	b := make([]byte, 8)
	_, _ = rand.Read(b) // never fails, by its contract
	return junos.Sender{
		Test: true, Hostname: f.host, PID: "17585", Facility: "daemon", Time: now.Unix(), Version: agent.Version(),
		ID: fmt.Sprintf("%013d-%s", now.UnixMilli(), hex.EncodeToString(b)),
		Top: []junos.Process{
			{PID: "2345", User: "root", CPU: 71.09, Command: "flowd"}, {PID: "1871", User: "root", CPU: 12.5, Command: "rpd"},
			{PID: "1998", User: "root", CPU: 3.03, Command: "mib2d"}, {PID: "2011", User: "root", CPU: 1.12, Command: "sshd: admin"},
		},
	}
}

// postAgent posts one body as the agent does.
func postAgent(ctx context.Context, client *http.Client, to string, secret, body []byte) (status int, said string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, "", usageError(fmt.Errorf("--url: %w", err))
	}
	sign(req, "junos", secret, body, false)
	req.Header.Set("User-Agent", strings.TrimSuffix(agent.File, ".py")+"/"+agent.Version())
	res, err := client.Do(req)
	if err != nil {
		return 0, "", err
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, 4096))
	return res.StatusCode, string(answer), errors.Join(err, res.Body.Close())
}

// listenerURL returns the URL of the configured listener as seen from this machine.
func (s *settings) listenerURL() string {
	scheme := "http"
	if s.config.Listen.TLSCertFile != "" {
		scheme = "https"
	}
	return scheme + "://" + hostport.Dialable(s.config.Listen.Address)
}

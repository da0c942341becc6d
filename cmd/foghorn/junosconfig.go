package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/config"
	"foghorn/journal/priority"
	"foghorn/journal/query"
	"foghorn/junos"
	"foghorn/junos/agent"
)

// junosConfigFlags are the flags of "foghorn junos config".
type junosConfigFlags struct {
	source      string
	url         string
	user        string
	events      []string
	form        string
	noSecret    bool
	noHeartbeat bool
}

const junosConfigLong = `Print the configuration that makes a Junos device run the agent, ready to paste, as
set commands and in braces, with the checksum of the agent that this foghorn
prints. It contains the secret of the source, because the device needs it.`

func newJunosConfigCmd(e *env) *cobra.Command {
	f := &junosConfigFlags{}
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Print the device's configuration, ready to paste",
		Long:  junosConfigLong,
		Example: `foghorn junos config --source core --url http://192.0.2.10:8484/junos/core
foghorn junos config --source core --url https://hooks.example.com/junos/core --form set --user netops
foghorn junos config --url http://192.0.2.10:8484/junos/core --events SNMP_TRAP_LINK_DOWN,SNMP_TRAP_LINK_UP`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			return junosConfig(cmd.Context(), e, f)
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.source, "source", "", "`name` of the [[junos]] source (default the only one)")
	flags.StringVar(&f.url, "url", "", "the `URL` where the device reaches foghorn, http://HOST:PORT/junos/NAME (required)")
	flags.StringVar(&f.user, "user", "admin", "`user` of the device that the agent runs as")
	flags.StringSliceVar(&f.events, "events", nil, "`ids` of the events to hook, comma separated (default those of the catalogue)")
	flags.StringVar(&f.form, "form", "both", "how to write it: set, curly or both")
	flags.BoolVar(&f.noSecret, "no-secret", false, "print SECRET in place of the secret")
	flags.BoolVar(&f.noHeartbeat, "no-heartbeat", false, "leave out the timer that sends heartbeats")
	return cmd
}

func junosConfig(ctx context.Context, e *env, f *junosConfigFlags) error {
	s, source, err := e.junosSource(ctx, f.source, !f.noSecret)
	if err != nil {
		return err
	}
	if err := checkAgentURL(f.url, source.Name); err != nil {
		return usageError(err)
	}
	if !slices.Contains([]string{"set", "curly", "both"}, f.form) {
		return usageError(fmt.Errorf("--form is set, curly or both, not %q", f.form))
	}
	if err := agent.CheckUser(f.user); err != nil {
		return usageError(fmt.Errorf("--user: %w", err))
	}
	events, err := eventsToHook(e, f.events, s.config.Priority)
	if err != nil {
		return usageError(err)
	}
	secret := source.Secret.Reveal()
	switch {
	case f.noSecret:
		secret = "SECRET"
	case secret == "":
		return usageError(fmt.Errorf("source %s has no secret, and the agent sends nothing without one: set secret_file", source.Name))
	}
	if err := agent.CheckSecret(secret); err != nil {
		return usageError(fmt.Errorf("the secret of source %s %w; make another: openssl rand -hex 16", source.Name, err))
	}
	i := agent.Install{URL: f.url, Secret: secret, User: f.user, Events: events}
	if !f.noHeartbeat {
		i.Heartbeat = time.Duration(source.Heartbeat)
	}
	if !f.noSecret {
		fmt.Fprintf(e.stderr, "foghorn: the output contains the secret of %s; --no-secret leaves it out\n", source.Name)
	}
	if f.form != "curly" && strings.Contains(secret+f.url, "?") {
		fmt.Fprintln(e.stderr, "foghorn: the secret or the URL contains a ?, which the command line of a device takes for a request for help: use --form curly, or load set terminal")
	}
	_, err = e.stdout.Write([]byte(junosConfigText(i, f.form)))
	return err
}

// checkAgentURL checks that an agent can post to the URL and that its path is that
// of the source.
func checkAgentURL(text, source string) error {
	if text == "" {
		return fmt.Errorf("--url is missing: give the URL at which the device reaches foghorn, http://HOST:PORT/junos/%s", source)
	}
	if err := agent.CheckURL(text); err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	u, err := url.Parse(text)
	if err != nil {
		return fmt.Errorf("--url: %w", err)
	}
	switch {
	case strings.HasPrefix(u.Path, "/mist"):
		return fmt.Errorf("--url %q is the path of a Mist source; Junos devices post to /junos/%s", text, source)
	case !strings.HasSuffix(strings.TrimRight(u.Path, "/"), "/junos/"+source) && strings.TrimRight(u.Path, "/") != "/junos":
		return fmt.Errorf("--url %q does not end in /junos/%s, where source %s listens", text, source, source)
	}
	return nil
}

// eventsToHook returns the events that the device is to send: those asked for, else
// those of the catalogue that the configuration does not ignore.
func eventsToHook(e *env, asked []string, ranks priority.Table) ([]string, error) {
	if len(asked) == 0 {
		ignored := func(id string) bool {
			r, ok := ranks["junos"].Events[id]
			return ok && len(r.Subs) == 0 && r.Level == priority.Ignore
		}
		return slices.DeleteFunc(agent.DefaultEvents(), ignored), nil
	}
	var out []string
	var problems []error
	known := agent.DefaultEvents()
	for _, id := range asked {
		id = strings.TrimSpace(id)
		if why := agent.Refused(id); why != "" {
			problems = append(problems, fmt.Errorf("--events: %q %s", id, why))
			continue
		}
		if _, listed := junos.Lookup(id); !listed {
			if near := query.Nearest(id, known); near != "" && near != id {
				fmt.Fprintf(e.stderr, "foghorn: %s is not in the catalogue; did you mean %s?\n", id, near)
			}
		}
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out, errors.Join(problems...)
}

// junosConfigText returns the configuration with the steps of the installation as
// comments: # for the command line and load set, ## in braces.
func junosConfigText(i agent.Install, form string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `# 1. The agent, once per device (two Routing Engines: on both, see 4.):
#      foghorn junos agent > %[1]s
#      scp %[1]s DEVICE:/var/db/scripts/event/
#    It belongs to root or a super-user, and others may read it but not write: chmod 644.
#      > file checksum sha-256 /var/db/scripts/event/%[1]s
#    must print %[2]s
`, agent.File, agent.Checksum())
	if form != "curly" {
		b.WriteString("# 2. In configuration mode (> configure), paste:\n")
		for _, line := range i.Set() {
			b.WriteString(line + "\n")
		}
		b.WriteString("commit check\n")
	}
	if form != "set" {
		or := ""
		if form == "both" {
			or = ", or in place of the commands above"
		}
		fmt.Fprintf(&b, "## 2. In configuration mode%s: load merge terminal, paste, ctrl+d\n", or)
		b.WriteString(i.Curly())
	}
	b.WriteString(`## 3. Look at it, then keep it:
##      show | compare
##      commit check
##      commit
## 4. Two Routing Engines: set system scripts synchronize, and commit synchronize scripts copies
##    the agent to the other one; or copy it there by hand before you commit.
## 5. Does it arrive? Make one (> start shell, % logger -e UI_COMMIT_COMPLETED -d mgd test), then ask: foghorn events -q via:junos
`)
	return b.String()
}

// agentSecret returns the secret of a source; nil when it has none.
func agentSecret(j config.Junos) []byte {
	if j.Secret.IsZero() {
		return nil
	}
	return []byte(j.Secret.Reveal())
}

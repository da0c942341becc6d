package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"foghorn/journal"
	"foghorn/journal/event"
	"foghorn/journal/export"
	"foghorn/journal/query"
)

const deliveriesExample = `foghorn deliveries                                    # every request that reached the listener, refused ones too
foghorn deliveries -q 'verdict:failed' --since 1h     # whose signature did not match, and why
foghorn deliveries --follow -q '!status:200'           # what is refused, as it comes
foghorn deliveries show 345                           # headers, verdict and body of one
foghorn deliveries show 345 -o curl                   # as a curl command that sends it again`

func newDeliveriesCmd(e *env) *cobra.Command {
	list, follow := &listFlags{about: query.Deliveries}, &followFlags{}
	cmd := &cobra.Command{
		Use:     "deliveries",
		Short:   "List webhook requests: when, from where, and whether they verify",
		Example: deliveriesExample,
		RunE: func(cmd *cobra.Command, _ []string) error {
			id := func(d *event.Delivery) int64 { return d.ID }
			if follow.asked() {
				return followList(cmd.Context(), cmd, e, list, follow, 1, (*journal.Journal).Deliveries, id, deliveryLine, nil)
			}
			return printRows(cmd.Context(), e, list, (*journal.Journal).Deliveries, id, nil)
		},
	}
	list.add(cmd)
	follow.add(cmd)
	cmd.AddCommand(newDeliveriesShowCmd(e))
	return cmd
}

func newDeliveriesShowCmd(e *env) *cobra.Command {
	format := ""
	cmd := &cobra.Command{
		Use:   "show ID",
		Short: "Show one request: headers, verdict and body",
		Example: `foghorn deliveries show 345
foghorn deliveries show 345 -o body > body.json       # the exact bytes, for foghorn verify`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return showDelivery(cmd.Context(), e, args[0], format)
		},
	}
	cmd.Flags().StringVarP(&format, "output", "o", "json", "`format`: json, body (the exact bytes), http (the raw request) or curl")
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions([]string{"json", "body", "http", "curl"}, cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

func showDelivery(ctx context.Context, e *env, arg, format string) error {
	id, err := parseDeliveryID(arg)
	if err != nil {
		return err
	}
	return e.read(ctx, func(s *settings, j *journal.Journal) error {
		d, err := j.Delivery(ctx, id)
		if err != nil {
			return explainMissing(ctx, j, "delivery", id, err)
		}
		switch format {
		case "json":
			var text []byte
			if text, err = export.Object(&d); err == nil {
				_, err = e.stdout.Write(append(text, '\n'))
			}
		case "body":
			err = e.printBody(ctx, j, &d)
		case "http":
			_, err = e.stdout.Write(export.RawHTTP(&d))
		case "curl":
			_, err = fmt.Fprintln(e.stdout, export.CurlTo(&d, s.listenerURL()))
		default:
			err = usageError(fmt.Errorf("-o %s: a delivery is shown as json, body, http or curl", strconv.Quote(format)))
		}
		return err
	})
}

// printBody prints the body. A program gets the exact bytes, which the signature
// covers; on a terminal secrets in it are masked.
func (e *env) printBody(ctx context.Context, j *journal.Journal, d *event.Delivery) error {
	body := d.Body
	if d.Masked && !isTerminal(e.stdout) {
		r, err := j.Log.Get(ctx, d.ID)
		if err != nil {
			return fmt.Errorf("read delivery %d: %w", d.ID, err)
		}
		body = r.Body
		fmt.Fprintln(e.stderr, "foghorn: this body contains a configured secret, printed unmasked because the signature covers it")
	}
	_, err := e.stdout.Write(body)
	return err
}

// parseDeliveryID reads the number of a delivery, or the short id of one of its
// events.
func parseDeliveryID(arg string) (int64, error) {
	id, err := event.ParseID(arg)
	if err == nil && strings.HasPrefix(strings.ToLower(arg), "a") {
		id, _ = event.SplitID(id)
	}
	if err != nil || id <= 0 {
		return 0, usageError(fmt.Errorf("%s is not a delivery id: write the whole number in the first column of the list", strconv.Quote(arg)))
	}
	return id, nil
}

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"github.com/spf13/cobra"

	"foghorn/feeds/webhook"
	"foghorn/internal/safetext"
	"foghorn/journal/event"
	"foghorn/junos"
	"foghorn/mist"
)

// verifyFlags are the flags of "foghorn verify".
type verifyFlags struct {
	secrets   secretFlags
	signature string
}

const verifyExample = `foghorn verify body.json --signature 9f2d8c5d... --secret-env MIST_SECRET
foghorn deliveries show 345 -o body | foghorn verify - --signature 9f2d8c5d... --secret-file acme.secret
foghorn verify body.json --secret-env MIST_SECRET        # print the correct signatures`

func newVerifyCmd(e *env) *cobra.Command {
	f := &verifyFlags{}
	cmd := &cobra.Command{
		Use:     "verify FILE|-",
		Short:   "Check a body against a signature: which scheme matches, or why none does",
		Example: verifyExample,
		RunE: func(cmd *cobra.Command, args []string) error {
			return verify(cmd.Context(), e, args[0], f)
		},
	}
	f.secrets.add(cmd.Flags())
	cmd.Flags().StringVar(&f.signature, "signature", "", "the `hex` digits of the header; without it the correct signatures are printed")
	return cmd
}

// verifyMax bounds the body in bytes. No sender comes near it.
const verifyMax = 64 << 20

func verify(ctx context.Context, e *env, file string, f *verifyFlags) error {
	secret, err := f.secrets.read(e)
	if err != nil {
		return usageError(err)
	}
	if secret == nil {
		return usageError(errors.New("name the secret with --secret-env or --secret-file"))
	}
	in, err := e.openInput(ctx, file)
	if err != nil {
		return err
	}
	defer in.Close()
	body, err := io.ReadAll(io.LimitReader(in, verifyMax+1))
	if err != nil {
		return fmt.Errorf("read the body: %w", err)
	}
	if len(body) > verifyMax {
		return usageError(fmt.Errorf("the body is larger than %d bytes", verifyMax))
	}
	if f.signature == "" {
		v1, v2 := mist.Sign(secret, body)
		fmt.Fprintf(e.stdout, "%d bytes\n%-20s %s\n%-20s %s\n%-20s %s\n", len(body), mist.HeaderV2+":", v2, mist.HeaderV1+":", v1,
			junos.Header+":", junos.Sign(secret, body))
		return nil
	}
	return compareSignature(e, secret, body, f.signature)
}

// compareSignature reports which scheme the signature belongs to, or the most likely
// reason why it belongs to none.
func compareSignature(e *env, secret, body []byte, got string) error {
	switch {
	case mist.CheckV2(secret, body, got):
		fmt.Fprintf(e.stdout, "verified: HMAC-SHA-256 over %d bytes (%s, and %s for Junos)\n", len(body), mist.HeaderV2, junos.Header)
		return nil
	case mist.CheckV1(secret, body, got):
		fmt.Fprintf(e.stdout, "verified-v1: HMAC-SHA-1 over %d bytes (%s); sources with require_v2 refuse it\n", len(body), mist.HeaderV1)
		return nil
	}
	x := webhook.Explain(webhook.Evidence{
		Source: webhook.Source{Name: "the command line", Via: event.ViaWebhook, Secrets: []webhook.Secret{{Name: "given", Key: secret}}},
		Header: http.Header{mist.HeaderV2: {got}},
		Body:   body,
	})
	fmt.Fprintf(e.stdout, "failed: %s\n  given     %s\n  computed  %s\n", x.Cause, safetext.Line(got), x.Computed)
	return &exitError{code: exitProblem}
}

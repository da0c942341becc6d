package actions

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"foghorn/internal/human"
	"foghorn/journal/event"
)

// maxLetters bounds the letters that one call tries again by their ids.
const maxLetters = 1000

var _ = register(&Descriptor{
	Name:    event.ActionRelayRetry,
	Summary: "send again what a relay's destination refused",
	Target:  OnRelay,
	Args:    []Arg{{Name: "letters", Kind: Text, Help: "ids of dead letters, with commas between them; without it all of the relay"}},
	Role:    RoleOperator,
	Checks:  "whether the relay has such dead letters",
	Done:    "tried again",
	Keys:    []Key{{Name: event.ActionRelayRetry, Help: "send again what a relay's destination refused", Arg: "NAME [ID,ID...]"}},
	Command: &Command{
		Parent: "relay", Use: "retry NAME [ID...]", Short: "Send again what a destination refused",
		Long: `Send again what a relay's destination refused: the dead letters of these ids, or all
of the relay with --all. The relay tries each once more, and for as long as it tries
new ones. It needs a running collector; without one they are tried when it runs.`,
		Example: "foghorn relay retry chat 12 13\nfoghorn relay retry chat --all",
		Past:    "tried again",
	},
	order: 130,
	check: checkRelays(func(ctx context.Context, c *call, r *event.RelayState) (string, error) {
		letters, err := c.opt.Relays.Letters(ctx, r.Name, maxLetters, event.LetterDead, event.LetterParked)
		if err != nil {
			return "", err
		}
		ids, err := letterIDs(c.args)
		for _, id := range ids {
			if !slices.ContainsFunc(letters, func(l event.DeadLetter) bool { return l.ID == id }) {
				return "", fmt.Errorf("relay %s has no dead letter %d that waits; foghorn relay dead %s lists them", r.Name, id, r.Name)
			}
		}
		if len(letters) == 0 {
			return "{} has no dead letters", err
		}
		return "", err
	}),
	run: decide(retryActivity, retryLetters),
})

// letterIDs are the ids that were given; none for all letters.
func letterIDs(args Args) (ids []int64, err error) {
	for word := range strings.FieldsFuncSeq(args["letters"], func(r rune) bool { return r == ',' || r == ' ' }) {
		id, err := strconv.ParseInt(word, 10, 64)
		if err != nil || id <= 0 {
			return nil, &ArgError{fmt.Sprintf("%q is not the id of a dead letter, which is a number such as 12", word)}
		}
		ids = append(ids, id)
	}
	if len(ids) > maxLetters {
		return nil, &ArgError{fmt.Sprintf("more than %d ids; without ids all are tried again", maxLetters)}
	}
	return ids, nil
}

// retryActivity names the letters that are tried again.
func retryActivity(_ context.Context, c *call, _ Target, a *event.Activity) error {
	ids, err := letterIDs(c.args)
	a.Before, a.After = "refused", "all dead letters"
	if len(ids) > 0 {
		var words []string
		for _, id := range ids {
			words = append(words, strconv.FormatInt(id, 10))
		}
		a.After = "dead letters " + strings.Join(words, ", ")
	}
	return err
}

func retryLetters(ctx context.Context, c *call, a *event.Activity) (string, error) {
	name, _ := event.RelayOf(a.Target)
	ids, err := letterIDs(c.args)
	if err != nil {
		return "", err
	}
	n, err := c.opt.Relays.RetryLetters(ctx, name, ids...)
	return "relay " + name + " tries " + human.CountOf(n, "dead letter") + " again", err
}

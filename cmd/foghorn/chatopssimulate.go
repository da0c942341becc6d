package main

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"foghorn/chatops"
	"foghorn/chatops/mattermost"
	"foghorn/chatops/platform"
	"foghorn/chatops/slack"
	"foghorn/config"
	"foghorn/internal/safetext"
)

// simulateFlags are the flags of "foghorn chatops simulate".
type simulateFlags struct {
	workspace, user, channel, url string
}

func newChatSimulateCmd(e *env) *cobra.Command {
	f := &simulateFlags{}
	cmd := &cobra.Command{
		Use:   "simulate [WORD...]",
		Short: "Post a signed slash command to the local listener, as the chat does",
		Long: `Post a slash command to the listener of this configuration, as Slack or Mattermost
does: signed with the secret of the workspace. Print the answer. The command runs as
the user that you name, with their rights. An answer that takes longer than the chat
waits appears only in the chat.

Exit codes: 0 there was an answer, 1 there was none, 3 the signature was refused.`,
		Example: "foghorn chatops simulate --user U0123456789 status ap-17\nfoghorn chatops simulate --workspace noc --user U0123456789 help",
		RunE: func(cmd *cobra.Command, args []string) error {
			return e.readChat(cmd.Context(), func(s *settings, records chatRecords) error {
				return f.run(cmd.Context(), e, s, records, strings.Join(args, " "))
			})
		},
	}
	flags := cmd.Flags()
	flags.StringVar(&f.workspace, "workspace", "", "`name` of the workspace (default the only one)")
	flags.StringVar(&f.user, "user", "", "`id` of the user on the platform")
	flags.StringVar(&f.channel, "channel", "C0SIMULATED", "`id` of the channel")
	flags.StringVar(&f.url, "url", "", "post to this `URL` (default this configuration's own listener)")
	return cmd
}

// workspaceOf returns the workspace of a name, or the only one.
func workspaceOf(c *config.Config, name string) (*config.ChatWorkspace, error) {
	all := c.ChatOps.Workspaces
	if name == "" && len(all) == 1 {
		return &all[0], nil
	}
	var names []string
	for i := range all {
		if all[i].Name == name {
			return &all[i], nil
		}
		names = append(names, all[i].Name)
	}
	if len(names) == 0 {
		return nil, usageError(errors.New("no workspace is set up; docs/CHATOPS.md shows how"))
	}
	return nil, usageError(fmt.Errorf("--workspace: give one of %s", strings.Join(names, ", ")))
}

func (f *simulateFlags) run(ctx context.Context, e *env, s *settings, records chatRecords, text string) error {
	if f.user == "" {
		return usageError(errors.New("--user: give the id of a user on the platform; foghorn chatops list shows the known ones"))
	}
	c, err := s.chatConfig(ctx, records)
	if err != nil {
		return usageError(err)
	}
	w, err := workspaceOf(c, f.workspace)
	if err != nil {
		return err
	}
	req, err := f.request(ctx, s, w, c.ChatOps.Command, text)
	if err != nil {
		return err
	}
	res, err := (&http.Client{Timeout: 15 * time.Second}).Do(req)
	if err != nil {
		if u, ok := errors.AsType[*url.Error](err); ok {
			err = u.Err // the address stands before it
		}
		return fmt.Errorf("post to %s: %w (is foghorn listening there? start it: foghorn serve)", req.URL, err)
	}
	answer, err := io.ReadAll(io.LimitReader(res.Body, 1<<20))
	if err = errors.Join(err, res.Body.Close()); err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return &exitError{code: codeOfStatus(res.StatusCode), err: fmt.Errorf("%s answered %d: %s", req.URL, res.StatusCode, safetext.Line(string(answer)))}
	}
	if len(bytes.TrimSpace(answer)) == 0 {
		fmt.Fprintln(e.stdout, "accepted; the answer will appear in the chat")
		return nil
	}
	var pretty bytes.Buffer
	if json.Indent(&pretty, answer, "", "  ") != nil {
		pretty.Reset()
		pretty.Write(answer)
	}
	fmt.Fprintln(e.stdout, safetext.Block(pretty.String()))
	return nil
}

// request is the slash command as the workspace's platform posts it.
func (f *simulateFlags) request(ctx context.Context, s *settings, w *config.ChatWorkspace, command, text string) (*http.Request, error) {
	form := url.Values{"team_id": {w.TeamID}, "team_domain": {"simulated"}, "channel_id": {f.channel}, "channel_name": {"simulated"}, "user_id": {f.user}, "user_name": {s.actor},
		"command": {command}, "text": {text}, "trigger_id": {rand.Text()}}
	to, header := "/api/v1/chatops/slack/commands", http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}
	switch {
	case w.Platform == config.ChatSlack && w.SigningSecret.IsZero():
		return nil, usageError(fmt.Errorf("%s has no signing_secret, so it takes no requests over HTTP: it uses Socket Mode", w.Name))
	case w.Platform == config.ChatSlack:
		form.Set("response_url", slack.ResponseOrigin(w)+"/commands/simulated")
		now := strconv.FormatInt(s.clock.Now().Unix(), 10)
		mac := hmac.New(sha256.New, []byte(w.SigningSecret.Reveal()))
		_, _ = mac.Write([]byte("v0:" + now + ":" + form.Encode()))
		header.Set("X-Slack-Request-Timestamp", now)
		header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	case len(w.CommandTokens()) == 0:
		return nil, usageError(fmt.Errorf("%s has no command_token, so it takes no slash commands over HTTP: it uses the WebSocket", w.Name))
	default:
		to = "/api/v1/chatops/mattermost/commands"
		form.Set("response_url", strings.TrimSuffix(w.Server, "/")+"/hooks/commands/simulated")
		form.Set("token", w.CommandTokens()[0])
		header.Set("Authorization", "Token "+w.CommandTokens()[0])
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, cmp.Or(f.url, s.listenerURL()+to), strings.NewReader(form.Encode()))
	if err != nil {
		return nil, usageError(fmt.Errorf("--url: %w", err))
	}
	req.Header = header
	return req, nil
}

func newChatTestCmd(e *env) *cobra.Command {
	var workspace, channel string
	cmd := &cobra.Command{
		Use:   "test",
		Short: "Post a test message to a channel, with the bot token of the workspace",
		Long: `Post a message to a channel, as foghorn posts notifications. This proves that the bot
token is right and that the bot may write to the channel.`,
		Example: "foghorn chatops test --workspace noc --channel C0123456789",
		RunE: func(cmd *cobra.Command, _ []string) error {
			return e.readChat(cmd.Context(), func(s *settings, records chatRecords) error {
				return testChat(cmd.Context(), e, s, records, workspace, channel)
			})
		},
	}
	cmd.Flags().StringVar(&workspace, "workspace", "", "`name` of the workspace (default the only one)")
	cmd.Flags().StringVar(&channel, "channel", "", "`id` of the channel")
	return cmd
}

// noCalls takes none: the process only posts.
type noCalls struct{}

func (noCalls) Accept(context.Context, chatops.Call) (*chatops.Message, error) {
	return nil, errors.New("this command takes no calls")
}
func (noCalls) Refused(context.Context, chatops.Call, string) {}

func testChat(ctx context.Context, e *env, s *settings, records chatRecords, workspace, channel string) error {
	c, err := s.chatConfig(ctx, records)
	if err != nil {
		return usageError(err)
	}
	w, err := workspaceOf(c, workspace)
	switch {
	case err != nil:
		return err
	case channel == "":
		return usageError(errors.New("--channel: give the id of the channel to post to"))
	case w.BotToken.IsZero():
		return usageError(fmt.Errorf("%s has no bot_token to post with", w.Name))
	}
	p, err := chatPlatformOf(s, c, w)
	if err != nil {
		return err
	}
	m := &chatops.Message{Title: "foghorn can write here", Severity: "info", Sections: []chatops.Section{{Text: "This is a test by " + s.actor + ". Give commands with " + c.ChatOps.Command + "."}}}
	if err := p.Post(ctx, w.Name, channel, m); err != nil {
		return &exitError{code: exitProblem, err: err}
	}
	fmt.Fprintf(e.stdout, "posted to %s of %s\n", safetext.Line(channel), w.Name)
	return nil
}

// chatPlatformOf posts to a workspace, from a process that takes no calls.
func chatPlatformOf(s *settings, c *config.Config, w *config.ChatWorkspace) (chatops.Platform, error) {
	o := platform.Options{Workspaces: c.ChatOps.Workspaces, Handler: noCalls{}, Clock: s.clock, Logger: s.logger}
	if w.Platform == config.ChatSlack {
		return slack.New(o)
	}
	return mattermost.New(o)
}

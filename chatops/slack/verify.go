package slack

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"foghorn/config"
)

const (
	headerTime      = "X-Slack-Request-Timestamp"
	headerSignature = "X-Slack-Signature"
	// tolerance is how far a request's time may be from ours, either way.
	tolerance = 300 * time.Second
	// maxStamp is more digits than a time in seconds has.
	maxStamp = 12
)

// Sign returns the signature of a body (docs/integrations.md, Slack commands).
func Sign(secret, stamp string, body []byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write([]byte("v0:" + stamp + ":"))
	h.Write(body)
	return "v0=" + hex.EncodeToString(h.Sum(nil))
}

// verify returns the workspaces whose secret signed a request. There are several where one
// app is installed in several workspaces. Nothing in the body is looked at: every secret is
// tried, so that the time it takes tells nothing.
func verify(header http.Header, body []byte, workspaces []config.ChatWorkspace, now time.Time) ([]config.ChatWorkspace, error) {
	stamp, err := single(header, headerTime)
	if err != nil {
		return nil, err
	}
	signature, err := single(header, headerSignature)
	if err != nil {
		return nil, err
	}
	if err := fresh(stamp, now); err != nil {
		return nil, err
	}
	var signed []config.ChatWorkspace
	secrets := 0
	for _, w := range workspaces {
		if w.SigningSecret.IsZero() { // which anybody could sign with
			continue
		}
		secrets++
		if hmac.Equal([]byte(Sign(w.SigningSecret.Reveal(), stamp, body)), []byte(signature)) {
			signed = append(signed, w)
		}
	}
	switch {
	case secrets == 0:
		return nil, errors.New("no workspace has a signing_secret")
	case len(signed) == 0:
		return nil, errors.New("the signature is wrong: the signing secret differs, or something on the way changed the body")
	}
	return signed, nil
}

// single returns a header that is there exactly once.
func single(header http.Header, name string) (string, error) {
	switch values := header.Values(name); {
	case len(values) == 0 || values[0] == "":
		return "", errors.New("the header " + name + " is missing")
	case len(values) > 1:
		return "", errors.New("the header " + name + " occurs more than once")
	default:
		return values[0], nil
	}
}

// fresh reports a timestamp that is none, or too far from now.
func fresh(stamp string, now time.Time) error {
	seconds, err := strconv.ParseUint(stamp, 10, 63)
	if err != nil || len(stamp) > maxStamp {
		return errors.New("the timestamp is not a number of seconds")
	}
	switch away := now.Sub(time.Unix(int64(seconds), 0)); {
	case away > tolerance:
		return fmt.Errorf("the timestamp is %d s old, more than %d: the request was repeated, or this machine's clock is wrong", int64(away.Seconds()), int64(tolerance.Seconds()))
	case away < -tolerance:
		return fmt.Errorf("the timestamp is %d s ahead, more than %d: this machine's clock is wrong", int64(-away.Seconds()), int64(tolerance.Seconds()))
	}
	return nil
}

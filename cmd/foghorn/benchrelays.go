package main

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"foghorn/config"
)

// benchRelays is a configuration with n relays that send every event, and a service of
// this process that takes what they send. Nobody listens where the last one sends to. end
// closes the service.
func benchRelays(e *env, n int) (cfg *config.Config, end func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, nil, err
	}
	server := &http.Server{Handler: http.HandlerFunc(takeAll), ReadHeaderTimeout: time.Minute}
	go func() { _ = server.Serve(l) }() // it ends with an error when it is closed
	end = func() { _ = server.Close() }
	cfg, err = e.parseRelays(relaysText(n, l.Addr().String()))
	if err != nil {
		end()
	}
	return cfg, end, err
}

// relaysText is the configuration of n relays: log stores, which take what there is most of.
func relaysText(n int, addr string) string {
	var b strings.Builder
	for i := range n {
		to := addr
		if i == n-1 {
			to = "127.0.0.1:1" // nobody listens at a port that only root may use
		}
		fmt.Fprintf(&b, "[[relay]]\nname = \"relay-%d\"\nsend = \"events\"\nurl = \"http://%s\"\n", i+1, to)
		if i%2 == 0 {
			b.WriteString("kind = \"splunk\"\ntoken = \"00000000-0000-0000-0000-000000000000\"\n\n")
		} else {
			b.WriteString("kind = \"datadog\"\nformat = \"json\"\napi_key = \"0123456789abcdef0123456789abcdef\"\n\n")
		}
	}
	return b.String()
}

// parseRelays loads a configuration from a text.
func (e *env) parseRelays(text string) (cfg *config.Config, err error) {
	dir, err := os.MkdirTemp("", "foghorn-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	path := filepath.Join(dir, "config.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		return nil, err
	}
	return config.Load(path, config.Options{Getenv: e.getenv})
}

// takeAll answers as Splunk and Datadog do when they have taken everything.
func takeAll(w http.ResponseWriter, r *http.Request) {
	if _, err := io.Copy(io.Discard, r.Body); err != nil {
		return
	}
	if strings.HasPrefix(r.URL.Path, "/api/") {
		w.WriteHeader(http.StatusAccepted)
	}
	_, _ = io.WriteString(w, `{"text":"Success","code":0}`)
}

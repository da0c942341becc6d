package ingestbench

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"time"

	"foghorn/feeds/webhook"
	"foghorn/mist"
)

// bare is the least a receiver must do: read the body, check its signature,
// answer. It stores nothing.
func bare(_ context.Context, _ string, src webhook.Source) (string, func() error, error) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	key := src.Secrets[0].Key
	answer := []byte("{\"status\":\"stored\"}\n")
	srv := &http.Server{ReadHeaderTimeout: 5 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 8<<20))
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if !mist.CheckV2(key, body, r.Header.Get(mist.HeaderV2)) {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write(answer) // the client counts what it received
	})}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	return ln.Addr().String(), func() error {
		err := srv.Close()
		if e := <-served; !errors.Is(e, http.ErrServerClosed) {
			err = errors.Join(err, e)
		}
		return err
	}, nil
}

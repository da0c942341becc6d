package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"foghorn/mist/mistsim"
)

// demoAPI serves the API and the stream of the simulated cloud on a free loopback
// port.
type demoAPI struct {
	server  *http.Server
	socket  net.Listener
	address string
}

func serveDemo(cloud *mistsim.Cloud) (*demoAPI, error) {
	socket, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("serve the simulated cloud: %w", err)
	}
	return &demoAPI{
		server:  &http.Server{Handler: cloud.API(), ReadHeaderTimeout: 10 * time.Second},
		socket:  socket,
		address: socket.Addr().String(),
	}, nil
}

// run serves until ctx ends, then cuts open requests: nobody waits for them.
func (d *demoAPI) run(ctx context.Context) error {
	stop := context.AfterFunc(ctx, func() { _ = d.server.Close() })
	defer stop()
	if err := d.server.Serve(d.socket); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve the simulated cloud: %w", err)
	}
	return nil
}

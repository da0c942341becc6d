package mist

import (
	"context"
	"net/http"
)

// RestartDevice restarts a device. device is its id, or its MAC in any notation. Mist
// answers when it has told the device, and restarts only devices that are connected.
func (c *Client) RestartDevice(ctx context.Context, site, device string) error {
	return c.utility(ctx, site, device, "restart", nil)
}

// LocateDevice makes a device blink, or stops that. An access point blinks until it is
// stopped, a switch for five minutes.
func (c *Client) LocateDevice(ctx context.Context, site, device string, blink bool) error {
	if blink {
		return c.utility(ctx, site, device, "locate", struct{}{})
	}
	return c.utility(ctx, site, device, "unlocate", nil)
}

// BouncePorts takes ports of a switch or a gateway down and up again.
func (c *Client) BouncePorts(ctx context.Context, site, device string, ports []string) error {
	return c.utility(ctx, site, device, "bounce_port", map[string]any{"ports": ports})
}

// utility asks for what prints nothing that has to be read.
func (c *Client) utility(ctx context.Context, site, device, verb string, body any) error {
	return c.change(ctx, http.MethodPost, apiPath("sites", site, "devices", deviceIDOf(device), verb), body)
}

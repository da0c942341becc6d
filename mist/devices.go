package mist

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
)

// DeviceConfig is the configuration of a device. Raw is the whole JSON object.
type DeviceConfig struct {
	ID, MAC, Name, Type, Model, Serial, SiteID, OrgID string

	Raw json.RawMessage
}

func (d *DeviceConfig) read(o Object) {
	*d = DeviceConfig{ID: o.Text("id"), MAC: o.MAC("mac"), Name: o.Text("name"), Type: o.Text("type"), Model: o.Text("model"),
		Serial: o.Text("serial"), SiteID: o.ID("site_id"), OrgID: o.Text("org_id")}
}

// SiteDevices lists the configurations of a site's devices, of all types.
func (c *Client) SiteDevices(ctx context.Context, site string) iter.Seq2[DeviceConfig, error] {
	r := Request{Path: apiPath("sites", site, "devices"), Query: numbered(pageSize, "type", "all")}
	return search(ctx, c, r, pagingNumber, func(d *DeviceConfig, raw []byte) { d.Raw = raw })
}

// GetDevice fetches one device's configuration. device is its id, or its MAC in
// any notation.
func (c *Client) GetDevice(ctx context.Context, site, device string) (DeviceConfig, error) {
	return c.device(ctx, Request{Path: apiPath("sites", site, "devices", deviceIDOf(device))})
}

// RenameDevice renames a device and returns its new configuration. It sends only
// the name, so that nothing else changes.
func (c *Client) RenameDevice(ctx context.Context, site, device, name string) (DeviceConfig, error) {
	body, err := json.Marshal(map[string]string{"name": name})
	if err != nil {
		return DeviceConfig{}, err
	}
	return c.device(ctx, Request{Method: http.MethodPut, Path: apiPath("sites", site, "devices", deviceIDOf(device)), Body: body})
}

func (c *Client) device(ctx context.Context, r Request) (DeviceConfig, error) {
	var d DeviceConfig
	resp, err := c.Do(ctx, r)
	if err != nil {
		return d, err
	}
	if err := c.checkJSON(r, resp, '{'); err != nil {
		return d, err
	}
	d, _ = decodeRow[DeviceConfig](resp.Body)
	d.Raw = resp.Body
	return d, nil
}

// deviceIDOf converts a MAC to a device id, and returns an id unchanged.
func deviceIDOf(device string) string {
	if mac := macOf(device); len(mac) == 12 && len(device) < len(deviceIDPrefix) {
		return deviceIDPrefix + mac
	}
	return device
}

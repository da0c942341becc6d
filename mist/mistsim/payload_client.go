package mistsim

import "time"

// The elements of the topics about clients. Field order and types follow
// Mist's own samples; a test compares both.

type clientJoin struct {
	AP           string  `json:"ap"`
	APName       string  `json:"ap_name"`
	Band         string  `json:"band"`
	BSSID        string  `json:"bssid"`
	Connect      int64   `json:"connect"`
	ConnectFloat float64 `json:"connect_float"`
	MAC          string  `json:"mac"`
	OrgID        string  `json:"org_id"`
	RSSI         int     `json:"rssi"`
	SiteID       string  `json:"site_id"`
	SiteName     string  `json:"site_name"`
	SSID         string  `json:"ssid"`
	Timestamp    int64   `json:"timestamp"`
	Version      int     `json:"version"`
	WLANID       string  `json:"wlan_id"`
}

// Why a client session ended, as termination_reason counts them
// (docs/mist-api.md, Webhook topics).
const (
	endDisassociated = 1
	endInactive      = 2
	endRoamed        = 3
)

type clientSession struct {
	AP                string  `json:"ap"`
	APName            string  `json:"ap_name"`
	Band              string  `json:"band"`
	BSSID             string  `json:"bssid"`
	ClientFamily      string  `json:"client_family"`
	ClientManufacture string  `json:"client_manufacture"`
	ClientModel       string  `json:"client_model"`
	ClientOS          string  `json:"client_os"`
	Connect           int64   `json:"connect"`
	ConnectFloat      float64 `json:"connect_float"`
	Disconnect        int64   `json:"disconnect"`
	DisconnectFloat   float64 `json:"disconnect_float"`
	Duration          float64 `json:"duration"` // seconds
	MAC               string  `json:"mac"`
	NextAP            string  `json:"next_ap,omitempty"` // only for roaming
	OrgID             string  `json:"org_id"`
	RSSI              int     `json:"rssi"`
	SiteID            string  `json:"site_id"`
	SiteName          string  `json:"site_name"`
	SSID              string  `json:"ssid"`
	TerminationReason int     `json:"termination_reason"`
	Timestamp         int64   `json:"timestamp"`
	Version           int     `json:"version"`
	WLANID            string  `json:"wlan_id"`
}

type clientInfo struct {
	Hostname  string `json:"hostname"`
	IP        string `json:"ip"`
	MAC       string `json:"mac"`
	OrgID     string `json:"org_id"`
	SiteID    string `json:"site_id"`
	Timestamp int64  `json:"timestamp"`
}

type nacEvent struct {
	AP             string   `json:"ap"`
	AuthType       string   `json:"auth_type"`
	BSSID          string   `json:"bssid"`
	IDPRole        []string `json:"idp_role,omitempty"`
	MAC            string   `json:"mac"`
	NACRuleID      string   `json:"nacrule_id,omitempty"`
	NACRuleMatched bool     `json:"nacrule_matched"`
	NASVendor      string   `json:"nas_vendor"`
	OrgID          string   `json:"org_id"`
	RandomMAC      string   `json:"random_mac"` // "true" or "false", as text
	RespAttrs      []string `json:"resp_attrs,omitempty"`
	SiteID         string   `json:"site_id"`
	SSID           string   `json:"ssid"`
	Text           string   `json:"text,omitempty"`
	Timestamp      float64  `json:"timestamp"`
	Type           string   `json:"type"`
	Username       string   `json:"username"`
	VLAN           string   `json:"vlan"` // text, as in the sample
}

type nacAccounting struct {
	AP         string  `json:"ap"`
	AuthType   string  `json:"auth_type"`
	BSSID      string  `json:"bssid"`
	ClientIP   string  `json:"client_ip"`
	ClientType string  `json:"client_type"`
	MAC        string  `json:"mac"`
	NASVendor  string  `json:"nas_vendor"`
	OrgID      string  `json:"org_id"`
	RxPkts     int     `json:"rx_pkts"`
	SiteID     string  `json:"site_id"`
	SSID       string  `json:"ssid"`
	Timestamp  float64 `json:"timestamp"`
	TxPkts     int     `json:"tx_pkts"`
	Type       string  `json:"type"`
	Username   string  `json:"username"`
}

type guestAuthorization struct {
	AP                string `json:"ap"`
	AuthMethod        string `json:"auth_method"`
	AuthorizedExpires int64  `json:"authorized_expiring_time"`
	AuthorizedTime    int64  `json:"authorized_time"`
	Client            string `json:"client"`
	Company           string `json:"company"`
	Email             string `json:"email"`
	Name              string `json:"name"`
	OrgID             string `json:"org_id"`
	SiteID            string `json:"site_id"`
	SSID              string `json:"ssid"`
	WLANID            string `json:"wlan_id"`
}

type clientLatency struct {
	AvgAuth   float64 `json:"avg_auth"` // seconds, as the rest
	AvgDHCP   float64 `json:"avg_dhcp"`
	AvgDNS    float64 `json:"avg_dns"`
	MaxAuth   float64 `json:"max_auth"`
	MaxDHCP   float64 `json:"max_dhcp"`
	MaxDNS    float64 `json:"max_dns"`
	MinAuth   float64 `json:"min_auth"`
	MinDHCP   float64 `json:"min_dhcp"`
	MinDNS    float64 `json:"min_dns"`
	OrgID     string  `json:"org_id"`
	SiteID    string  `json:"site_id"`
	Timestamp int64   `json:"timestamp"`
}

// floatSeconds is a time as float seconds with microseconds.
func floatSeconds(t time.Time) float64 { return float64(t.UnixMicro()) / 1e6 }

func joinOf(o *Org, s *Site, c *Client, ap *Device) clientJoin {
	w := o.WLANs[c.WLAN]
	return clientJoin{
		AP: ap.MAC, APName: ap.Name, Band: c.Band, BSSID: c.BSSID,
		Connect: c.Since.Unix(), ConnectFloat: floatSeconds(c.Since), MAC: c.MAC,
		OrgID: o.ID, RSSI: c.RSSI, SiteID: s.ID, SiteName: s.Name, SSID: w.SSID,
		Timestamp: c.Since.Unix(), Version: 2, WLANID: o.wlanID(c.WLAN, s),
	}
}

func sessionOf(o *Org, s *Site, c *Client, ap *Device, end time.Time, reason int, next string) clientSession {
	w := o.WLANs[c.WLAN]
	return clientSession{
		AP: ap.MAC, APName: ap.Name, Band: c.Band, BSSID: c.BSSID,
		ClientFamily: c.Family, ClientManufacture: c.Manufacture, ClientModel: c.Model, ClientOS: c.OS,
		Connect: c.Since.Unix(), ConnectFloat: floatSeconds(c.Since),
		Disconnect: end.Unix(), DisconnectFloat: floatSeconds(end), Duration: end.Sub(c.Since).Seconds(),
		MAC: c.MAC, NextAP: next, OrgID: o.ID, RSSI: c.RSSI, SiteID: s.ID, SiteName: s.Name,
		SSID: w.SSID, TerminationReason: reason, Timestamp: end.Unix(), Version: 2, WLANID: o.wlanID(c.WLAN, s),
	}
}

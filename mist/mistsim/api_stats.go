package mistsim

import (
	"fmt"
	"math"
	"time"
)

// The rows of the statistics, for a moment. Fields that a device which is away
// does not report are left out.

type deviceStats struct {
	ID       string        `json:"id"`
	MAC      string        `json:"mac"`
	Name     string        `json:"name,omitempty"`
	Hostname string        `json:"hostname,omitempty"`
	Type     string        `json:"type"`
	Model    string        `json:"model"`
	Version  string        `json:"version"`
	Serial   string        `json:"serial"`
	OrgID    string        `json:"org_id"`
	SiteID   string        `json:"site_id"`
	MapID    string        `json:"map_id,omitempty"`
	Status   string        `json:"status"`
	IP       string        `json:"ip"`
	ExtIP    string        `json:"ext_ip"`
	IPStat   *ipStat       `json:"ip_stat,omitempty"`
	LastSeen *float64      `json:"last_seen"`
	Uptime   *int64        `json:"uptime,omitempty"`
	Created  int64         `json:"created_time"`
	Modified int64         `json:"modified_time"`
	Clients  *int          `json:"num_clients,omitempty"`
	WLANs    int           `json:"num_wlans,omitempty"`
	Radio    *radioStat    `json:"radio_stat,omitempty"`
	LLDP     *lldpStat     `json:"lldp_stat,omitempty"`
	CPUUtil  *int          `json:"cpu_util,omitempty"`
	RxBytes  int64         `json:"rx_bytes,omitempty"`
	TxBytes  int64         `json:"tx_bytes,omitempty"`
	RxBPS    int64         `json:"rx_bps,omitempty"`
	TxBPS    int64         `json:"tx_bps,omitempty"`
	CPU      *cpuStat      `json:"cpu_stat,omitempty"`
	Memory   *memoryStat   `json:"memory_stat,omitempty"`
	Wired    *clientsStats `json:"clients_stats,omitempty"`
}

type ipStat struct {
	IP      string   `json:"ip"`
	Netmask string   `json:"netmask"`
	Gateway string   `json:"gateway"`
	DNS     []string `json:"dns"`
}

type radioStat struct {
	Band24 band `json:"band_24"`
	Band5  band `json:"band_5"`
	Band6  band `json:"band_6"`
}

type band struct {
	Channel    int    `json:"channel"`
	Bandwidth  int    `json:"bandwidth"`
	Power      int    `json:"power"`
	NumClients int    `json:"num_clients"`
	NumWLANs   int    `json:"num_wlans"`
	UtilAll    int    `json:"util_all"`
	UtilTx     int    `json:"util_tx"`
	UtilRxIn   int    `json:"util_rx_in_bss"`
	UtilOther  int    `json:"util_rx_other_bss"`
	UtilNoise  int    `json:"util_non_wifi"`
	NoiseFloor int    `json:"noise_floor"`
	MAC        string `json:"mac"`
	Usage      string `json:"usage"`
}

type lldpStat struct {
	SystemName string `json:"system_name"`
	PortID     string `json:"port_id"`
	ChassisID  string `json:"chassis_id"`
}

type cpuStat struct {
	Usage  int `json:"usage"`
	User   int `json:"user"`
	System int `json:"system"`
	Idle   int `json:"idle"`
}

type memoryStat struct {
	Usage int `json:"usage"`
}

type clientsStats struct {
	Total struct {
		APs   []int `json:"num_aps"`
		Wired int   `json:"num_wired_clients"`
	} `json:"total"`
}

// clientsOf counts the clients of each AP of a site, by MAC and band.
func clientsOf(s *Site) map[string]map[string]int {
	n := map[string]map[string]int{}
	for _, c := range s.online() {
		if n[c.AP] == nil {
			n[c.AP] = map[string]int{}
		}
		n[c.AP][c.Band]++
	}
	return n
}

func seconds(t time.Time) *float64 {
	f := math.Round(float64(t.UnixMilli())) / 1000
	return &f
}

func (w *world) statsOf(s *Site, d *Device, clients map[string]int, now time.Time) deviceStats {
	row := deviceStats{
		ID: d.ID, MAC: d.MAC, Name: d.Name, Type: d.Type, Model: d.Model, Version: d.Version, Serial: d.serial(),
		OrgID: w.org.ID, SiteID: s.ID, MapID: s.MapID, Status: "disconnected", IP: d.IP, ExtIP: "203.0.113.7",
		LastSeen: seconds(d.heard(now)), Created: founded.Unix(), Modified: d.modified(),
	}
	if d.Type != AP {
		row.Hostname = d.Name
	}
	if !d.Connected {
		return row
	}
	up := int64(max(now.Sub(d.booted).Seconds(), 0))
	row.Status, row.Uptime, row.IPStat = "connected", &up, ipStatOf(d)
	cpu := 8 + int(6*wobble(d.MAC+"cpu", now, time.Minute))
	if d.Type != AP {
		row.CPU = &cpuStat{Usage: cpu, User: cpu / 2, System: cpu - cpu/2, Idle: 100 - cpu}
		row.Memory = &memoryStat{Usage: 44 + int(8*noise(d.MAC+"mem", 0))}
		if d.Type == Switch {
			row.Wired = &clientsStats{}
			row.Wired.Total.Wired = 12 + int(10*noise(d.MAC+"wired", 0))
			row.Wired.Total.APs = []int{len(behind(s, d))}
		}
		return row
	}
	total := clients["24"] + clients["5"] + clients["6"]
	row.CPUUtil, row.Clients, row.WLANs = &cpu, &total, len(w.org.WLANs)
	row.Radio = w.radioOf(d, clients, now)
	row.RxBytes, row.TxBytes = moved(d.MAC+"rx", d.booted, now), moved(d.MAC+"tx", d.booted, now)
	row.RxBPS, row.TxBPS = int64(float64(1+total)*2e5*(1.2+wobble(d.MAC+"rxbps", now, time.Minute))), int64(float64(1+total)*9e5*(1.2+wobble(d.MAC+"txbps", now, time.Minute)))
	if up := w.devices[d.Uplink]; up != nil {
		row.LLDP = &lldpStat{SystemName: up.Name, PortID: d.Port, ChassisID: colons(up.MAC)}
	}
	return row
}

func ipStatOf(d *Device) *ipStat {
	return &ipStat{IP: d.IP, Netmask: "255.255.0.0", Gateway: "10.0.0.1", DNS: []string{"10.0.8.2"}}
}

func (w *world) radioOf(d *Device, clients map[string]int, now time.Time) *radioStat {
	one := func(name string, channel, width, power int) band {
		u := load(d, name, clients[name], now)
		return band{
			Channel: channel, Bandwidth: width, Power: power, NumClients: clients[name], NumWLANs: len(w.org.WLANs),
			UtilAll: u, UtilTx: u / 3, UtilRxIn: u / 4, UtilOther: u / 5, UtilNoise: u - u/3 - u/4 - u/5,
			NoiseFloor: -93 + int(2*noise(d.MAC+name, 1)), MAC: bssid(d, 0, name), Usage: name,
		}
	}
	return &radioStat{
		Band24: one("24", []int{1, 6, 11}[hashed(d.MAC)%3], 20, 8), Band5: one("5", d.Channel, 40, 14),
		Band6: one("6", 5+16*(hashed(d.MAC)%6), 80, 16),
	}
}

// hashed is a fixed small number for a name.
func hashed(name string) int { return int((noise(name, 7) + 1) * 500) }

func colons(mac string) string {
	return fmt.Sprintf("%s:%s:%s:%s:%s:%s", mac[:2], mac[2:4], mac[4:6], mac[6:8], mac[8:10], mac[10:])
}

// behind returns the access points that hang on a switch.
func behind(s *Site, sw *Device) []*Device {
	var out []*Device
	for _, d := range s.Devices {
		if d.Type == AP && d.Uplink == sw.MAC {
			out = append(out, d)
		}
	}
	return out
}

type clientStats struct {
	MAC         string  `json:"mac"`
	APMAC       string  `json:"ap_mac"`
	APID        string  `json:"ap_id"`
	SiteID      string  `json:"site_id"`
	WLANID      string  `json:"wlan_id"`
	SSID        string  `json:"ssid"`
	BSSID       string  `json:"bssid"`
	Band        string  `json:"band"`
	Channel     int     `json:"channel"`
	Proto       string  `json:"proto"`
	KeyMgmt     string  `json:"key_mgmt"`
	RSSI        int     `json:"rssi"`
	SNR         int     `json:"snr"`
	Hostname    string  `json:"hostname"`
	IP          string  `json:"ip"`
	Username    string  `json:"username,omitempty"`
	Manufacture string  `json:"manufacture"`
	Family      string  `json:"family"`
	Model       string  `json:"model"`
	OS          string  `json:"os"`
	VLANID      string  `json:"vlan_id"`
	AssocTime   int64   `json:"assoc_time"`
	LastSeen    float64 `json:"last_seen"`
	Uptime      int64   `json:"uptime"`
	IdleTime    int     `json:"idle_time"`
	IsGuest     bool    `json:"is_guest"`
	DualBand    bool    `json:"dual_band"`
	RxRate      float64 `json:"rx_rate"`
	TxRate      float64 `json:"tx_rate"`
	RxBytes     int64   `json:"rx_bytes"`
	TxBytes     int64   `json:"tx_bytes"`
	RxRetries   int64   `json:"rx_retries"`
	TxRetries   int64   `json:"tx_retries"`
	TxBPS       int64   `json:"tx_bps"`
	RxBPS       int64   `json:"rx_bps"`
	MapID       string  `json:"map_id"`
}

var keyMgmt = map[string]string{"psk": "WPA2-PSK/CCMP", "eap-tls": "WPA2-EAP-FT/CCMP", "portal": "Open"}

// clientStatsOf is a client that is connected; ap is where.
func (w *world) clientStatsOf(s *Site, c *Client, ap *Device, now time.Time) clientStats {
	wlan := w.org.WLANs[c.WLAN]
	rssi, snr := c.signal(now)
	rate := math.Round(float64(min(max(snr, 3), 45))*26) + 6.5
	row := clientStats{
		MAC: c.MAC, APMAC: ap.MAC, APID: ap.ID, SiteID: s.ID, WLANID: w.org.wlanID(c.WLAN, s), SSID: wlan.SSID, BSSID: c.BSSID,
		Band: c.Band, Channel: ap.Channel, Proto: "ax", KeyMgmt: keyMgmt[wlan.Auth], RSSI: rssi, SNR: snr,
		Hostname: c.Hostname, IP: c.IP, Username: c.Username, Manufacture: c.Manufacture, Family: c.Family, Model: c.Model, OS: c.OS,
		VLANID: wlan.VLAN, AssocTime: c.Since.Unix(), LastSeen: *seconds(now.Add(-time.Second)), Uptime: int64(now.Sub(c.Since).Seconds()),
		IdleTime: hashed(c.MAC) % 9, IsGuest: wlan.Auth == "portal", DualBand: true, RxRate: rate, TxRate: rate,
		RxBytes: moved(c.MAC+"rx", c.Since, now), TxBytes: moved(c.MAC+"tx", c.Since, now), MapID: s.MapID,
		RxBPS: int64(2e4 * (1.1 + wobble(c.MAC+"rxbps", now, 30*time.Second))), TxBPS: int64(9e4 * (1.1 + wobble(c.MAC+"txbps", now, 30*time.Second))),
	}
	if c.ssid != "" {
		row.SSID = c.ssid
	}
	row.RxRetries, row.TxRetries = row.RxBytes/90000, row.TxBytes/70000
	switch c.Band {
	case "24":
		row.Channel = []int{1, 6, 11}[hashed(ap.MAC)%3]
	case "6":
		row.Channel = 5 + 16*(hashed(ap.MAC)%6)
	}
	return row
}

type edgeStats struct {
	ID         string      `json:"id"`
	MAC        string      `json:"mac"`
	Name       string      `json:"name"`
	Model      string      `json:"model"`
	Serial     string      `json:"serial"`
	OrgID      string      `json:"org_id"`
	ClusterID  string      `json:"mxcluster_id"`
	ForSite    bool        `json:"for_site"`
	Status     string      `json:"status"`
	LastSeen   float64     `json:"last_seen"`
	Uptime     int64       `json:"uptime"`
	Tunnels    int         `json:"num_tunnels"`
	Registered bool        `json:"mxagent_registered"`
	CPU        cpuStat     `json:"cpu_stat"`
	Memory     memoryStat  `json:"memory_stat"`
	IPStat     *edgeIPStat `json:"ip_stat"`
	Created    int64       `json:"created_time"`
	Modified   int64       `json:"modified_time"`
}

type edgeIPStat struct {
	IP      string `json:"ip"`
	Netmask string `json:"netmask"`
}

func (w *world) edgeStatsOf(d *Device, now time.Time) edgeStats {
	cpu := 20 + int(9*wobble(d.MAC+"cpu", now, time.Minute))
	status := "connected"
	if !d.Connected {
		status = "disconnected"
	}
	return edgeStats{
		ID: d.ID, MAC: d.MAC, Name: d.Name, Model: d.Model, Serial: d.serial(), OrgID: w.org.ID, ClusterID: d.ClusterID,
		Status: status, LastSeen: *seconds(d.heard(now)), Uptime: int64(now.Sub(d.booted).Seconds()), Tunnels: 40 + hashed(d.MAC)%20,
		Registered: true, CPU: cpuStat{Usage: cpu, User: cpu / 2, System: cpu - cpu/2, Idle: 100 - cpu}, Memory: memoryStat{Usage: 48},
		IPStat: &edgeIPStat{IP: d.IP, Netmask: "255.255.255.0"}, Created: founded.Unix(), Modified: d.modified(),
	}
}

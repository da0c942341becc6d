package mistsim

// The elements of the topics about places and how well they are served.

type siteSLE struct {
	OrgID     string             `json:"org_id"`
	SiteID    string             `json:"site_id"`
	SLE       map[string]float64 `json:"sle"` // metric to fraction, 0 to 1
	Timestamp int64              `json:"timestamp"`
}

type location struct {
	MAC       string  `json:"mac"`
	MapID     string  `json:"map_id"`
	SiteID    string  `json:"site_id"`
	Timestamp int64   `json:"timestamp"`
	Type      string  `json:"type"`
	X         float64 `json:"x"` // metres
	Y         float64 `json:"y"`
}

type zoneEvent struct {
	MAC       string  `json:"mac"`
	MapID     string  `json:"map_id"`
	SiteID    string  `json:"site_id"`
	Timestamp float64 `json:"timestamp"`
	Trigger   string  `json:"trigger"` // enter or exit
	Type      string  `json:"type"`
	ZoneID    string  `json:"zone_id"`
}

// occupancy has no time of its own: the alerts nested in it do.
type occupancy struct {
	AlertEvents []occupancyAlert `json:"alert_events"`
	SiteID      string           `json:"site_id"`
	SiteName    string           `json:"site_name"`
}

type occupancyAlert struct {
	CurrentOccupancy int    `json:"current_occupancy"`
	MapID            string `json:"map_id"`
	OccupancyLimit   int    `json:"occupancy_limit"`
	OrgID            string `json:"org_id"`
	Timestamp        int64  `json:"timestamp"`
	Type             string `json:"type"` // COMPLIANCE-VIOLATION or COMPLIANCE-OK
	ZoneID           string `json:"zone_id"`
	ZoneName         string `json:"zone_name"`
}

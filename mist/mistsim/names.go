package mistsim

// The cast. All of it is invented; addresses are from the documentation ranges.

const orgName = "Acme Logistics"

// plan says what a site is made of.
type plan struct {
	name               string
	aps, switches      int
	clients            int
	apNames            string // prefix of AP names
	gateway            string // model
	zones              []string
	meanScore          float64 // how good the site's service levels usually are, 0 to 1
	handhelds, laptops int     // weights of what its people carry; phones fill up
	shortAPs           int     // how many access points get less power than they need
}

var plans = []plan{
	{"hq-berlin", 10, 3, 70, "ap-ber", "SRX345", []string{"Lobby", "Canteen", "Floor 2 open space"}, 0.97, 0, 6, 0},
	{"wh-hamburg", 12, 3, 60, "ap-ham", "SRX345", []string{"Dock A", "Dock B", "High bay"}, 0.92, 7, 1, 0},
	{"hub-rotterdam", 9, 2, 45, "ap-rtm", "SRX345", []string{"Sorting", "Loading"}, 0.94, 6, 2, 0},
	{"store-munich", 4, 1, 24, "ap-muc", "SRX320", []string{"Shop floor"}, 0.96, 2, 2, 0},
	{"store-vienna", 4, 1, 22, "ap-vie", "SRX320", []string{"Shop floor"}, 0.95, 2, 2, 0},
	{"store-zurich", 3, 1, 18, "ap-zrh", "SRX320", []string{"Shop floor"}, 0.98, 2, 2, 0},
	{"office-prague", 5, 1, 30, "ap-prg", "SRX320", []string{"Meeting rooms"}, 0.96, 0, 6, 0},
	{"lab-cologne", 4, 1, 16, "ap-cgn", "SRX320", []string{"Workshop"}, 0.90, 1, 4, 1},
}

var wlanPlan = []WLAN{
	{SSID: "Corp", VLAN: "20", Auth: "eap-tls"},
	{SSID: "Scanner", VLAN: "30", Auth: "psk"},
	{SSID: "Acme Guest", VLAN: "90", Auth: "portal"},
}

// Indexes into wlanPlan.
const (
	wlanCorp = iota
	wlanScanner
	wlanGuest
)

// Address prefixes of the kinds of device, as Mist's samples show them.
var (
	apOUIs      = []string{"5c5b35", "d420b0", "ac2316"}
	switchOUIs  = []string{"f4bfa8", "408f9d", "0c8126"}
	gatewayOUIs = []string{"94f7ad", "f4cc55"}
)

const edgeOUI = "020000"

var apModels = []string{"AP45", "AP43", "AP34", "AP63"}

const (
	apVersion      = "0.14.29633"
	switchModel    = "EX4100-48MP"
	switchVersion  = "23.4R2-S3.9"
	gatewayVersion = "23.4R2-S2.1"
)

var adminPlan = []Admin{
	{Name: "Mara Lindt", Email: "mara.lindt@example.com", IP: "203.0.113.45"},
	{Name: "Teo Varga", Email: "teo.varga@example.com", IP: "203.0.113.82"},
	{Name: "Ines Roth", Email: "ines.roth@example.com", IP: "198.51.100.17"},
}

var routerPlan = []Router{
	{Hostname: "core-ber-01", Peer: "192.0.2.9", PeerAS: 64530, Uplink: "xe-0/1/2"},
	{Hostname: "srx-ham-01", Peer: "192.0.2.33", PeerAS: 64541, Uplink: "ge-0/0/3"},
}

// gear is what a client is.
type gear struct {
	oui, manufacture, family, model, os string
	host                                string // pattern of the host name: %n person, %x four hex digits, %d number
	wlan                                int
	random                              bool // uses a random address
}

var (
	phones = []gear{
		{"", "Apple", "iPhone", "15 Pro", "18.1.1", "iPhone-%n", wlanGuest, true},
		{"", "Apple", "iPhone", "SE", "17.6.1", "iPhone", wlanGuest, true},
		{"", "Samsung", "Galaxy", "S23", "Android 15", "Galaxy-S23-%n", wlanCorp, true},
		{"", "Google", "Pixel", "Pixel 8", "Android 15", "Pixel-8-%x", wlanGuest, true},
	}
	laptops = []gear{
		{"a483e7", "Apple", "Mac", "MacBook Pro", "macOS 15.1", "MBP-%n", wlanCorp, false},
		{"70cd0d", "Intel", "Windows", "ThinkPad T14", "Windows 11", "LAPTOP-%x", wlanCorp, false},
		{"dc4628", "Intel", "Windows", "Latitude 7440", "Windows 11", "nb-%n", wlanCorp, false},
	}
	handhelds = []gear{
		{"84248d", "Zebra", "Android", "TC52", "Android 11", "tc52-%d", wlanScanner, false},
		{"84248d", "Zebra", "Android", "MC9300", "Android 10", "mc93-%d", wlanScanner, false},
		{"001dc9", "Honeywell", "Android", "CT60", "Android 12", "ct60-%d", wlanScanner, false},
	}
)

var people = []string{
	"anna", "bela", "cem", "dora", "emil", "finn", "greta", "hugo", "ida", "jonas", "kim", "lena",
	"milo", "nora", "otto", "pia", "quirin", "rosa", "sven", "thea", "uwe", "vera", "wim", "yara", "zoe",
}

// metrics of the site-sle topic, in the names Mist's webhook uses
// (docs/mist-api.md, Success rates).
var metrics = []string{
	"coverage", "capacity", "time-to-connect", "successful-connect", "roaming",
	"throughput", "ap-availability", "switch-health", "gateway-health",
}

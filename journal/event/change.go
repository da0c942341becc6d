package event

// ChangeKind says what was changed, to explain what broke later.
type ChangeKind string

// The kinds of changes. An event that changed nothing has none.
const (
	ChangeAudit   ChangeKind = "audit"      // what an admin did
	ChangeConfig  ChangeKind = "config"     // a device got another configuration, or refused it
	ChangeUpgrade ChangeKind = "upgrade"    // of a device's firmware
	ChangeRestart ChangeKind = "restart"    // of a device or a service on it
	ChangePlace   ChangeKind = "assignment" // a device was claimed, assigned to a site, or removed from it
)

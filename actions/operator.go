package actions

import "foghorn/journal/event"

// Role is what a person may do. The zero value may only look.
type Role uint8

// The roles, each with the rights of those before it.
const (
	RoleViewer   Role = iota
	RoleOperator      // works on alerts and devices
	RoleAdmin         // changes and restores configuration
)

func (r Role) String() string {
	return [...]string{"viewer", "operator", "admin"}[min(r, RoleAdmin)]
}

// Operator is who takes an action, and how. Activities name both.
type Operator struct {
	Person string
	Role   Role
	Via    event.Via
	// Reply is where the end of a job is told; see event.Job. Empty for nowhere.
	Reply string
}

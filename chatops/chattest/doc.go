// Package chattest has stand-ins for chat services: servers that hold what they are sent
// against the service's rules, answer as it does, and play the people who use it.
package chattest

package main

import (
	"os"
	"os/user"
	"strconv"
)

// actor names the person at this process: FOGHORN_USER for shared accounts,
// else the account's name.
func actor(getenv func(string) string) string {
	if name := getenv("FOGHORN_USER"); name != "" {
		return name
	}
	if u, err := user.Current(); err == nil && u.Username != "" {
		return u.Username
	}
	return "uid " + strconv.Itoa(os.Getuid())
}

//go:build !soak

package main

// killRounds is how often the program is killed; with -tags soak many times more.
const killRounds = 4

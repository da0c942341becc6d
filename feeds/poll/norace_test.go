//go:build !race

package poll_test

import "foghorn/mist/mistsim"

const slower = 1

var organization mistsim.Options // the one of the stories

var sizes = []int{1, 10, 100}

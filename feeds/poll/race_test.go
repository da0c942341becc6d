//go:build race

package poll_test

import "foghorn/mist/mistsim"

// slower is how many times smaller a site is under the race detector.
const slower = 3

// organization is the size of the simulated one. Rows are slow to read under the
// race detector, and it finds nothing more in many.
var organization = mistsim.Options{Sites: 3, Devices: 4, Clients: 4}

// sizes are those of the organizations whose calls are counted. The count is the same
// without the race detector, where all of them are.
var sizes = []int{1, 10}

//go:build !race

package projector

const sparser = 1

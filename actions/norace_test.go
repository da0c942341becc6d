//go:build !race

package actions_test

const (
	rounds     = 150
	manyAlarms = 2500
)

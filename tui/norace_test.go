//go:build !race

package tui

func few[T any](all ...T) []T { return all }

// Package rooms holds no code, only the test that keeps the rooms of this
// program apart: which package may import which.
package rooms

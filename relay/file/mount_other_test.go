//go:build !linux

package file

import "errors"

func mount(string) error { return errors.ErrUnsupported }

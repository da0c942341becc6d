package relaytest

import (
	"fmt"

	"golang.org/x/sys/unix"
)

// Nobody is an address of this machine on which nobody listens by TCP until release. The
// port is kept: one that was only found free may be a server's of another test a moment
// later.
func Nobody() (address string, release func(), err error) {
	stream, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM, 0)
	if err != nil {
		return "", nil, err
	}
	local := &unix.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}
	if err := unix.Bind(stream, local); err != nil {
		_ = unix.Close(stream)
		return "", nil, err
	}
	bound, err := unix.Getsockname(stream)
	if err != nil {
		_ = unix.Close(stream)
		return "", nil, err
	}
	return fmt.Sprintf("127.0.0.1:%d", bound.(*unix.SockaddrInet4).Port), func() { _ = unix.Close(stream) }, nil
}

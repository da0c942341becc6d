package event

// MAC is a hardware address as Mist's cloud prints it: 12 lower-case hex digits
// without separators, or empty when there is none (docs/mist-api.md, Times and
// identifiers).
type MAC string

// ParseMAC accepts any usual notation (colons, dashes, dots, none; any case)
// and reports whether s was a MAC at all.
func ParseMAC(s string) (MAC, bool) {
	var b [12]byte
	n := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == ':' || c == '-' || c == '.':
			continue
		case '0' <= c && c <= '9' || 'a' <= c && c <= 'f':
		case 'A' <= c && c <= 'F':
			c += 'a' - 'A'
		default:
			return "", false
		}
		if n == len(b) {
			return "", false
		}
		b[n] = c
		n++
	}
	if n != len(b) {
		return "", false
	}
	return MAC(b[:]), true
}

// deviceIDPrefix starts every device id of Mist; the MAC follows it
// (docs/mist-api.md, Times and identifiers).
const deviceIDPrefix = "00000000-0000-0000-1000-"

// MACFromDeviceID takes the MAC out of a Mist device id such as
// 00000000-0000-0000-1000-5c5b35000001.
func MACFromDeviceID(id string) (MAC, bool) {
	if len(id) != len(deviceIDPrefix)+12 || id[:len(deviceIDPrefix)] != deviceIDPrefix {
		return "", false
	}
	return ParseMAC(id[len(deviceIDPrefix):])
}

// String returns the form people read: 5c:5b:35:00:00:01. Anything that is not
// 12 characters long is returned as it is.
func (m MAC) String() string {
	if len(m) != 12 {
		return string(m)
	}
	b := make([]byte, 0, 17)
	for i := 0; i < 12; i += 2 {
		if i > 0 {
			b = append(b, ':')
		}
		b = append(b, m[i], m[i+1])
	}
	return string(b)
}

// Int64 returns the MAC as a number, which lists use as the id of a row: no two
// MACs have the same. It is 0 for what is no MAC.
func (m MAC) Int64() int64 {
	if len(m) != 12 {
		return 0
	}
	var n int64
	for i := range len(m) {
		c := m[i]
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		default:
			return 0
		}
		n = n<<4 | int64(c)
	}
	return n
}

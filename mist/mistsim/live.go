package mistsim

import (
	"hash/fnv"
	"math"
	"time"
)

// What moves by itself, all the time: signal strengths, loads, byte counters.
// All of it is a function of the moment and of what it is about, so that two
// who ask at the same time see the same, and asking changes nothing in the story.

// wobble is a smooth noise between -1 and 1 with about one swing a period.
func wobble(about string, at time.Time, period time.Duration) float64 {
	p := float64(at.UnixNano()) / float64(period)
	i := math.Floor(p)
	t := p - i
	t = t * t * (3 - 2*t)
	return noise(about, int64(i))*(1-t) + noise(about, int64(i)+1)*t
}

// noise is a fixed number between -1 and 1 for the n-th of something.
func noise(about string, n int64) float64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(about)) // a hash takes everything
	var b [8]byte
	for i := range b {
		b[i] = byte(n >> (8 * i))
	}
	_, _ = h.Write(b[:])
	x := h.Sum64()
	x ^= x >> 33 // FNV's low bits are poor for short strings
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	return float64(x>>11)/float64(1<<52) - 1
}

// signal is how a client is heard at a moment: around what it was when it
// joined.
func (c *Client) signal(at time.Time) (rssi, snr int) {
	rssi = c.RSSI + int(math.Round(6*wobble(c.MAC+"rssi", at, 20*time.Second)))
	rssi = min(max(rssi, -92), -25)
	return rssi, rssi + 93 + int(math.Round(wobble(c.MAC+"noise", at, time.Minute)))
}

// moved is how many bytes went through something since it began, growing
// evenly.
func moved(about string, since, at time.Time) int64 {
	rate := 40e3 * (1.1 + noise(about, 0))
	return int64(max(at.Sub(since).Seconds(), 0) * rate)
}

// load is how busy a channel is, in percent: the more clients, the busier.
func load(ap *Device, band string, clients int, at time.Time) int {
	base := 12 + 3*float64(clients) + 10*noise(ap.MAC+band, 0)
	return int(min(max(base+9*wobble(ap.MAC+band+"util", at, 45*time.Second), 1), 97))
}

// heard is when the cloud last heard of a device.
func (d *Device) heard(now time.Time) time.Time {
	if !d.Connected {
		return d.Since
	}
	return now.Add(-time.Duration(1+noise(d.MAC, now.Unix()/10)) * time.Second)
}

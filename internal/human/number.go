package human

import (
	"math"
	"strconv"

	"github.com/dustin/go-humanize"
)

// Bytes formats a size with IEC units: "412 B", "1.2 KiB", "8.0 MiB".
func Bytes(n int64) string {
	if n < 0 {
		return "-" + humanize.IBytes(uint64(-(n+1))+1) // -n, also for the smallest n
	}
	return humanize.IBytes(uint64(n))
}

// Count formats a number in full, with thousands separators: "12,345".
func Count(n int64) string { return humanize.Comma(n) }

// CountOf formats how many there are of something: "1 alert", "12,345 alerts". The word
// is one whose plural ends in s.
func CountOf[T int | int64](n T, word string) string {
	if n != 1 {
		word += "s"
	}
	return Count(int64(n)) + " " + word
}

// Short formats a number in at most five cells: "999", "1.2k", "12k", "345M". It
// truncates, so that 999,999 does not read as a million.
func Short(n int64) string {
	if n < 0 {
		if n == math.MinInt64 {
			n++
		}
		return "-" + Short(-n)
	}
	if n < 1000 {
		return strconv.FormatInt(n, 10)
	}
	units := "kMGTPE"
	i := 0
	for ; n >= 1_000_000; i++ {
		n /= 1000
	}
	b := strconv.AppendInt(nil, n/1000, 10)
	if n < 10_000 {
		b = append(b, '.', byte('0'+n%1000/100))
	}
	return string(append(b, units[i]))
}

// Rate formats a frequency: "0/s", "<0.1/s", "3.2/s", "120/s", "2.1k/s". NaN and
// numbers below 0 are "0/s".
func Rate(perSecond float64) string {
	switch {
	case !(perSecond > 0): // NaN too
		return "0/s"
	case perSecond < 0.1:
		return "<0.1/s"
	case perSecond < 9.95:
		return strconv.FormatFloat(perSecond, 'f', 1, 64) + "/s"
	case perSecond >= 1e15:
		return ">999T/s"
	}
	return Short(int64(math.Round(perSecond))) + "/s"
}

// Percent formats a fraction of one, such as an SLE score. It does not round up to
// 100: "97%", and "<100%" for nearly all.
func Percent(part float64) string {
	switch {
	case !(part > 0):
		return "0%"
	case part >= 1:
		return "100%"
	}
	n := math.Round(part * 100)
	if n >= 100 {
		return "<100%"
	}
	return strconv.Itoa(int(n)) + "%"
}

// Success formats a success rate, 0 to 1, with one decimal: "95.7%". If anything
// was degraded it returns at most "99.9%". NaN is "no data", which is neither good
// nor bad.
func Success(rate float64, degraded bool) string {
	if math.IsNaN(rate) {
		return "no data"
	}
	tenths := math.Round(min(max(rate, 0), 1) * 1000)
	if tenths >= 1000 && (degraded || rate < 1) {
		tenths = 999
	}
	return strconv.FormatFloat(tenths/10, 'f', 1, 64) + "%"
}

package store

import (
	"encoding/binary"
	"hash/crc32"
	"math"

	"foghorn/journal/event"
)

// castagnoli is the polynomial that processors compute themselves.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum proves that a record is read as it was written: CRC-32C over its
// sequence and everything given to Append. It covers the lengths, so that a byte
// that moves from one part to the next shows. It is never 0, which marks records
// from before there were checksums.
func checksum(seq int64, r *event.Record) int64 {
	var b [48]byte
	head := binary.LittleEndian.AppendUint64(b[:0], uint64(seq))
	head = append(head, byte(r.Kind))
	head = binary.LittleEndian.AppendUint64(head, uint64(millis(r.At)))
	for _, n := range []int{len(r.Group), len(r.Head), len(r.Body)} {
		head = binary.LittleEndian.AppendUint64(head, uint64(n))
	}
	sum := crc32.Update(0, castagnoli, head)
	sum = crc32.Update(sum, castagnoli, []byte(r.Group))
	sum = crc32.Update(sum, castagnoli, r.Head)
	sum = crc32.Update(sum, castagnoli, r.Body)
	if sum == 0 {
		return math.MaxUint32 + 1
	}
	return int64(sum)
}

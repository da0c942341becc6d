package store

import (
	"encoding/binary"
	"hash/crc32"
	"math"

	"foghorn/event"
)

// castagnoli is the polynomial that processors compute themselves.
var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// checksum is what a record is recognised by when it is read again: CRC-32C
// over its sequence and all that was given to Append. The lengths are in it, so
// that a byte which moves from one part to the next shows. It is never 0, which
// stands for a record of before there were checksums.
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

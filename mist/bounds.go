package mist

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// Limits of one response. The largest seen is a page of a thousand device stats
// with 6 MB and 400,000 values. A limit on bytes is not enough: a list of empty
// objects takes thirty times its size once it is decoded.
const (
	maxBody   = 16 << 20
	maxValues = 1_000_000
	maxRows   = 20_000 // of one page; Mist gives at most 1000 where there are pages
)

// readBounded reads the body of a response. It refuses a body above the limits.
func readBounded(resp *http.Response) ([]byte, error) {
	if n := resp.ContentLength; n > maxBody {
		return nil, tooLarge(resp.StatusCode, "%d MiB, more than %d", n>>20, maxBody>>20)
	}
	data, err := readPieces(io.LimitReader(resp.Body, maxBody+1))
	switch {
	case err != nil:
		return nil, err
	case data == nil:
		return nil, tooLarge(resp.StatusCode, "more than %d MiB", maxBody>>20)
	case values(data) > maxValues:
		return nil, tooLarge(resp.StatusCode, "more than %d values in %d MiB", maxValues, len(data)>>20)
	}
	return data, nil
}

// readPieces reads r to its end. It returns nil for more than maxBody. It joins
// the pieces only at the end: a growing buffer would leave garbage of twice the
// size for every refused response, and several are read at once.
func readPieces(r io.Reader) ([]byte, error) {
	var pieces [][]byte
	piece := make([]byte, 0, firstPiece)
	for total := 0; ; {
		n, err := r.Read(piece[len(piece):cap(piece)])
		piece, total = piece[:len(piece)+n], total+n
		switch {
		case total > maxBody:
			return nil, nil
		case err == io.EOF && len(pieces) == 0:
			return piece, nil
		case err == io.EOF:
			return bytes.Join(append(pieces, piece), nil), nil
		case err != nil:
			return nil, err
		}
		if len(piece) == cap(piece) {
			pieces = append(pieces, piece)
			piece = make([]byte, 0, min(2*cap(piece), lastPiece))
		}
	}
}

// Sizes of a piece: most responses fit the first few.
const (
	firstPiece = 16 << 10
	lastPiece  = 1 << 20
)

func tooLarge(status int, format string, args ...any) *Error {
	return &Error{Kind: KindTooLarge, Status: status, Detail: fmt.Sprintf(format, args...)}
}

// values estimates how many members and elements JSON text has, by counting
// commas and brackets outside of strings. It is 0 for anything but an object or
// an array.
func values(text []byte) int {
	text = bytes.TrimLeft(text, " \t\r\n")
	if len(text) == 0 || text[0] != '{' && text[0] != '[' {
		return 0
	}
	n := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case ',', '{', '[':
			n++
		case '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		}
	}
	return n
}

package relaytest

import (
	"compress/gzip"
	"errors"
	"io"
	"net/http"
)

var errTooLarge = errors.New("the body is too large")

// unpacked reads a body, compressed or not, of at most limit bytes. A larger one is
// errTooLarge.
func unpacked(r *http.Request, limit int64) ([]byte, error) {
	var from io.Reader = r.Body
	switch r.Header.Get("Content-Encoding") {
	case "", "identity":
	case "gzip":
		z, err := gzip.NewReader(r.Body)
		if err != nil {
			return nil, errors.New("the body is not gzip")
		}
		from = z
	default:
		return nil, errors.New("the content encoding is unknown")
	}
	body, err := io.ReadAll(io.LimitReader(from, limit+1))
	if err != nil {
		return nil, errors.New("the body broke off")
	}
	if int64(len(body)) > limit {
		return nil, errTooLarge
	}
	return body, nil
}

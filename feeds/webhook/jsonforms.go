package webhook

import (
	"bytes"
	"encoding/json"
)

// jsonForms writes body in the forms serialisers are known to write: compact,
// and with a space after ':' and ',' as Python does (INTEGRATIONS 1.1), each
// also with the HTML escapes undone that Go's encoder puts in. Forms equal to
// the body are left out. A body that is not JSON has none.
func jsonForms(body []byte) [][]byte {
	var compact bytes.Buffer
	if json.Compact(&compact, body) != nil {
		return nil
	}
	bases := [][]byte{compact.Bytes()}
	if plain := unescapeHTML(compact.Bytes()); len(plain) != compact.Len() {
		bases = append(bases, plain)
	}
	var forms [][]byte
	for _, b := range bases {
		for _, form := range [][]byte{b, spaced(b)} {
			if !bytes.Equal(form, body) {
				forms = append(forms, form)
			}
		}
	}
	return forms
}

// spaced puts a space after every ':' and ',' outside of strings.
func spaced(compact []byte) []byte {
	out := make([]byte, 0, len(compact)+len(compact)/8)
	inString := false
	for i := 0; i < len(compact); i++ {
		c := compact[i]
		out = append(out, c)
		switch {
		case inString && c == '\\' && i+1 < len(compact):
			i++
			out = append(out, compact[i])
		case c == '"':
			inString = !inString
		case !inString && (c == ':' || c == ','):
			out = append(out, ' ')
		}
	}
	return out
}

// unescapeHTML undoes the escapes of <, > and & that Go writes by default.
func unescapeHTML(b []byte) []byte {
	for _, e := range [][2]string{{`\u003c`, "<"}, {`\u003e`, ">"}, {`\u0026`, "&"}} {
		b = bytes.ReplaceAll(b, []byte(e[0]), []byte(e[1]))
	}
	return b
}

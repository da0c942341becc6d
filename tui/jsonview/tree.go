package jsonview

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/go-json-experiment/json/jsontext"
)

const (
	// maxNodes bounds the memory of a tree to about 40 MB (32 bytes for a node,
	// 8 for its row). What has more values is shown as text.
	maxNodes = 1 << 20
	// foldAbove is how many nodes a document may have to be shown unfolded.
	foldAbove = 4000
	// maxSize is the largest document that is made into a tree.
	maxSize = 64 << 20
)

// node is one value of the document, in the order they came. It refers to the
// source instead of copying it, so that order, number text and names told twice
// stay as they came.
type node struct {
	start, end       uint32 // of the value in the source
	name, nameEnd    uint32 // of its name with quotes; equal if it has none
	parent           int32  // -1 for the root
	next             int32  // the node after this one and all it holds
	count            int32  // how many values it holds directly
	depth            uint16
	kind             byte // '{', '[' or 0 for what holds nothing
	folded, unrolled bool // unrolled: a long text is shown in full below its row
}

func (n *node) container() bool { return n.kind != 0 }

// parse makes the tree of src in one pass. An error says why src is shown as
// text instead, with the place it stopped at.
func parse(src []byte) ([]node, error) {
	if len(src) > maxSize {
		return nil, fmt.Errorf("more than %d MiB: shown as text", maxSize>>20)
	}
	d := jsontext.NewDecoder(bytes.NewBuffer(src), jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	// Each value but the root follows a comma or is the first in a container.
	most := 1 + bytes.Count(src, []byte(",")) + bytes.Count(src, []byte("{")) + bytes.Count(src, []byte("["))
	p := parser{d: d, src: src, open: -1, nodes: make([]node, 0, min(most, maxNodes))}
	for {
		done, err := p.step()
		if err != nil {
			return nil, p.explain(err)
		}
		if done {
			break
		}
	}
	rest := src[d.InputOffset():]
	if more := bytes.TrimLeft(rest, " \t\r\n"); len(more) > 0 {
		return nil, fmt.Errorf("not one JSON value: more follows at %s", position(src, int64(len(src)-len(more))))
	}
	return p.nodes, nil
}

type parser struct {
	d             *jsontext.Decoder
	src           []byte
	nodes         []node
	open          int32 // the container being read, -1 outside of all
	name, nameEnd uint32
}

var errTooMany = fmt.Errorf("more than %d values: shown as text", maxNodes)

// step reads one token, or one whole value that holds nothing, and says whether
// the root is complete.
func (p *parser) step() (bool, error) {
	switch kind := p.d.PeekKind(); kind {
	case '{', '[':
		if _, err := p.d.ReadToken(); err != nil {
			return false, err
		}
		end := uint32(p.d.InputOffset())
		return false, p.add(end-1, end, byte(kind))
	case '}', ']':
		if _, err := p.d.ReadToken(); err != nil {
			return false, err
		}
		n := &p.nodes[p.open]
		n.end, n.next = uint32(p.d.InputOffset()), int32(len(p.nodes))
		p.open = n.parent
		return p.open < 0, nil
	}
	value, err := p.d.ReadValue()
	if err != nil {
		return false, err
	}
	end := uint32(p.d.InputOffset())
	start := end - uint32(len(value))
	if p.open >= 0 && p.nodes[p.open].kind == '{' && p.name == p.nameEnd {
		p.name, p.nameEnd = start, end
		return false, nil
	}
	return p.open < 0, p.add(start, end, 0)
}

func (p *parser) add(start, end uint32, kind byte) error {
	if len(p.nodes) >= maxNodes {
		return errTooMany
	}
	n := node{start: start, end: end, name: p.name, nameEnd: p.nameEnd, parent: p.open, kind: kind}
	p.name, p.nameEnd = 0, 0
	at := int32(len(p.nodes))
	n.next = at + 1
	if p.open >= 0 {
		p.nodes[p.open].count++
		n.depth = p.nodes[p.open].depth + 1
	}
	p.nodes = append(p.nodes, n)
	if kind != 0 {
		p.open = at
	}
	return nil
}

// explain names the place where the document stops being JSON.
func (p *parser) explain(err error) error {
	if errors.Is(err, errTooMany) {
		return err
	}
	if len(bytes.TrimSpace(p.src)) == 0 {
		return errors.New("empty")
	}
	at := p.d.InputOffset()
	if syntax, ok := errors.AsType[*jsontext.SyntacticError](err); ok {
		at, err = syntax.ByteOffset, syntax.Err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) {
		err = errors.New("it ends early")
	}
	return fmt.Errorf("not JSON at %s: %w", position(p.src, at), err)
}

// position words a byte offset the way editors count, and as the offset itself.
func position(src []byte, at int64) string {
	at = min(max(at, 0), int64(len(src)))
	before := src[:at]
	line := bytes.Count(before, []byte("\n")) + 1
	column := len(before) - (bytes.LastIndexByte(before, '\n') + 1) + 1
	return fmt.Sprintf("byte %d (line %d, column %d)", at, line, column)
}

// foldDeep folds a large document below its second level, so that a list of
// 50,000 elements opens as one row for each.
func foldDeep(nodes []node) {
	if len(nodes) <= foldAbove {
		return
	}
	for i := range nodes {
		nodes[i].folded = nodes[i].container() && nodes[i].depth >= 2
	}
}

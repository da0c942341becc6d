package main

import (
	"errors"
	"slices"
	"strings"
)

// oneOf is the value of a flag that takes one of a few words.
type oneOf struct {
	value *string
	words []string
}

func newOneOf(value *string, words ...string) *oneOf { return &oneOf{value, words} }

func (o *oneOf) String() string { return *o.value }

// Type is what such a flag takes, for the text about a wrong value.
func (o *oneOf) Type() string { return "one of " + strings.Join(o.words, ", ") }

// Set takes one of the words.
func (o *oneOf) Set(word string) error {
	if !slices.Contains(o.words, word) {
		return errors.New("it is none of them")
	}
	*o.value = word
	return nil
}

package config

import _ "embed"

//go:embed example.toml
var example string

// Example returns a commented configuration to start from. It is valid unchanged,
// and then means the same as no configuration. config.example.toml is the same
// text.
func Example() string { return example }

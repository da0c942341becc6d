package config

import _ "embed"

//go:embed example.toml
var example string

// Example returns a commented configuration to start from. It is valid as it
// stands and means the same as none; config.example.toml is the same text.
func Example() string { return example }

package junos

import (
	"embed"
	"slices"
	"strings"
)

//go:embed samples/*.json
var sampleFiles embed.FS

// Samples lists the names of the sample posts, sorted: "bgp-down", "link-up" ...
func Samples() []string {
	files, err := sampleFiles.ReadDir("samples")
	if err != nil {
		panic(err) // embedded: cannot happen in a program that compiled
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), ".json"))
	}
	slices.Sort(names)
	return names
}

// Sample returns a body in the agent's encoding, by its name or its event id. The
// caller owns the copy.
func Sample(name string) (body []byte, ok bool) {
	for _, n := range Samples() {
		body, err := sampleFiles.ReadFile("samples/" + n + ".json")
		if err != nil {
			continue
		}
		if event, _ := Envelope(body); n == name || event == name {
			return body, true
		}
	}
	return nil, false
}

package mist

import (
	"bytes"
	"embed"
	"slices"
	"strings"
)

//go:embed samples/*.json
var sampleFiles embed.FS

// sampleNames lists the samples, topicNames the topics among them by name.
var sampleNames, topicNames = func() ([]string, map[string]string) {
	files, err := sampleFiles.ReadDir("samples")
	if err != nil {
		panic(err) // embedded: cannot happen in a program that compiled
	}
	var names []string
	topics := make(map[string]string)
	for _, f := range files {
		name := strings.TrimSuffix(f.Name(), ".json")
		names = append(names, name)
		if !strings.Contains(name, ".") {
			topics[name] = name
		}
	}
	slices.Sort(names)
	return names, topics
}()

// Topics lists the topics with a sample, sorted. Mist has had others and will
// have more: a topic outside of the list is not an error (docs/mist-api.md,
// Webhook topics).
func Topics() []string {
	return slices.DeleteFunc(slices.Clone(sampleNames), func(n string) bool { return strings.Contains(n, ".") })
}

// SampleNames lists the names for Sample: the topics, and "<topic>.variants" for
// a second body with more event types.
func SampleNames() []string { return slices.Clone(sampleNames) }

// Sample returns a webhook body of a topic as Mist documents it, indented for
// reading. The caller owns the copy.
func Sample(name string) (body []byte, ok bool) {
	if !slices.Contains(sampleNames, name) {
		return nil, false
	}
	body, err := sampleFiles.ReadFile("samples/" + name + ".json")
	return bytes.TrimSpace(body), err == nil
}

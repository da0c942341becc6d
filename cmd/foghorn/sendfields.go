package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/junos"
	"foghorn/junos/agent"
	"foghorn/mist"
	"foghorn/mist/mistsim"
)

// checkFields names a field that no sample of the topic has: a typo would be sent as an
// extra field, and change nothing.
func checkFields(topic string, set map[string]string) error {
	known := fieldsOf(topic)
	for _, path := range slices.Sorted(maps.Keys(set)) {
		for name := range strings.SplitSeq(path, ".") {
			if _, err := strconv.Atoi(name); err == nil || known[name] {
				continue
			}
			hint := ""
			if near := human.Nearest(name, slices.Sorted(maps.Keys(known))); near != "" {
				hint = "did you mean " + near + "? "
			}
			return fmt.Errorf("--set %s: the sample of %s has no field %q; %s--add sends it all the same", path, topic, name, hint)
		}
	}
	return nil
}

// fieldsOf returns the names of all fields of a topic's samples.
func fieldsOf(topic string) map[string]bool {
	known := map[string]bool{}
	if topic == "junos" {
		body, _ := junosSampleBody(nil)
		collectFields(body, known)
		if x, ok := junos.ExampleOf("SNMP_TRAP_LINK_DOWN"); ok {
			collectFields(x.Post(junos.Sender{Hostname: "ex-sw-01", Version: agent.Version()}), known)
		}
		return known
	}
	if body, err := mistsim.SampleBody(topic, time.Now(), nil, 0); err == nil {
		collectFields(body, known)
	}
	if body, ok := mist.Sample(topic + ".variants"); ok {
		collectFields(body, known)
	}
	return known
}

func collectFields(body []byte, into map[string]bool) {
	var v any
	if json.Unmarshal(body, &v) == nil {
		addFields(v, into)
	}
}

func addFields(v any, into map[string]bool) {
	switch v := v.(type) {
	case map[string]any:
		for name, below := range v {
			into[name] = true
			addFields(below, into)
		}
	case []any:
		for _, below := range v {
			addFields(below, into)
		}
	}
}

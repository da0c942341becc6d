package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"foghorn/junos"
	"foghorn/junos/agent"
)

// junosSampleBody makes the body of an agent's post: a sample of the event that --set
// event=ID names (link down by default), with the other fields set to theirs. Events
// with a recorded sample look as the first agents sent them, other events of the
// catalogue as the current agent sends them, and unknown events carry a text that says
// they are samples.
func junosSampleBody(set map[string]string) ([]byte, error) {
	id := set["event"]
	if id == "" {
		id = "SNMP_TRAP_LINK_DOWN"
	}
	body, ok := junos.Sample(id)
	if x, known := junos.ExampleOf(id); !ok && known {
		now := time.Now()
		body = x.Post(junos.Sender{Hostname: "ex-sw-01", PID: "17585", Facility: "daemon", Time: now.Unix(),
			ID: fmt.Sprintf("%013d-%08x", now.UnixMilli(), now.Nanosecond()), Version: agent.Version()})
	} else if !ok {
		body = fmt.Appendf(nil, `{"event": %s, "process": "foghorn", "message": %s, "hostname": "ex-sw-01", "detail": ""}`,
			strconv.Quote(id), strconv.Quote(id+": sample sent by foghorn"))
	}
	for field, value := range set {
		if field == "event" {
			continue
		}
		var err error
		if body, err = setField(body, field, value); err != nil {
			return nil, err
		}
	}
	return body, nil
}

// setField sets one top-level field. A value that is a JSON object, list or string is
// kept as JSON; everything else becomes a string.
func setField(body []byte, field, value string) ([]byte, error) {
	var members map[string]json.RawMessage
	if err := json.Unmarshal(body, &members); err != nil {
		return nil, fmt.Errorf("set %s: %w", field, err)
	}
	raw := json.RawMessage(value)
	if !json.Valid(raw) || !strings.ContainsAny(value[:1], `{["`) {
		raw, _ = json.Marshal(value)
	}
	members[field] = raw
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(members); err != nil {
		return nil, fmt.Errorf("set %s: %w", field, err)
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

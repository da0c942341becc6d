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

// junosBody makes a post as the agent does: the sample of the event that --set
// event=ID names (link-down otherwise), with the other fields set over it. Those
// of the samples are as the first agents sent them; of the rest of the catalogue as
// ours does; any other event gets one that says where it comes from.
func junosBody(set map[string]string) ([]byte, error) {
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

// setField replaces one top-level field, or adds it. A value that is JSON stays
// what it is, anything else becomes text.
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

package event

import (
	"encoding/json"
	"strings"
	"testing"
)

// Heads of older logs have the state as one text under the name "cloud".
func TestSyncOfOlderHeads(t *testing.T) {
	for head, want := range map[string]Sync{
		`{"action":"ack","cloud":"sending"}`:                                 {State: SyncSending},
		`{"action":"ack","cloud":"pending"}`:                                 {State: SyncPending},
		`{"action":"ack","cloud":"done"}`:                                    {State: SyncDone},
		`{"action":"ack"}`:                                                   {},
		`{"action":"ack","cloud":"403: no rights"}`:                          {State: SyncFailed, Reason: "403: no rights"},
		`{"action":"ack","cloud":"here only: this is not a Mist alarm"}`:     {State: SyncLocal, Reason: "this is not a Mist alarm"},
		`{"action":"ack","sync":{"state":"pending","reason":"no route"}}`:    {State: SyncPending, Reason: "no route"},
		`{"action":"ack","sync":{"state":"local"},"cloud":"403: no rights"}`: {State: SyncLocal},
	} {
		a, err := Record{Kind: RecordActivity, Seq: 7, Head: []byte(head)}.Activity()
		if err != nil || a.Action != "ack" || a.Sync != want {
			t.Errorf("%s: %+v, %v; want %+v", head, a, err, want)
		}
	}
	a := Activity{ID: 7, Action: ActionAck, Via: ViaTUI, Sync: Sync{State: SyncFailed, Reason: "no"}, Was: &OperatorFields{Owner: "ann"}}
	r, err := ActivityRecord(a)
	if err != nil {
		t.Fatal(err)
	}
	r.Seq = 7
	got, err := r.Activity()
	if err != nil || got.Sync != a.Sync || got.Via != a.Via || got.Was == nil || got.Was.Owner != "ann" {
		t.Errorf("%+v, %v", got, err)
	}
	if text, err := json.Marshal(&Alert{}); err != nil || strings.Contains(string(text), `"sync"`) {
		t.Errorf("an alert without a sync says %s, %v", text, err)
	}
}

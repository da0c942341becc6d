package event

import (
	"encoding/json"
	"fmt"
	"time"
)

// Topics of observations that no webhook has.
const (
	TopicDeviceStatus = "device-status" // a device that was found connected or disconnected
	TopicStreamGap    = "stream-gap"    // a while without the stream
	TopicInventory    = "inventory"     // names and places of devices and sites; makes no events
	TopicSilence      = "silence"       // a sender that should have sent something and did not
	TopicHealth       = "health"        // something keeps foghorn from receiving events, or no longer does
	TopicUncollected  = "uncollected"   // a while in which no collector ran
	TopicConfigs      = "configuration" // backed-up configuration changed, breaks a rule or is old, or no longer
	TopicJobs         = "jobs"          // a job has ended; see JobEnd
)

// OwnTopic reports whether events of a topic are what foghorn found out itself. Their text
// says it all: the topic and the type are for queries.
func OwnTopic(topic string) bool {
	switch topic {
	case TopicDeviceStatus, TopicStreamGap, TopicInventory, TopicSilence, TopicHealth, TopicUncollected, TopicConfigs, TopicJobs:
		return true
	}
	return false
}

// The checks of foghorn's own health: the check of an observation of TopicHealth.
const (
	CheckRefused     = "refused"     // what a source's sender posts is turned away
	CheckWebhook     = "webhook"     // Mist sends nothing to a webhook of ours; about its id
	CheckCertificate = "certificate" // the listener's certificate expires, or has
	CheckRelay       = "relay"       // a relay's destination takes nothing; of SourceFoghorn, about the relay's name
)

// The checks of backed-up configuration: the check of an observation of TopicConfigs.
const (
	CheckRule  = "rule"  // an object breaks a rule; about rule, site, type and id
	CheckStale = "stale" // the last backup of everything is old
	CheckDrift = "drift" // an object has changed; about type and id
	// CheckTemplate is a device that differs from its template; about rule, type and id.
	// The types of its events are those of CheckDrift.
	CheckTemplate = "template"
)

// DriftVerdict says what is known about a change of the configuration.
type DriftVerdict string

// The verdicts. Only an unexplained change is an alert.
const (
	DriftExplained   DriftVerdict = "explained"   // an audit entry, or foghorn's own journal, explains it
	DriftUnexplained DriftVerdict = "unexplained" // it was made outside of the audit log
	DriftUnchecked   DriftVerdict = "unchecked"   // the audit log could not be asked
	DriftKnown       DriftVerdict = "known"       // the object is older than its first backup
	DriftOver        DriftVerdict = "over"        // an unexplained change is undone, or explained after all
)

// SourceFoghorn is the source of observations that are about foghorn itself and
// of no sender.
const SourceFoghorn = "foghorn"

// HealthKey is the key of a failed check's condition. about distinguishes several of
// one source, and may be empty.
func HealthKey(check, source, about string) string {
	return "health:" + check + ":" + source + ":" + about
}

// Observation is what foghorn saw by asking or by a stream, in the shape in
// which a webhook of the topic would send it: Body is {"topic":..,"events":[..]},
// so that one decoder reads both, and an event that comes both ways is one event.
type Observation struct {
	Received time.Time
	Source   string
	Via      Via // ViaPoll, ViaStream or ViaLocal
	Topic    string
	Events   int
	Body     []byte
}

// ObservationRecord packs an observation for the log.
func ObservationRecord(o Observation) (Record, error) {
	d := o.delivery()
	head, err := json.Marshal(&d)
	if err != nil {
		return Record{}, fmt.Errorf("encode observation: %w", err)
	}
	return Record{Kind: RecordObservation, Group: o.Topic, At: o.Received, Head: head, Body: o.Body}, nil
}

// Observation unpacks an observation as the delivery that the decoder reads.
// Nothing of it was an HTTP request, so it is no row of the deliveries.
func (r Record) Observation() (Delivery, error) {
	if r.Kind != RecordObservation {
		return Delivery{}, &KindError{r.Seq, r.Kind, RecordObservation}
	}
	d, err := r.unpack()
	if err != nil {
		return d, fmt.Errorf("decode observation %d: %w", r.Seq, err)
	}
	return d, nil
}

func (o Observation) delivery() Delivery {
	return Delivery{Received: o.Received, Source: o.Source, Via: o.Via, Verdict: Verified, Size: int64(len(o.Body)), Topic: o.Topic, Events: o.Events}
}

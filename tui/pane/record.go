package pane

// RecordKind says which table a record is in.
type RecordKind uint8

const (
	AlertRecord RecordKind = iota + 1
	EventRecord
	DeliveryRecord
	DeviceRecord // the id is the MAC as a number
	ClientRecord
)

// RecordRef is what a detail view or the preview is about.
type RecordRef struct {
	Kind RecordKind
	ID   int64
}

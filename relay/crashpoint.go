package relay

// CrashPoint names a place in the sender at which a test kills the process.
type CrashPoint string

// The places, in the order of one exchange.
const (
	StepRead     CrashPoint = "read"     // the items are read, and it is committed that they are under way
	StepSent     CrashPoint = "sent"     // the service has the request, and its answer is not read
	StepAnswered CrashPoint = "answered" // the answer is read and not committed
	StepDone     CrashPoint = "done"     // it is committed
)

// crash is called at each place; nil outside of tests.
var crash func(CrashPoint)

func at(p CrashPoint) {
	if crash != nil {
		crash(p)
	}
}

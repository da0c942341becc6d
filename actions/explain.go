package actions

import "foghorn/mist"

// explainedError is an error of Mist in words a person can act on; errors.As still
// finds the cause.
type explainedError struct {
	text string
	err  error
}

func (e *explainedError) Error() string { return e.text }
func (e *explainedError) Unwrap() error { return e.err }

// explain turns an error of a call into an explainedError.
func explain(err error) error {
	if err == nil {
		return nil
	}
	return &explainedError{mist.Explain(err), err}
}

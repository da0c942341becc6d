package actions

import "foghorn/mist"

// told is an error of the cloud in words a person can act on; errors.As still
// finds what is underneath.
type told struct {
	text string
	err  error
}

func (t *told) Error() string { return t.text }
func (t *told) Unwrap() error { return t.err }

// explained puts an error of a call into words.
func explained(err error) error {
	if err == nil {
		return nil
	}
	return &told{mist.Explain(err), err}
}

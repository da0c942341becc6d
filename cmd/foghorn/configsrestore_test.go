package main

import (
	"strings"
	"testing"

	"foghorn/jobs/configs"
	"foghorn/mist"
)

// What the cloud refused in the middle of a restore says which steps are done.
func TestARestoreThatStopsSaysWhere(t *testing.T) {
	err := restoreError(&configs.StepError{Step: 2, Of: 3, What: "PUT wlans Guest", Err: &mist.Error{Kind: mist.KindPermission, Status: 403, Host: "api.mist.com"}})
	if exitCode(err) != exitRefused || !strings.HasPrefix(err.Error(), "step 2 of 3, PUT wlans Guest: ") || !strings.Contains(err.Error(), "the steps before it are done") {
		t.Errorf("it ends with %d: %v", exitCode(err), err)
	}
}

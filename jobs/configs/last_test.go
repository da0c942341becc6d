package configs

import (
	"net/http"
	"testing"
	"time"
)

// The end of a backup of everything is noted beside the folder; that of a part is not, nor
// that of one that did not learn of the sites.
func TestWhenEverythingWasBackedUp(t *testing.T) {
	s, c := open(t), newCloud(t)
	last := func() time.Time {
		t.Helper()
		all, err := LastBackups(s.Dir())
		if err != nil {
			t.Fatal(err)
		}
		return all[org]
	}
	part := whole()
	part.SiteID = site
	_, _ = s.Backup(t.Context(), c, part, nil)
	c.answers("/orgs/"+org+"/sites", http.StatusForbidden)
	_, _ = s.Backup(t.Context(), c, whole(), nil)
	if at := last(); !at.IsZero() {
		t.Errorf("noted at %s", at)
	}
	c.answers("/orgs/"+org+"/sites", 0)
	c.answers("/orgs/"+org+"/wlans", http.StatusForbidden) // a part, which the job names
	before := time.Now().Truncate(time.Second)
	_, _ = s.Backup(t.Context(), c, whole(), nil)
	if at := last(); at.Before(before) || at.After(time.Now()) {
		t.Errorf("noted %s", at)
	}
}

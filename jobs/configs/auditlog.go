package configs

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"foghorn/mist"
)

// maxAudits bounds what is read of an audit log at once.
const maxAudits = 10_000

var errPaced = errors.New("the API calls for asking the audit log are used up for now")

// AuditLog asks the cloud for the audit log of a span of time. It does not wait for the
// budget: it fails instead. An incomplete log is an error.
func AuditLog(ctx context.Context, org Organization, from, to time.Time) ([]mist.Value, error) {
	ctx = mist.WithCaller(ctx, "configuration", mist.Routine)
	q := url.Values{"start": {strconv.FormatInt(from.Unix(), 10)}, "end": {strconv.FormatInt(to.Unix()+1, 10)}, "limit": {strconv.Itoa(pageRows)}}
	var rows []mist.Value
	if err := org.Pace.allow(); err != nil {
		return nil, err
	}
	for resp, err := range org.Cloud.Pages(ctx, mist.Request{Path: "/orgs/" + org.OrgID + "/logs", Query: q}) {
		if err != nil {
			return nil, fmt.Errorf("ask for the audit log: %w", err)
		}
		if rows != nil { // each further page was a call too
			if err := org.Pace.allow(); err != nil {
				return nil, err
			}
		}
		page, err := rowsOf(Type{Search: true}, resp.Body)
		if err != nil {
			return nil, fmt.Errorf("ask for the audit log: %w", err)
		}
		if rows = append(rows, page...); len(rows) > maxAudits {
			return nil, fmt.Errorf("the audit log has more than %d entries from %s", maxAudits, from.UTC().Format(time.RFC3339))
		}
	}
	return rows, nil
}

// MadeAt asks the cloud when an object was made; zero where it does not say.
func MadeAt(ctx context.Context, org Organization, p Path) (time.Time, error) {
	if err := p.check(); err != nil {
		return time.Time{}, err
	}
	if err := org.Pace.allow(); err != nil {
		return time.Time{}, err
	}
	t, _ := FindType(p.Type, p.SiteID != "")
	q, _ := url.ParseQuery(itemQuery(t))
	resp, err := org.Cloud.Do(mist.WithCaller(ctx, "configuration", mist.Routine), mist.Request{Path: t.ItemPath(p), Query: q})
	if mist.IsKind(err, mist.KindNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, fmt.Errorf("ask when %s was made: %w", p, err)
	}
	o, _ := mist.ParseObject(resp.Body)
	at, _ := o.Number("created_time")
	if at <= 0 || at > 1e11 {
		return time.Time{}, nil
	}
	return time.Unix(int64(at), 0), nil
}

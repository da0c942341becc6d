package servicenow

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"foghorn/relay"
)

const (
	checkRead = "read incidents"
	checkCode = "close code"
)

// maxCodes bounds the close codes that are named when ours is none.
const maxCodes = 20

// Checks asks for one incident, and for the close codes of the instance.
func (d *destination) Checks() []*relay.Request {
	return []*relay.Request{
		d.request(checkRead, http.MethodGet, "incident", url.Values{"sysparm_fields": {"sys_id"}, "sysparm_limit": {"1"}}, nil),
		d.request(checkCode, http.MethodGet, "sys_choice", url.Values{
			"sysparm_query": {"name=incident^element=close_code^inactive=false"}, "sysparm_fields": {"name,element,value"}, "sysparm_limit": {"100"},
		}, nil),
	}
}

// JudgeCheck says what an answer to one of Checks means.
func (d *destination) JudgeCheck(request *relay.Request, answer *relay.Answer) relay.Verdict {
	if request.Step == checkCode {
		return d.judgeCode(answer)
	}
	said := read(answer.Body)
	if answer.Err == nil && answer.Status == http.StatusOK && said != nil && said.list && said.fail == "" {
		return relay.Verdict{Outcome: relay.Sent, Reason: "the user may read incidents"}
	}
	v := refusal(request, answer, said)
	if v.Outcome == relay.Refused {
		v.Outcome = relay.Misconfigured
	}
	return v
}

// judgeCode looks for our close code among those of the instance. Few users may read
// them, so what cannot be read is no mistake.
func (d *destination) judgeCode(answer *relay.Answer) relay.Verdict {
	var a struct {
		Result []struct{ Name, Element, Value string }
	}
	var codes []string
	if answer.Err == nil && answer.Status == http.StatusOK && json.Unmarshal(answer.Body, &a) == nil {
		for _, c := range a.Result {
			if c.Name == "incident" && c.Element == "close_code" {
				codes = append(codes, line(c.Value, maxName))
			}
		}
	}
	switch {
	case len(codes) == 0:
		return relay.Verdict{Outcome: relay.Sent, Reason: "the user may not read the close codes: " + d.closeCode + " was not tried"}
	case slices.Contains(codes, d.closeCode):
		return relay.Verdict{Outcome: relay.Sent, Reason: "the instance knows the close code " + d.closeCode}
	}
	codes = codes[:min(len(codes), maxCodes)]
	return relay.Verdict{Outcome: relay.Misconfigured,
		Reason: "the instance has no close code " + d.closeCode + ". Set close_code to one of: " + strings.Join(codes, ", ")}
}

package relaytest

import "encoding/json"

// JudgeSlack holds the JSON of a message against Slack's limits, for what takes messages
// besides the Web API. It returns how the message is read or, in Slack's words, what is wrong
// with it.
func JudgeSlack(body []byte) (m *SlackMessage, problem string, details []string) {
	var p slackPayload
	if err := json.Unmarshal(body, &p); err != nil {
		return nil, "invalid_payload", nil
	}
	return slackJudge(&p)
}

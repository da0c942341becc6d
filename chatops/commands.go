package chatops

import "foghorn/actions"

// commandList are the commands in the order of help; help itself comes last.
var commandList = []*command{
	{name: "status", args: "<device>", summary: "shows a device: its state, its alerts, its last events", min: 1, max: -1, run: status,
		detail:   "A device is named by its name, its MAC, the last digits of that, or its address.",
		examples: []string{"status ap-17", "status 5c:5b:35:00:00:01"}},
	{name: "alerts", args: "[query]", summary: "lists alerts, those that are not resolved by default", max: -1, run: listAlerts,
		detail:   "The query is that of the screen.",
		examples: []string{"alerts", `alerts sev>=warn site:"berlin mitte"`, "alerts state:resolved opened>=-24h"}},
	{name: "why", args: "<id>", summary: "explains an alert: what was changed before, what happened, who did what", min: 1, max: 1, run: why, examples: []string{"why a345"}},
	{name: "handover", args: "[8h]", summary: "says what the next shift has to know", max: 1, run: handover, examples: []string{"handover", "handover 8h"}},
	{name: "sle", args: "[site]", summary: "lists service levels, the worst first", max: -1, run: sle, examples: []string{"sle", "sle berlin"}},
	{name: "search", args: `"<text>"`, summary: "looks for a text in backed-up configurations", min: 1, max: -1, run: search, examples: []string{`search "interface ge-0/0/1"`}},
	{name: "ping", args: "<device> [address]", summary: "has a device ping an address", min: 1, max: 2, run: ping,
		detail: "Without an address it pings " + actions.PingHost + ". The result follows when it is there.", examples: []string{"ping ap-17", "ping sw-1 192.0.2.1"}},
	{name: "jobs", args: "[id|cancel id]", summary: "lists the last jobs, shows one, or cancels one", max: 2, run: listJobs,
		detail: "Whoever asked for a job may cancel it, and so may an operator.", examples: []string{"jobs", "jobs 12", "jobs cancel 12"}},
	{name: "backup", args: "<device|site|org>", summary: "backs up configuration", role: actions.RoleOperator, min: 1, max: -1, run: backup, examples: []string{"backup sw-1", "backup berlin", "backup acme"}},
	{name: "ack", args: "<id> [note]", summary: "acknowledges an alert: it is yours, here and in Mist", role: actions.RoleOperator, min: 1, max: -1, run: ack,
		detail: "Several, with commas between, are proposed first.", examples: []string{"ack a345", "ack a345 switch is being replaced", "ack a345,a346"}},
	{name: "note", args: "<id> [text]", summary: "writes a note on an alert; without a text it clears it", role: actions.RoleOperator, min: 1, max: -1, run: note, examples: []string{"note a345 vendor case 2026-1123"}},
	{name: "snooze", args: "<id> <time>", summary: "hides an alert for a while", role: actions.RoleOperator, min: 2, max: 2, run: snooze, examples: []string{"snooze a345 4h"}},
	{name: "locate", args: "<device> [stop]", summary: "makes a device blink, or stops that", role: actions.RoleOperator, min: 1, max: 2, run: locate, examples: []string{"locate ap-17", "locate ap-17 stop"}},
	{name: "restart", args: "<device>...", summary: "restarts devices, once it is confirmed", role: actions.RoleOperator, min: 1, max: -1, run: restart, examples: []string{"restart ap-17"}},
	{name: "bounce", args: "<device> <port>...", summary: "takes ports down and up again, once it is confirmed", role: actions.RoleOperator, min: 2, max: -1, run: bounce, examples: []string{"bounce sw-1 ge-0/0/12"}},
	{name: "rename", args: "<device> <name>", summary: "renames a device in Mist", role: actions.RoleOperator, min: 2, max: -1, run: rename, examples: []string{`rename ap-17 "lobby north"`}},
	helpCommand,
}

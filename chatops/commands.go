package chatops

import "foghorn/actions"

// commandList are the commands in the order of help; help itself comes last.
var commandList = []*command{
	{name: "status", args: "<device>", summary: "shows a device: its state, alerts and last events", min: 1, max: -1, run: status,
		detail:   "Give a device by its name, its MAC address, the last digits of the MAC, or its IP address.",
		examples: []string{"status ap-17", "status 5c:5b:35:00:00:01"}},
	{name: "alerts", args: "[query]", summary: "lists alerts; by default, unresolved ones", max: -1, run: listAlerts,
		detail:   "The query has the same form as on the screen.",
		examples: []string{"alerts", `alerts sev>=warn site:"berlin mitte"`, "alerts state:resolved opened>=-24h"}},
	{name: "why", args: "<id>", summary: "explains an alert: changes before it, what happened, and who did what", min: 1, max: 1, run: why, examples: []string{"why a345"}},
	{name: "handover", args: "[8h]", summary: "shows what the next shift needs to know", max: 1, run: handover, examples: []string{"handover", "handover 8h"}},
	{name: "sle", args: "[site]", summary: "lists service levels, worst first", max: -1, run: sle, examples: []string{"sle", "sle berlin"}},
	{name: "search", args: `"<text>"`, summary: "searches the backed-up configuration", min: 1, max: -1, run: search, examples: []string{`search "interface ge-0/0/1"`}},
	{name: "ping", args: "<device> [address]", summary: "has a device ping an address", min: 1, max: 2, run: ping,
		detail: "Without an address it pings " + actions.PingHost + ". The result follows when the ping is over.", examples: []string{"ping ap-17", "ping sw-1 192.0.2.1"}},
	{name: "jobs", args: "[id|cancel id]", summary: "lists the latest jobs, shows one, or cancels one", max: 2, run: listJobs,
		detail: "You can cancel your own jobs. An operator can cancel any job.", examples: []string{"jobs", "jobs 12", "jobs cancel 12"}},
	{name: "backup", args: "<device|site|org>", summary: "backs up configuration", role: actions.RoleOperator, min: 1, max: -1, run: backup, examples: []string{"backup sw-1", "backup berlin", "backup acme"}},
	{name: "ack", args: "<id> [note]", summary: "acknowledges an alert, here and in Mist; you become its owner", role: actions.RoleOperator, min: 1, max: -1, run: ack,
		detail: "Several ids, separated by commas, need a confirmation.", examples: []string{"ack a345", "ack a345 switch is being replaced", "ack a345,a346"}},
	{name: "note", args: "<id> [text]", summary: "writes a note on an alert, or clears it if you give no text", role: actions.RoleOperator, min: 1, max: -1, run: note, examples: []string{"note a345 vendor case 2026-1123"}},
	{name: "snooze", args: "<id> <time>", summary: "hides an alert for a while", role: actions.RoleOperator, min: 2, max: 2, run: snooze, examples: []string{"snooze a345 4h"}},
	{name: "locate", args: "<device> [stop]", summary: "makes a device blink, or stops it", role: actions.RoleOperator, min: 1, max: 2, run: locate, examples: []string{"locate ap-17", "locate ap-17 stop"}},
	{name: "restart", args: "<device>...", summary: "restarts devices after a confirmation", role: actions.RoleOperator, min: 1, max: -1, run: restart, examples: []string{"restart ap-17"}},
	{name: "bounce", args: "<device> <port>...", summary: "takes ports down and up again after a confirmation", role: actions.RoleOperator, min: 2, max: -1, run: bounce, examples: []string{"bounce sw-1 ge-0/0/12"}},
	{name: "rename", args: "<device> <name>", summary: "renames a device in Mist", role: actions.RoleOperator, min: 2, max: -1, run: rename, examples: []string{`rename ap-17 "lobby north"`}},
	helpCommand,
}

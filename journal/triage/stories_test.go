package triage

var stories = []story{
	{"an outage resolves itself with its length", `
		10:00 down
		10:06 up`, `
		resolved critical 10:00-10:06 x1 of 2`},
	{"an outage that is still on", `
		10:00 down`, `
		open critical 10:00 x1 of 1`},
	{"the same outage told by a second topic is counted once", `
		10:00 down
		10:00 down @10:01`, `
		open critical 10:00 x1 of 2`},
	{"an opening told again later is the same outage, which keeps its start", `
		10:00 down
		10:03 down`, `
		open critical 10:00 x1 of 2`},
	{"a second topic that leaves out the fraction of a second", `
		10:00:00.4 down
		10:00:00 down
		10:06:00.7 up
		10:06:00 up`, `
		resolved critical 10:00-10:06 x1 of 4`},
	{"back within a quarter of an hour is the same alert, flapping", `
		10:00 down
		10:06 up
		10:10 down`, `
		open critical 10:10 x2 flaps=1 of 3`},
	{"back exactly at the quarter of an hour is still the same alert", `
		10:00 down
		10:06 up
		10:21 down`, `
		open critical 10:21 x2 flaps=1 of 3`},
	{"back later is a new alert", `
		10:00 down
		10:06 up
		10:21:01 down`, `
		resolved critical 10:00-10:06 x1 of 2
		open critical 10:21:01 x1 of 1`},
	{"a late opening never reopens what has ended since", `
		10:00 down
		10:06 up
		10:03 down @10:30`, `
		resolved critical 10:00-10:06 x1 of 3`},
	{"an opening from before the outage is not counted to it", `
		10:00 down
		10:06 up
		09:00 down @10:30`, `
		resolved critical 10:00-10:06 x1 of 3`},
	{"a closing from before the outage ends nothing", `
		10:00 down
		09:58 up @10:02`, `
		open critical 10:00 x1 of 2`},
	{"told in the wrong order, an outage ends up as in the right one", `
		10:06 up @10:06
		10:00 down @10:07`, `
		resolved critical 10:00-10:06 x1 of 1`},
	{"an end without a beginning is no alert", `
		10:06 up`, ``},
	{"an end without a beginning does not hide the next outage", `
		10:06 up
		10:30 down`, `
		open critical 10:30 x1 of 1`},
	{"a second outage told after its end is told as over", `
		10:00 down
		10:02 up
		10:09 up
		10:05 down @10:10`, `
		resolved critical 10:05-10:09 x2 flaps=1 of 4`},
	{"a second outage long after the first, told after its end", `
		10:00 down
		10:02 up
		12:09 up
		12:05 down @12:10`, `
		resolved critical 10:00-10:02 x1 of 3
		resolved critical 12:05-12:09 x1 of 1`},
	{"the end of the first outage comes after the second began", `
		10:00 down
		10:05 down
		10:02 up @10:06`, `
		open critical 10:05 x2 flaps=1 of 3`},
	{"within one second the order of arrival decides", `
		10:00 down
		10:00 up
		10:00 down`, `
		open critical 10:00 x2 flaps=1 of 3`},
	{"an outage shorter than a second", `
		10:00 down
		10:00 up`, `
		resolved critical 10:00-10:00 x1 of 2`},
	{"a sender whose clock is a day ahead cannot freeze its alert", `
		23:00 down @10:00
		10:06 up`, `
		resolved critical 10:00-10:06 x1 of 2`},
	{"a sender whose clock is a little ahead is believed", `
		10:05 down @10:00
		10:06 up`, `
		resolved critical 10:05-10:06 x1 of 2`},
	{"our own clock jumps back an hour between the two", `
		10:00 down @11:00
		10:06 up @10:06`, `
		resolved critical 10:00-10:06 x1 of 2`},

	{"an ack is kept through repeats", `
		10:00 down
		10:01 ack anna
		10:03 down`, `
		acked critical 10:00 x1 own=anna of 2`},
	{"an ack is kept with the end, to tell who had it", `
		10:00 down
		10:01 ack anna
		10:06 up`, `
		resolved critical 10:00-10:06 x1 own=anna of 2`},
	{"an ack lapses when the condition comes back, a note does not", `
		10:00 down
		10:01 ack anna
		10:02 note cable ordered
		10:06 up
		10:10 down`, `
		open critical 10:10 x2 flaps=1 note=cable ordered of 3`},
	{"an ack given to the present outage is kept when old news comes", `
		10:00 down
		10:05 down
		10:06 ack anna
		10:02 up @10:07`, `
		acked critical 10:05 x2 flaps=1 own=anna of 3`},
	{"of two who ack the later owns", `
		10:00 down
		10:01 ack anna
		10:02 ack carl`, `
		acked critical 10:00 x1 own=carl of 1`},
	{"an ack taken back", `
		10:00 down
		10:01 ack anna
		10:02 unack`, `
		open critical 10:00 x1 of 1`},
	{"a snooze hides an alert for its time", `
		10:00 down
		10:01 snooze 11:00
		10:59 tick`, `
		snoozed critical 10:00 x1 of 1`},
	{"a snooze ends by itself", `
		10:00 down
		10:01 snooze 11:00
		11:00 tick`, `
		open critical 10:00 x1 of 1`},
	{"a snoozed ack comes back as acked", `
		10:00 down
		10:01 ack anna
		10:01 snooze 11:00
		11:00 tick`, `
		acked critical 10:00 x1 own=anna of 1`},
	{"a snooze that was put off ends at its new time", `
		10:00 down
		10:01 snooze 10:30
		10:20 snooze 12:00
		11:00 tick`, `
		snoozed critical 10:00 x1 of 1`},
	{"a snooze that was cut short ends at its new time", `
		10:00 down
		10:01 snooze 12:00
		10:20 snooze 10:30
		10:30 tick`, `
		open critical 10:00 x1 of 1`},
	{"woken early", `
		10:00 down
		10:01 snooze 12:00
		10:20 wake`, `
		open critical 10:00 x1 of 1`},
	{"a snooze outlives a flap", `
		10:00 down
		10:01 snooze 12:00
		10:06 up
		10:10 down`, `
		snoozed critical 10:10 x2 flaps=1 of 3`},

	{"an alarm is one row, however often it is told", `
		10:00 alarm count=1 sev=warn
		10:00 alarm count=4 last=10:20 sev=warn @10:20
		10:00 alarm count=9 last=10:40 sev=critical @10:40`, `
		open critical 10:00 x9 of 3`},
	{"an old telling of an alarm changes nothing", `
		10:00 alarm count=9 last=10:40 sev=critical @10:40
		10:00 alarm count=4 last=10:20 sev=warn @10:41`, `
		open critical 10:00 x9 of 2`},
	{"an old telling with a higher count raises the count only", `
		10:00 alarm count=3 last=10:40 sev=critical @10:40
		10:00 alarm count=4 last=10:20 sev=warn @10:41`, `
		open critical 10:00 x4 of 2`},
	{"an alarm that does not count is counted", `
		10:00 alarm
		10:00 alarm last=10:20 @10:20
		10:00 alarm last=10:20 @10:21`, `
		open critical 10:00 x2 of 3`},
	{"the sender ends its alarm", `
		10:00 alarm count=1
		10:00 alarm count=1 last=10:20 resolved @10:20`, `
		resolved critical 10:00-10:20 x1 of 2`},
	{"an alarm first heard of when it is over", `
		10:00 alarm count=2 last=10:20 resolved @10:20`, `
		resolved critical 10:00-10:20 x2 of 1`},
	{"the sender says when its alarm ended, and tells it later", `
		10:00 alarm count=1 last=10:02 told=10:03 @10:03
		11:50 alarm count=1 last=10:02 told=12:00 resolved ended=11:50 @12:00`, `
		resolved critical 10:00-11:50 x1 of 2`},
	{"... and is asked, so that nothing but the end is new", `
		10:00 alarm count=1 last=10:02 told=10:05 @10:05
		10:00 alarm count=1 last=10:02 told=10:02 resolved ended=10:04 polled @10:20`, `
		resolved critical 10:00-10:04 x1 of 2`},
	{"an end that was guessed gives way to the sender's own", `
		10:00 alarm count=1
		10:20 alarm count=1 last=10:00 told=10:20 resolved @10:20
		10:15 alarm count=1 last=10:00 told=10:00 resolved ended=10:15 polled @10:30`, `
		resolved critical 10:00-10:15 x1 of 3`},
	{"a telling from before the end that comes late", `
		10:00 alarm count=1 last=10:02 told=10:02
		10:10 alarm count=1 last=10:02 told=10:10 resolved ended=10:10 @10:10
		10:00 alarm count=1 last=10:02 told=10:11 @10:12`, `
		resolved critical 10:00-10:10 x1 of 3`},
	{"told to be on long after it ended, though not seen again", `
		10:00 alarm count=1 last=10:02 told=10:02
		10:10 alarm count=1 last=10:02 told=10:10 resolved ended=10:10 @10:10
		10:00 alarm count=1 last=10:02 told=11:00 @11:00`, `
		open critical 11:00 x2 flaps=1 of 3`},
	{"first asked for when it was over", `
		10:00 alarm count=1 last=10:02 told=10:02 resolved ended=11:50 polled @12:00`, `
		resolved critical 10:00-11:50 x1 of 1`},
	{"an older word does not reopen an alarm", `
		10:00 alarm count=2 last=10:20 resolved @10:20
		10:00 alarm count=1 last=10:10 @10:21`, `
		resolved critical 10:00-10:20 x2 of 2`},
	{"a word of the same time does not reopen an alarm", `
		10:00 alarm count=2 last=10:20 resolved @10:20
		10:00 alarm count=2 last=10:20 @10:21`, `
		resolved critical 10:00-10:20 x2 of 2`},
	{"a later word reopens an alarm", `
		10:00 alarm count=2 last=10:20 resolved @10:20
		10:00 alarm count=3 last=11:00 @11:00`, `
		open critical 11:00 x3 flaps=1 of 2`},

	{"a one-off is over after an hour, at its own time", `
		10:00 once
		14:00 tick`, `
		resolved critical 10:00-11:00 x1 of 1`},
	{"a one-off that repeats is one row and lasts longer", `
		10:00 once
		10:50 once
		11:30 tick`, `
		open critical 10:00 x2 of 2`},
	{"a one-off much later is a new row", `
		10:00 once
		12:00 once`, `
		resolved critical 10:00-11:00 x1 of 1
		open critical 12:00 x1 of 1`},
	{"a repeat that arrives after the end moves the end", `
		10:00 once
		10:30 once @11:10
		12:00 tick`, `
		resolved critical 10:00-11:30 x2 of 2`},
	{"a one-off and a pair of the same name are two alerts", `
		10:00 once
		10:01 down
		10:02 up`, `
		open critical 10:00 x1 of 1
		resolved critical 10:01-10:02 x1 of 2`},
	{"a snoozed one-off ends all the same", `
		10:00 once
		10:01 snooze 18:00
		11:00 tick`, `
		resolved critical 10:00-11:00 x1 of 1`},
}

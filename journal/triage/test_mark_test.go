package triage

var markedStories = []story{
	{"a test that nothing ends leaves by itself", `
		10:00 down test
		10:11 tick`, `
		resolved critical 10:00-10:10 x1 test of 1`},
	{"a test that is ended", `
		10:00 down test
		10:02 up test
		10:11 tick`, `
		resolved critical 10:00-10:02 x1 test of 2`},
	{"a test repeated: ten minutes from then", `
		10:00 down test
		10:08 down test
		10:11 tick`, `
		open critical 10:00 x1 test of 2`},
	{"a test repeated after it left", `
		10:00 down test
		10:12 down test
		10:13 tick`, `
		open critical 10:12 x2 flaps=1 test of 2`},
	{"told late, its time was over before", `
		10:00 down test @10:40
		10:41 tick`, `
		resolved critical 10:00-10:10 x1 test of 1`},
	{"told late, between its beginning and its end", `
		10:00 down test
		10:11 tick
		10:05 down test @10:12
		10:13 tick`, `
		resolved critical 10:00-10:10 x1 test of 2`},
	{"a one-off of a test stays no longer", `
		10:00 once test
		10:11 tick`, `
		resolved critical 10:00-10:10 x1 test of 1`},
	{"an alarm of a test", `
		10:00 alarm test
		10:11 tick`, `
		resolved critical 10:00-10:10 x1 test of 1`},
	{"a restart of a test, and the opening before it", `
		10:01 restart power cycle test
		10:00 down test @10:02
		10:12 tick`, `
		resolved critical 10:00-10:10 x1 test of 2: ap1 down; restarted: power cycle`},
}

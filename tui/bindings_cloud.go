package tui

// inRenaming is where a device is at hand, or may be.
const inRenaming = inActing

// cloudBindings are the keys of what needs a connection to the Mist API.
func cloudBindings() []binding {
	return []binding{
		{name: "ping", keys: []string{"P"}, where: inWebhooks | inHook, foot: "ping", help: "have Mist send a test message to the webhook, and see how far it comes", run: (*Model).ping, off: (*Model).noPing},
		{name: "rename", keys: []string{"R"}, where: inRenaming, help: "rename the device of the row in Mist; asks before it does", arg: "NAME", run: (*Model).rename, off: (*Model).noRename},
		{name: "undo", keys: []string{"U"}, where: inWebhooks, help: "undo what you did last, within 10 seconds", run: (*Model).undoLast, off: (*Model).noUndo},
		{name: "budget", where: inEverywhere, help: "who spends what of the hourly calls of each API token", run: (*Model).openBudget},
		{name: "frames", keys: []string{"F"}, where: inLog, help: "raw messages of the streams", run: (*Model).openFrames},
		{name: "frames", where: inEverywhere &^ inLog, help: "raw messages of the streams", run: (*Model).openFrames},
		{name: "frame", keys: []string{"enter", "d"}, where: inFrames, foot: "open", help: "the selected message in full", run: (*Model).openFrame},
		{name: "follow", keys: []string{"f"}, where: inFrames, foot: "follow", help: "follow the newest message, or stop", run: (*Model).followFrames},
		{name: "subscribe", where: inEverywhere, help: "ask the stream of a source for one more channel", arg: "CHANNEL [SOURCE]", run: (*Model).subscribe, values: (*Model).channels},
		{name: "unsubscribe", where: inEverywhere, help: "no longer ask for a channel", arg: "CHANNEL [SOURCE]", run: (*Model).unsubscribe, values: (*Model).channels},
	}
}

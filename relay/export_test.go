package relay

// OnCrashPoint calls f at each named place of the sender.
func OnCrashPoint(f func(CrashPoint)) { crash = f }

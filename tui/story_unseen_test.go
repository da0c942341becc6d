package tui

import "testing"

// A filter on a value that does not exist says so, and offers the one that does: in
// the pane, and behind the filter where tab takes it.
func TestAFilterOnAValueThatDoesNotExist(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("9", "/")
		s.write("topic:adits")
		s.sees("Nothing matches /topic:adits", "no topic adits seen; did you mean audits?", "/ and tab take it", "tab takes audits")
		s.fits()
		s.press("tab")
		s.sees("\n/topic:audits", "J. Doe changed WLAN")
		s.misses("did you mean", "tab takes")
		s.press("esc") // takes the whole filter back

		s.press("/")
		s.write("site:nowhere-at-all sev>=info")
		s.sees("no site nowhere-at-all seen", "esc clears the filter")
		s.misses("did you mean")
		s.press("enter")
		s.sees("no site nowhere-at-all seen")
		s.press("esc")
		s.misses("Nothing matches")

		s.press("6", "/") // an empty pane remembers it for a second try
		s.write("verdict:malformed topic:clientjoin")
		s.press("enter")
		s.sees("no topic clientjoin seen; did you mean client-join?")
		s.press("/")
		s.sees("tab takes client-join")
		s.press("tab", "enter")
		s.sees("Nothing matches /verdict:malformed topic:client-join")
		s.misses("did you mean")

		s.press("esc", "/") // everything in it exists: the filter is just narrow
		s.write("verdict:malformed")
		s.sees("Nothing matches", "esc clears the filter")
		s.misses("seen")
	})
}

// Rows that come in make the offer go away.
func TestAValueThatComesIntoBeing(t *testing.T) {
	onScreen(t, 80, 24, func(s *screen) {
		s.press("1", "/")
		s.write("site:hq-berlni")
		s.sees("no site hq-berlni seen; did you mean hq-berlin?")
		alert := s.alerts()[0]
		alert.Site = "hq-berlni"
		s.j.putAlert(alert)
		s.pass(6e9)
		s.misses("Nothing matches", "did you mean")
	})
}

package tui

import (
	"context"
	"errors"

	tea "charm.land/bubbletea/v2"

	"foghorn/tui/browser"
	"foghorn/tui/draw"
	"foghorn/tui/pane"
	"foghorn/tui/port"
	"foghorn/tui/view"
)

// portalPage is the page of the Mist portal about the row or record at hand.
func (m *Model) portalPage() (port.PortalPage, bool) {
	if m.detail != nil {
		return m.detail.Data.PortalPage()
	}
	shown := m.atHand()
	if of, ok := shown.(pane.PortalOf); ok {
		return of.PortalPage()
	}
	if of, ok := shown.(pane.SiteOf); ok && of.SiteOf().ID != "" {
		return view.SitePortal(of.SiteOf()), true
	}
	return port.PortalPage{}, false
}

// portalURL is the URL of that page, or why there is none.
func (m *Model) portalURL() (url string, exact bool, why string) {
	p, ok := m.portalPage()
	if !ok {
		return "", false, "The Mist portal has no page about this row."
	}
	if m.opt.Portal != nil {
		url, exact = m.opt.Portal(p)
	}
	if url == "" {
		return "", false, "No portal is known for " + p.Source + ": it is not an organization in a Mist region."
	}
	return url, exact, ""
}

func (m *Model) noPortal() string {
	_, _, why := m.portalURL()
	return why
}

// openedURL is what became of opening a URL.
type openedURL struct {
	url   string
	exact bool
	err   error
}

// openPortal opens the page in the browser of this desktop. Where there is none, over
// SSH above all, the URL is copied.
func (m *Model) openPortal(string) tea.Cmd {
	url, exact, _ := m.portalURL()
	open := m.opt.OpenURL
	if open == nil {
		open = func(url string) error { return browser.Open(url, browser.Options{}) }
	}
	return m.jobs.do(openLimit, func(context.Context) tea.Msg { return openedURL{url, exact, open(url)} })
}

// takeOpened reports whether the URL was opened, and copies one that was not.
func (m *Model) takeOpened(msg openedURL) tea.Cmd {
	what := "the page in the Mist portal"
	if !msg.exact {
		what = "the nearest page in the Mist portal that is known"
	}
	if msg.err == nil {
		m.say(draw.OK, "Opened "+what+" in the browser:")
		m.toast.link = msg.url
		return nil
	}
	why := "No desktop here, so " + what + " was not opened; its URL was copied. "
	if !errors.Is(msg.err, browser.ErrNoDesktop) {
		why = "Not opened (" + msg.err.Error() + "). "
	}
	return m.copyLink(msg.url, why)
}

// copyLink copies a URL, and shows it as a link with the answer about the copy.
func (m *Model) copyLink(url, why string) tea.Cmd {
	return m.copyAs(url, link{url, why})
}

// link is a URL that is being copied, and what is said before the answer.
type link struct{ url, why string }

// copyPortal copies the URL for the menu of copies.
func (m *Model) copyPortal() tea.Cmd {
	url, _, _ := m.portalURL()
	return m.copyLink(url, "")
}

package tui

import (
	tea "charm.land/bubbletea/v2"

	"foghorn/tui/pane"
)

func (m *Model) noDevice() string {
	if m.detail == nil || m.detail.Data.DeviceOf().Int64() == 0 {
		return "This record has no device."
	}
	return ""
}

func (m *Model) openDevice(string) tea.Cmd {
	return m.push(pane.RecordRef{Kind: pane.DeviceRecord, ID: m.detail.Data.DeviceOf().Int64()})
}

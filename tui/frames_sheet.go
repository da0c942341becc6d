package tui

import (
	"context"
	"encoding/json"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/jsonview"
	"foghorn/tui/list"
)

// maxFrames is how many raw messages are looked at.
const maxFrames = 500

// framesSheet lists the raw messages of the streams, the newest at the bottom.
type framesSheet struct {
	list list.Model[event.Frame]
	read bool
}

func (m *Model) openFrames(string) tea.Cmd {
	return m.openSheet(&framesSheet{list: list.New(func(f event.Frame) int64 { return f.ID }, true)})
}

func (s *framesSheet) where() where   { return inFrames }
func (s *framesSheet) nav() navigator { return &s.list }
func (s *framesSheet) close()         {}

func (s *framesSheet) fetch(time.Time) fetch {
	return func(ctx context.Context, j Journal) (answer, error) {
		frames, err := j.Frames(ctx, "", maxFrames)
		rows := make([]event.Frame, 0, len(frames))
		for i := len(frames) - 1; i >= 0; i-- {
			rows = append(rows, frames[i])
		}
		return answer{apply: func() {
			s.read = true
			s.list.Set(rows)
		}}, err
	}
}

func frameColumns(e env) []column {
	return []column{
		e.timeColumn(),
		{title: "SOURCE", width: 6, grow: 1, max: 12, drop: 4},
		{title: "CHANNEL", width: 22, grow: 3, max: 60},
		{title: "EVENT", width: 9, grow: 1, max: 18, drop: 2},
		{title: "SIZE", width: 7, right: true, drop: 1},
		{title: "TEXT", width: 12, grow: 6},
	}
}

func (s *framesSheet) draw(e env, w, h int) []string {
	right := "enter opens one"
	if !s.list.Following() && s.list.Len() > 0 {
		right = "not following, G goes on"
	}
	out := []string{sheetHead(e.drawContext, "Raw messages of the streams", right, w)}
	cols := frameColumns(e)
	widths := layout(cols, w)
	s.list.SetHeight(h - 2)
	switch {
	case !s.read:
		return padLines(append(out, "", "  Reading the journal."), w, h)
	case s.list.Len() == 0:
		return padLines(append(out, "", "  No message yet. Streams need an API token; :subscribe asks for more channels."), w, h)
	}
	out = append(out, e.th.heading(cols, widths, w))
	for i, f := range s.list.Visible() {
		r := rolePlain
		if strings.Contains(f.Event, "failed") {
			r = roleCritical
		}
		out = append(out, e.th.row([]cell{{e.when(f.Time), roleDim}, {e.cell(f.Source), roleDim}, {e.cell(f.Channel), rolePlain}, {e.cell(f.Event), r},
			{human.Bytes(int64(f.Size)), roleDim}, {e.cell(f.Text), roleDim}}, cols, widths, w, s.list.Top()+i == s.list.Cursor(), false))
	}
	return padLines(out, w, h)
}

// openFrame shows the selected message in full.
func (m *Model) openFrame(string) tea.Cmd {
	s, ok := m.sheet().(*framesSheet)
	if !ok {
		return nil
	}
	f, ok := s.list.Selected()
	if !ok {
		return nil
	}
	return m.openSheet(newFrameSheet(f))
}

// frameSheet is one raw message; JSON that is packed in a string is unpacked.
type frameSheet struct {
	frame event.Frame
	json  *jsonview.Model
	note  string
}

func newFrameSheet(f event.Frame) *frameSheet {
	s := &frameSheet{frame: f, json: jsonview.New(jsonview.Styles{})}
	if len(f.Text) < f.Size {
		s.note = human.Bytes(int64(len(f.Text))) + " of " + human.Bytes(int64(f.Size)) + " were kept"
	}
	s.json.SetJSON(unpacked([]byte(f.Text)))
	return s
}

// unpacked takes the data out of the string most channels put it in, so that
// it can be read; what is not JSON stays as it is.
func unpacked(text []byte) []byte {
	var o map[string]json.RawMessage
	if json.Unmarshal(text, &o) != nil {
		return text
	}
	var inner string
	if json.Unmarshal(o["data"], &inner) != nil || !json.Valid([]byte(inner)) {
		return text
	}
	o["data"] = json.RawMessage(inner)
	if out, err := json.Marshal(o); err == nil {
		return out
	}
	return text
}

func (s *frameSheet) where() where          { return inFrame }
func (s *frameSheet) nav() navigator        { return nil }
func (s *frameSheet) close()                {}
func (s *frameSheet) fetch(time.Time) fetch { return nil }

func (s *frameSheet) draw(e env, w, h int) []string {
	s.json.SetStyles(e.th.jsonStyles())
	s.json.SetSize(w, h-1)
	out := []string{sheetHead(e.drawContext, e.cell(s.frame.Channel+"  "+s.frame.Event), s.note, w)}
	return padLines(append(out, strings.Split(s.json.View(), "\n")...), w, h)
}

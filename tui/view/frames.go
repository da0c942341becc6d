package view

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"foghorn/internal/human"
	"foghorn/journal/event"
	"foghorn/tui/draw"
	"foghorn/tui/jsonview"
	"foghorn/tui/list"
	"foghorn/tui/pane"
	"foghorn/tui/port"
)

// maxFrames is how many raw messages are looked at.
const maxFrames = 500

// framesSheet lists the raw messages of the streams, the newest at the bottom.
type framesSheet struct {
	list list.Model[event.Frame]
	read bool
}

// NewFramesSheet shows the raw messages of the streams.
func NewFramesSheet() pane.Sheet {
	return &framesSheet{list: list.New(func(f event.Frame) int64 { return f.ID }, true)}
}

// The sheet of the raw messages, and that of one of them.
var (
	framesPlace = pane.Place{Name: "frames", Traits: pane.IsSheet | pane.HasRows}
	framePlace  = pane.Place{Name: "frame", Traits: pane.IsSheet | pane.HasJSON}
)

// framesKeys are the key that opens the raw messages, and those that work there.
func framesKeys() []pane.Binding {
	return []pane.Binding{
		{Name: "frames", Keys: []string{"F"}, Help: "raw messages of the streams", Run: func(pane.Screen) pane.Request { return pane.OpenSheet{Sheet: NewFramesSheet()} }},
		{Name: "frame", Keys: []string{"enter", "d"}, In: []pane.Place{framesPlace}, Foot: "open", Help: "the selected message in full", Run: pane.OnSheet((*framesSheet).Open)},
		{Name: "follow", Keys: []string{"f"}, In: []pane.Place{framesPlace}, Foot: "follow", Help: "follow the newest message, or stop", Run: pane.OnSheet((*framesSheet).follow)},
	}
}

// Open shows the selected message in full.
func (s *framesSheet) Open(pane.Screen) pane.Request {
	f, ok := s.list.Selected()
	if !ok {
		return nil
	}
	return pane.OpenSheet{Sheet: newFrameSheet(f)}
}

// follow follows the newest message, or stops.
func (s *framesSheet) follow(pane.Screen) pane.Request {
	s.list.SetFollow(!s.list.Following())
	return nil
}

func (s *framesSheet) Place() pane.Place   { return framesPlace }
func (s *framesSheet) Nav() pane.Navigator { return &s.list }
func (s *framesSheet) Close()              {}

func (s *framesSheet) Fetch(time.Time) pane.Fetch {
	return func(ctx context.Context, j port.Journal) (pane.Answer, error) {
		frames, err := j.Frames(ctx, "", maxFrames)
		rows := make([]event.Frame, 0, len(frames))
		for _, frame := range slices.Backward(frames) {
			rows = append(rows, frame)
		}
		return pane.Answer{Apply: func() {
			s.read = true
			s.list.Set(rows)
		}}, err
	}
}

func frameColumns(e pane.Context) []draw.Column {
	return []draw.Column{
		e.TimeColumn(),
		{Title: "SOURCE", Width: 6, Max: 12, Drop: 4},
		{Title: "CHANNEL", Width: 22, Max: 80, Grow: 1},
		{Title: "EVENT", Width: 9, Max: 18, Drop: 2},
		{Title: "SIZE", Width: 7, Right: true, Drop: 1},
		{Title: "TEXT", Width: 12, Grow: 6},
	}
}

func (s *framesSheet) Draw(e pane.Context, w, h int) []string {
	right := "enter opens one"
	if !s.list.Following() && s.list.Len() > 0 {
		right = "not following, G goes on"
	}
	out := []string{draw.SheetHead(e.Context, "Raw messages of the streams", right, w)}
	switch {
	case !s.read:
		return draw.Pad(append(out, "", "  Reading the journal."), w, h)
	case s.list.Len() == 0:
		return draw.Pad(append(out, "", "  No message yet. Streams need an API token; :subscribe asks for more channels."), w, h)
	}
	rows := pane.Rows[event.Frame]{List: &s.list, Columns: frameColumns(e), Cells: frameCells, Focused: true}
	return draw.Pad(append(out, rows.Draw(e, w, h-1, true)...), w, h)
}

func frameCells(e pane.Context, f event.Frame) []draw.Cell {
	r := draw.Plain
	if strings.Contains(f.Event, "failed") {
		r = draw.Critical
	}
	return []draw.Cell{{Text: e.When(f.Time), Role: draw.Dim}, {Text: e.Cell(f.Source), Role: draw.Dim}, {Text: e.Cell(f.Channel), Role: draw.Plain},
		{Text: e.Cell(f.Event), Role: r}, {Text: human.Bytes(int64(f.Size)), Role: draw.Dim}, {Text: e.Cell(f.Text), Role: draw.Dim}}
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

func (s *frameSheet) Place() pane.Place          { return framePlace }
func (s *frameSheet) Nav() pane.Navigator        { return nil }
func (s *frameSheet) Close()                     {}
func (s *frameSheet) Fetch(time.Time) pane.Fetch { return nil }
func (s *frameSheet) Tree() *jsonview.Model      { return s.json }

func (s *frameSheet) Draw(e pane.Context, w, h int) []string {
	s.json.SetStyles(e.JSONStyles())
	s.json.SetSize(w, h-1)
	out := []string{draw.SheetHead(e.Context, e.Cell(s.frame.Channel+"  "+s.frame.Event), s.note, w)}
	return draw.Pad(append(out, strings.Split(s.json.View(), "\n")...), w, h)
}

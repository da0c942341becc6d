package mistsim

import "time"

// keepFor is how long the output of a utility waits for somebody to subscribe
// its channel.
const keepFor = 30 * time.Second

// keptFrames are frames of a channel that nobody had subscribed.
type keptFrames struct {
	frames []frame
	until  time.Time
}

// emitOrKeep says data on a channel, or keeps it for who subscribes it next.
func (c *Cloud) emitOrKeep(path string, data []any) error {
	frames := make([]frame, 0, len(data))
	for _, d := range data {
		raw, err := encode(d)
		if err != nil {
			return err
		}
		frames = append(frames, frame{Event: "data", Channel: path, Data: raw})
	}
	now := c.clock.Now()
	s := &c.streams
	s.mu.Lock()
	defer s.mu.Unlock()
	for p, k := range s.kept { // so that it never grows beyond what half a minute brings
		if now.After(k.until) {
			delete(s.kept, p)
		}
	}
	if s.sendOn(path, frames) > 0 {
		return nil
	}
	if s.kept == nil {
		s.kept = map[string]keptFrames{}
	}
	s.kept[path] = keptFrames{frames: append(s.kept[path].frames, frames...), until: now.Add(keepFor)}
	return nil
}

// sayKept says what was kept for a channel, to the first who subscribes it.
func (s *stream) sayKept(path string) {
	all := &s.cloud.streams
	now := s.cloud.clock.Now()
	all.mu.Lock()
	k, ok := all.kept[path]
	delete(all.kept, path)
	all.mu.Unlock()
	if !ok || now.After(k.until) {
		return
	}
	for _, f := range k.frames {
		s.say(f)
	}
}

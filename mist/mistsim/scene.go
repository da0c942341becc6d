package mistsim

import (
	"slices"
	"time"
)

// story is one thing that goes wrong (or is only odd), written as a script: it
// casts its devices and says what happens at which second.
type story struct {
	name  string
	about string
	start float64 // seconds into a round of the demo
	play  func(*scene)
}

// Scenario names a story that Play can tell.
type Scenario struct {
	Name  string
	About string
}

// Scenarios lists the stories in the order in which a round tells them.
func Scenarios() []Scenario {
	out := make([]Scenario, len(stories))
	for i, s := range stories {
		out[i] = Scenario{s.name, s.about}
	}
	return out
}

func storyNamed(name string) (story, bool) {
	i := slices.IndexFunc(stories, func(s story) bool { return s.name == name })
	if i < 0 {
		return story{}, false
	}
	return stories[i], true
}

func storyNames() []string {
	out := make([]string, len(stories))
	for i, s := range stories {
		out[i] = s.name
	}
	return out
}

// scene is one telling of a story on a timeline. What it casts is held until
// its last step, so that two stories never pull at the same device.
type scene struct {
	*world
	tl    *timeline
	base  time.Duration
	scale float64 // stretches the distances between steps
	last  time.Duration
	held  []string
}

// perform puts a telling of the story on the timeline and returns its length.
func (w *world) perform(tl *timeline, s story, base time.Duration, scale float64) time.Duration {
	sc := &scene{world: w, tl: tl, base: base, scale: scale}
	s.play(sc)
	tl.at(base+sc.last, func() {
		for _, k := range sc.held {
			delete(w.busy, k)
		}
	})
	return sc.last
}

// at says what happens so many seconds into the story.
func (s *scene) at(seconds float64, do func()) {
	d := time.Duration(seconds * s.scale * float64(time.Second)).Truncate(time.Millisecond)
	s.last = max(s.last, d)
	s.tl.at(s.base+d, do)
}

// jitter draws a number of seconds from a range.
func (s *scene) jitter(lo, hi float64) float64 { return lo + s.rng.Float64()*(hi-lo) }

// hold marks things as taken.
func (s *scene) hold(keys ...string) {
	for _, k := range keys {
		s.busy[k] = true
	}
	s.held = append(s.held, keys...)
}

// castAP draws an access point that is up and in no other story.
func (s *scene) castAP() *Device {
	return s.cast(AP, func(d *Device) bool { return d.Connected && !s.busy[d.MAC] && !s.busy[d.Uplink] })
}

// castSwitch draws a switch that is up with all its access points, none of
// them in another story, and returns those too.
func (s *scene) castSwitch() (*Device, []*Device) {
	sw := s.cast(Switch, func(d *Device) bool {
		aps := s.behind(d)
		return d.Connected && !s.busy[d.MAC] && len(aps) > 0 &&
			!slices.ContainsFunc(aps, func(a *Device) bool { return !a.Connected || s.busy[a.MAC] })
	})
	aps := s.behind(sw)
	for _, a := range aps {
		s.hold(a.MAC)
	}
	return sw, aps
}

// castSmallSite draws a gateway of a site with few devices, all of them up and
// in no other story, and returns it with all that hangs on it.
func (s *scene) castSmallSite() (gw *Device, rest []*Device) {
	const few = 7
	gw = s.cast(Gateway, func(d *Device) bool {
		all := s.siteOf(d).Devices
		return len(all) <= few && !slices.ContainsFunc(all, func(x *Device) bool { return !x.Connected || s.busy[x.MAC] })
	})
	for _, d := range s.siteOf(gw).Devices {
		if d != gw {
			s.hold(d.MAC)
			rest = append(rest, d)
		}
	}
	return gw, rest
}

// witness draws an access point of a site that can see something: one that is
// up, if there is any.
func (s *scene) witness(site *Site) *Device {
	if up := upAPs(site, ""); len(up) > 0 {
		return pick(s.rng, up)
	}
	return pick(s.rng, site.OfType(AP))
}

// castSite draws a site where nothing is broken.
func (s *scene) castSite() *Site {
	site := s.drawSite(func(x *Site) bool { return !s.busy[x.ID] && !x.dhcpBroken && !x.authBroken })
	s.hold(site.ID)
	return site
}

// cast draws a device that fits from all sites and holds it. When none fits
// (many stories at once), any of the type will do: the verbs cope with that.
func (s *scene) cast(kind string, fits func(*Device) bool) *Device {
	var free, all []*Device
	for _, site := range s.org.Sites {
		for _, d := range site.OfType(kind) {
			all = append(all, d)
			if fits(d) {
				free = append(free, d)
			}
		}
	}
	if len(free) == 0 {
		free = all
	}
	d := pick(s.rng, free)
	s.hold(d.MAC)
	return d
}

func (s *scene) drawSite(fits func(*Site) bool) *Site {
	var free []*Site
	for _, x := range s.org.Sites {
		if fits(x) {
			free = append(free, x)
		}
	}
	if len(free) == 0 {
		free = s.org.Sites
	}
	return pick(s.rng, free)
}

// behind returns the access points that hang on a switch.
func (w *world) behind(sw *Device) []*Device {
	return slices.DeleteFunc(w.siteOf(sw).OfType(AP), func(d *Device) bool { return d.Uplink != sw.MAC })
}

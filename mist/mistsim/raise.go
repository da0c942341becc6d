package mistsim

// RaiseAlarms raises n alarms about the first access point, without telling
// webhooks, and returns their ids: for tests of what is done to many at once.
func (c *Cloud) RaiseAlarms(n int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	w := c.world
	w.now = c.clock.Now()
	ids := make([]string, 0, n)
	for range n {
		a := w.deviceAlarm(w.org.Sites[0].Devices[0], "device_down", "warn")
		w.memory.keep(a)
		ids = append(ids, a.ID)
	}
	return ids
}

package columns

// Content is what was seen of the values of one column.
type Content struct {
	Width int // of the widest value

	some    bool
	first   string
	differs bool
}

// Add takes in one value and its width in cells.
func (c *Content) Add(text string, width int) {
	c.Width = max(c.Width, width)
	if !c.some {
		c.first, c.some = text, true
	}
	c.differs = c.differs || text != c.first
}

// Empty reports whether there were values and none said anything.
func (c *Content) Empty() bool { return c.some && c.Width == 0 }

// Same returns the value that all rows have; false if they differ, or if it is
// empty, or if there are fewer than two rows. A value may be taken in more than once.
func (c *Content) Same(rows int) (string, bool) {
	if rows < 2 || c.differs || c.first == "" {
		return "", false
	}
	return c.first, true
}

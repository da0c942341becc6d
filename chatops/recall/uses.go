package recall

import (
	"sync"
	"time"
)

// Slack and Mattermost take five answers at a response_url, within half an hour. The last
// minute is left to clocks that differ.
const (
	maxUses  = 5
	urlLasts = 29 * time.Minute
)

// Uses counts the answers at each response_url. The zero value is ready.
type Uses struct {
	mu   sync.Mutex
	uses Memory[int]
}

// Take takes one of the answers that a response_url of a time still has; false for none.
func (u *Uses) Take(address string, since, now time.Time) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	n, _ := u.uses.Get(address, now)
	if n >= maxUses || now.Sub(since) > urlLasts {
		return false
	}
	u.uses.Set(address, n+1, now, 2*urlLasts)
	return true
}

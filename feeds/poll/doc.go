// Package poll reads one organization from the Mist API at intervals: what
// neither webhooks nor the stream carry, and what they may have missed.
//
// Each kind of reading is a task with a name, an urgency and an interval.
// Callers may rely on this:
//   - The intervals obey the governor of the token, and no task takes more of
//     the hour than its share, however large the organisation is: the interval
//     grows with what one reading costs. docs/API-BUDGET.md has the figures.
//   - No failure is retried in a tight loop: a refused token stops all but one
//     call every ten minutes, a missing right stops one task for an hour, a cloud
//     in trouble is asked ever more rarely, and a list that does not end is
//     given up.
//   - Feed has what is wrong, in one line; what was known stays.
//   - What cannot be read again later goes to the log as observations, once per
//     change; what can goes to the view.
package poll

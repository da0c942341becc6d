// Package poll reads one organization from the Mist API at intervals. It fetches
// data that neither webhooks nor the stream have, and fills their gaps.
//
// Each kind of reading is a task with a name, an urgency and an interval.
// Callers may rely on this:
//   - The intervals obey the governor of the token. No task uses more than its
//     share of the hourly budget, however large the organization is: the interval
//     grows with the cost of a reading. docs/API-BUDGET.md has the figures.
//   - No failure is retried in a tight loop: a refused token stops all but one
//     call every ten minutes, a missing right stops one task for an hour, a
//     failing cloud gets calls at growing intervals, and a list that does not end
//     is abandoned.
//   - Feed shows errors in one line. An error does not remove known data.
//   - Data that cannot be read again later goes to the log as observations, once
//     per change; all other data goes to the view.
package poll

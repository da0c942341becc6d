// Package poll asks one organisation of the Mist cloud, again and again, for
// what no webhook and no stream tells, and for what they may have missed.
//
// Each thing that is asked is a task with a name, an urgency and an interval.
// Callers may rely on this:
//   - The intervals obey the governor of the token, and no task takes more of
//     the hour than its share, however large the organisation is: the interval
//     grows with what one reading costs. docs/API-BUDGET.md has the figures.
//   - Nothing is asked in a circle: a token that is refused stops all but one
//     question every ten minutes, a right that is missing stops one task for an
//     hour, a cloud in trouble is asked ever more seldom, and a list that does
//     not end is given up.
//   - What is wrong is one line of Feed; what was known stays.
//   - What was found and cannot be asked again goes to the log as observations,
//     once per change; what can be goes to the view.
package poll

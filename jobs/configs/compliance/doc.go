// Package compliance checks backed-up configuration against rules: those of the
// configuration file and some that are ready-made.
//
// Callers may rely on this: a check reads files and asks nobody but for what Input gives
// it. A rule that cannot be checked is named in the result and costs only itself: no
// expression runs longer than its time or gives more than its share.
package compliance

// Package chatops lets people run foghorn from a chat: it takes calls that a platform's
// room has received and verified, identifies who calls, authorizes, runs, answers and
// audits.
//
// Callers may rely on this: nobody may do anything that the configuration does not give
// them. A call that was accepted runs exactly once, whatever the platform repeats and
// whenever the process ends. Every call is audited, those that are refused too. No
// answer fails because of its length.
package chatops

// Package configs keeps the configuration of Mist organizations in files: one for each
// object, in a git repository where git is installed. It backs up, searches, compares
// and plans restores.
//
// Callers may rely on this: an object's file depends only on the object, so that a
// backup of an unchanged organization writes nothing. No file contains a secret; a
// keyed digest stands in its place. A write that fails leaves the files as they were.
// Trouble with git never keeps a file from being written.
package configs

// Package config is config.toml: its types, defaults, strict validation and
// secrets.
//
// Callers may rely on this: a *Config from Load is complete and valid, every
// default filled in and every path absolute; otherwise the error is Problems,
// which lists everything that is wrong with its line and column. Unknown keys are
// problems. Nothing is executed and no file but the configuration is read,
// except for the secrets.
//
// Every secret x may stand in the file as x, or come from beside it, one way of:
//
//	x_file = "path"               the text of the file
//	x_env = "NAME"                the environment variable
//	x_command = ["pass", "show"]  what the program prints; a list, because no
//	                              shell is involved: nothing is split or expanded
//
// A newline at the end is not part of the secret. A Secret never prints itself.
package config

// Package config loads config.toml: types, defaults, strict validation and
// secrets.
//
// Callers may rely on this: a *Config from Load is complete and valid, with all
// defaults filled in and all paths absolute. Otherwise the error is Problems, which
// lists every mistake with its line and column. Unknown keys are mistakes. Load
// runs no program and reads no file but the configuration, except for secrets.
//
// A secret x can be in the file as x, or come from one of:
//
//	x_file = "path"               the text of the file
//	x_env = "NAME"                the environment variable
//	x_command = ["pass", "show"]  what the program prints; a list, because no
//	                              shell is involved: nothing is split or expanded
//
// A newline at the end is not part of the secret. A Secret never prints itself.
package config

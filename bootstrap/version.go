package bootstrap

import "runtime/debug"

// version is set by the linker: -X paybridge/bootstrap.version=v1.2.3.
var version string

// Version is the version of the program: the linker's, else the module's or the revision it was built
// from, else "devel".
func Version() string {
	if version != "" {
		return version
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && len(s.Value) >= 12 {
			return s.Value[:12]
		}
	}
	return "devel"
}

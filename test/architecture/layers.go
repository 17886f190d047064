package architecture

import (
	"slices"
	"strings"
)

// module is the path of this module, the first element of its packages' import paths.
const module = "paybridge"

// layer is a group of packages that follow the same import rule.
type layer uint8

const (
	unknown layer = iota // in no folder that the layout knows
	domain
	ports
	application
	driving   // an adapter that calls the application: http, jobs, cli
	driven    // an adapter that the application calls through a port
	company   // a driven adapter of one payment company
	transport // what the payment companies' adapters share
	bootstrap
	sandbox // the simulators, which know nothing of the app
	tests
)

// layerOf says where a package stands, by its path inside the module.
func layerOf(path string) layer {
	folders := strings.Split(path, "/")
	switch folders[0] {
	case "domain":
		return domain
	case "ports":
		return ports
	case "application":
		return application
	case "adapters":
		return adapterLayer(folders[1:])
	case "bootstrap":
		return bootstrap
	case "test":
		if len(folders) > 1 && folders[1] == "sandbox" {
			return sandbox
		}
		return tests
	}
	return unknown
}

// adapterLayer says what kind of adapter the folders below adapters hold.
func adapterLayer(folders []string) layer {
	switch {
	case len(folders) == 0:
		return unknown
	case slices.Contains([]string{"http", "jobs", "cli"}, folders[0]):
		return driving
	case folders[0] != "gateway" || len(folders) == 1:
		return driven
	case folders[1] == "transport":
		return transport
	}
	return company
}

// mayImport lists the layers that a layer sees besides its own unit.
func mayImport(from layer) []layer {
	switch from {
	case ports:
		return []layer{domain}
	case application:
		return []layer{domain, ports}
	case driving:
		return []layer{domain, ports, application}
	case driven, transport:
		return []layer{domain, ports}
	case company:
		return []layer{domain, ports, transport}
	case bootstrap:
		return []layer{domain, ports, application, driving, driven, company, transport}
	case tests:
		return []layer{domain, ports, application, driving, driven, company, transport, bootstrap, sandbox}
	case unknown, domain, sandbox:
	}
	return nil
}

// unitOf names the smallest folder whose packages may import each other freely: one adapter, one
// payment company, otherwise a layer.
func unitOf(path string) string {
	depth := 1
	switch layerOf(path) {
	case driving, driven, sandbox:
		depth = 2
	case company, transport:
		depth = 3
	case unknown, domain, ports, application, bootstrap, tests:
	}
	folders := strings.Split(path, "/")
	return strings.Join(folders[:min(depth, len(folders))], "/")
}

package architecture

import (
	"fmt"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"
)

// Forbidden says why the package from must not import the package to, both given as import paths.
// It is empty when the import is allowed.
func Forbidden(from, to string) string {
	from = local(from)
	layer := layerOf(from)
	if layer == unknown {
		return from + " belongs to no layer"
	}
	if !inModule(to) {
		return forbiddenOutside(layer, to)
	}
	to = local(to)
	if unitOf(from) == unitOf(to) || slices.Contains(mayImport(layer), layerOf(to)) {
		return ""
	}
	return unitOf(from) + " must not see " + unitOf(to)
}

// forbiddenOutside judges the import of a package that is not ours: the three inner layers are
// made of the standard library only, and the domain of the part of it that does no I/O.
func forbiddenOutside(from layer, to string) string {
	first, _, _ := strings.Cut(to, "/")
	thirdParty := strings.Contains(first, ".")
	switch {
	case thirdParty && (from == domain || from == ports || from == application):
		return "the inner layers import nothing but the standard library"
	case from == domain && doesIO(to):
		return "the domain neither reads, writes nor logs"
	}
	return ""
}

func doesIO(standard string) bool {
	for _, banned := range []string{"net/http", "database/sql", "os", "log"} {
		if standard == banned || strings.HasPrefix(standard, banned+"/") {
			return true
		}
	}
	return false
}

func inModule(importPath string) bool {
	return importPath == module || strings.HasPrefix(importPath, module+"/")
}

// local is an import path's part inside the module.
func local(importPath string) string {
	return strings.TrimPrefix(strings.TrimPrefix(importPath, module), "/")
}

// ForbiddenImports returns every import in the tree that the dependency rule forbids, as sentences
// that name the file. Test files may import what they need, except beside the simulators.
// A file that cannot be parsed is an error.
func ForbiddenImports(tree fs.FS) ([]string, error) {
	var problems []string
	err := eachGoFile(tree, func(name string, source []byte) error {
		pkg := path.Dir(name)
		if isTest(name) && layerOf(pkg) != sandbox {
			return nil
		}
		imports, err := importsOf(name, source)
		for _, imported := range imports {
			if reason := Forbidden(module+"/"+pkg, imported); reason != "" {
				problems = append(problems, fmt.Sprintf("%s imports %s: %s", name, imported, reason))
			}
		}
		return err
	})
	return problems, err
}

func importsOf(name string, source []byte) ([]string, error) {
	file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.ImportsOnly)
	if err != nil {
		return nil, err
	}
	imports := make([]string, len(file.Imports))
	for i, spec := range file.Imports {
		if imports[i], err = strconv.Unquote(spec.Path.Value); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	return imports, nil
}

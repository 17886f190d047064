package architecture

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// longest is how many lines a file may have: what a reader can hold in mind, with some slack.
const longest = 400

// LongFiles returns every Go file that is longer than a file may be, as sentences. Tests may list
// cases at length, and Wire decides how long its file gets.
func LongFiles(tree fs.FS) ([]string, error) {
	var problems []string
	err := eachGoFile(tree, func(name string, source []byte) error {
		lines := bytes.Count(source, []byte("\n"))
		if lines > longest && !isTest(name) && path.Base(name) != "wire_gen.go" {
			problems = append(problems, fmt.Sprintf("%s has %d lines, more than %d", name, lines, longest))
		}
		return nil
	})
	return problems, err
}

// StrayEntries returns what lies at the top of the tree and is not part of the layout, as sentences.
// Dot files may lie there, and what the tree's .gitignore names with a leading slash.
func StrayEntries(tree fs.FS) ([]string, error) {
	entries, err := fs.ReadDir(tree, ".")
	if err != nil {
		return nil, err
	}
	ignored, err := ignoredAtTop(tree)
	if err != nil {
		return nil, err
	}
	var problems []string
	for _, entry := range entries {
		name := entry.Name()
		if !strings.HasPrefix(name, ".") && !slices.Contains(layout(), name) && !matchesAny(ignored, name) {
			problems = append(problems, name+" is not part of the layout")
		}
	}
	return problems, nil
}

func layout() []string {
	return []string{
		"domain", "application", "ports", "adapters", "bootstrap", "deployments", "test",
		"go.mod", "go.sum", "Makefile", "README.md",
	}
}

func ignoredAtTop(tree fs.FS) ([]string, error) {
	text, err := fs.ReadFile(tree, ".gitignore")
	if err != nil {
		return nil, err
	}
	var patterns []string
	for line := range strings.Lines(string(text)) {
		if pattern, found := strings.CutPrefix(strings.TrimSpace(line), "/"); found {
			patterns = append(patterns, strings.TrimSuffix(pattern, "/"))
		}
	}
	return patterns, nil
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		matched, err := path.Match(pattern, name)
		return err == nil && matched
	})
}

// eachGoFile calls visit for every Go file of the project, in a fixed order, with its path from the
// top of the tree. Folders that hold no source of ours are passed over.
func eachGoFile(tree fs.FS, visit func(name string, source []byte) error) error {
	return fs.WalkDir(tree, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && holdsNoSource(name):
			return fs.SkipDir
		case entry.IsDir() || path.Ext(name) != ".go":
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		return visit(name, source)
	})
}

func holdsNoSource(folder string) bool {
	base := path.Base(folder)
	hidden := strings.HasPrefix(base, ".") && folder != "."
	return hidden || folder == "var" || base == "testdata" || base == "node_modules"
}

func isTest(name string) bool {
	return strings.HasSuffix(name, "_test.go")
}

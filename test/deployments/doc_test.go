// Package deployments_test holds deployments/ against the program: no engine is needed to see that a file is
// missing, a variable is misspelt, or an alert watches a figure that nobody measures.
package deployments_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"go.yaml.in/yaml/v3"
)

// folder is deployments, seen from this package.
var folder = filepath.Join("..", "..", "deployments")

func text(t *testing.T, name string) string {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}

// read reads a YAML file into something that may know only a part of it.
func read(t *testing.T, name string, into any) {
	t.Helper()
	if err := yaml.NewDecoder(bytes.NewBufferString(text(t, name))).Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// exists fails unless a path, seen from deployments, is there.
func exists(t *testing.T, path, who string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(folder, path)); err != nil {
		t.Errorf("%s names %s, which is not there", who, path)
	}
}

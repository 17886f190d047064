package architecture_test

import (
	"os"
	"path"
	"regexp"
	"strings"
	"testing"
)

var (
	quoted   = regexp.MustCompile("`([a-zA-Z0-9_./-]+)`")
	variable = regexp.MustCompile(`env:"([A-Z0-9_]+)"`)
)

func readmeText(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// A name without a folder lies beside the file that was named before it, in the same row.
func TestEveryFileThatTheREADMENamesIsThere(t *testing.T) {
	t.Parallel()
	named := 0
	for _, row := range strings.Split(readmeText(t), "\n") {
		folder := ""
		for _, name := range quoted.FindAllStringSubmatch(row, -1) {
			file := name[1]
			switch top, _, inside := strings.Cut(file, "/"); {
			case inside && top != "" && isFolder(top):
				folder = path.Dir(file)
			case path.Ext(file) == ".go" && folder != "":
				file = path.Join(folder, file)
			default:
				continue
			}
			named++
			if _, err := os.Stat(path.Join("../..", file)); err != nil && !strings.HasPrefix(file, "var/") {
				t.Errorf("the README names %s: %v", file, err)
			}
		}
	}
	if named < 20 {
		t.Errorf("only %d files were looked for", named)
	}
}

func isFolder(name string) bool {
	found, err := os.Stat(path.Join("../..", name))
	return err == nil && found.IsDir()
}

func TestTheREADMENamesEveryVariable(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../../bootstrap/config/load.go")
	if err != nil {
		t.Fatal(err)
	}
	found := variable.FindAllStringSubmatch(string(source), -1)
	if len(found) < 20 {
		t.Fatalf("only %d variables were found", len(found))
	}
	text := readmeText(t)
	for _, name := range found {
		if !strings.Contains(text, "`"+name[1]+"`") {
			t.Errorf("the README does not name %s", name[1])
		}
	}
}

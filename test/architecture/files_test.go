package architecture_test

import (
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"paybridge/test/architecture"
)

func TestAFileOfMoreThanFourHundredLinesIsTooLong(t *testing.T) {
	t.Parallel()
	lines := func(n int) *fstest.MapFile { return &fstest.MapFile{Data: []byte(strings.Repeat("\n", n))} }
	tree := fstest.MapFS{
		"domain/money/money.go":      lines(400),
		"domain/money/long.go":       lines(401),
		"domain/money/money_test.go": lines(401),
		"bootstrap/wire_gen.go":      lines(401),
		"README.md":                  lines(401),
	}

	problems, err := architecture.LongFiles(tree)

	expected := []string{"domain/money/long.go has 401 lines, more than 400"}
	if err != nil || !slices.Equal(problems, expected) {
		t.Errorf("got %q and error %v, expected %q", problems, err, expected)
	}
}

func TestOnlyTheLayoutLiesAtTheTop(t *testing.T) {
	t.Parallel()
	tree := fstest.MapFS{
		".gitignore":       {Data: []byte("# left behind\n/var/\n/coverage*\nnotes.txt\n")},
		".ci/run":          {},
		"domain/doc.go":    {},
		"Makefile":         {},
		"var/paybridge.db": {},
		"coverage.out":     {},
		"notes.txt":        {},
		"internal/doc.go":  {},
	}

	problems, err := architecture.StrayEntries(tree)

	expected := []string{"internal is not part of the layout", "notes.txt is not part of the layout"}
	if err != nil || !slices.Equal(problems, expected) {
		t.Errorf("got %q and error %v, expected %q", problems, err, expected)
	}
}

package architecture_test

import (
	"io/fs"
	"os"
	"testing"

	"paybridge/test/architecture"
)

func TestTheRepositoryKeepsItsShape(t *testing.T) {
	t.Parallel()
	repository := os.DirFS("../..")
	if _, err := fs.Stat(repository, "go.mod"); err != nil {
		t.Fatalf("this is not the top of the repository: %v", err)
	}
	for name, rule := range map[string]func(fs.FS) ([]string, error){
		"no package imports what its layer must not see": architecture.ForbiddenImports,
		"only the layout lies at the top":                architecture.StrayEntries,
		"no file is too long to read":                    architecture.LongFiles,
		"every name says something":                      architecture.VagueNames,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			problems, err := rule(repository)
			if err != nil {
				t.Fatal(err)
			}
			for _, problem := range problems {
				t.Error(problem)
			}
		})
	}
}

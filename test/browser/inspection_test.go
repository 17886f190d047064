package browser_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
)

// inspect holds the page in sight against what every page must keep.
func (v *tab) inspect(name string) {
	v.t.Helper()
	v.picture(name)
	over, err := v.page.Timeout(patience).Eval(`() => document.documentElement.scrollWidth - document.documentElement.clientWidth`)
	if err != nil {
		v.t.Fatal(err)
	}
	if over.Value.Int() > 0 {
		v.t.Errorf("%q is %d px wider than the window of %d px", name, over.Value.Int(), v.width)
	}
	complaints, err := v.accessibility()
	if err != nil {
		v.t.Fatalf("%q: %v", name, err)
	}
	for _, complaint := range complaints {
		v.t.Errorf("%q: %s", name, complaint)
	}
}

// report is the part of axe-core's result that is looked at.
type report struct {
	Violations []ruling `json:"violations"`
	Passes     []ruling `json:"passes"`
}

// ruling is what a rule says about a page.
type ruling struct {
	ID    string `json:"id"`
	Help  string `json:"help"`
	Nodes []struct {
		HTML string `json:"html"`
	} `json:"nodes"`
}

// axe-core needs four seconds of a core of its own for the longest page, /docs. Pages take their turn, so that the budget
// holds on a machine that is many times slower.
const inspectionBudget = 2 * time.Minute

var inspecting sync.Mutex

// accessibility returns what axe-core has against the page.
func (v *tab) accessibility() ([]string, error) {
	rules, err := axeCore()
	if err != nil {
		return nil, err
	}
	inspecting.Lock()
	defer inspecting.Unlock()
	answer, err := v.page.Timeout(inspectionBudget).Eval(`() => { ` + rules + `; return axe.run(document, {resultTypes: ["violations"]}) }`)
	if err != nil {
		return nil, fmt.Errorf("axe-core: %w", err)
	}
	var found report
	if err := answer.Value.Unmarshal(&found); err != nil {
		return nil, fmt.Errorf("axe-core: %w", err)
	}
	return found.complaints(), nil
}

// complaints lists the violations. Without any, the rules that concern every page must have been passed, else nothing was
// looked at.
func (r report) complaints() (list []string) {
	for _, violated := range r.Violations {
		for _, node := range violated.Nodes {
			list = append(list, violated.Help+" ("+violated.ID+"): "+node.HTML)
		}
	}
	if len(list) > 0 {
		return list
	}
	for _, rule := range []string{"document-title", "html-has-lang", "color-contrast"} {
		if !slices.ContainsFunc(r.Passes, func(passed ruling) bool { return passed.ID == rule }) {
			list = append(list, "axe-core did not look at "+rule)
		}
	}
	return list
}

// axeCore is the program of axe-core, fetched at its first use on a machine.
var axeCore = sync.OnceValues(func() (string, error) {
	path, err := exec.Command(filepath.Join(root, "test", "scripts", "axe-core.sh")).Output()
	if err != nil {
		var failed *exec.ExitError
		if errors.As(err, &failed) {
			err = fmt.Errorf("%w: %s", err, failed.Stderr)
		}
		return "", fmt.Errorf("the accessibility rules cannot be had: %w", err)
	}
	program, err := os.ReadFile(strings.TrimSpace(string(path)))
	return string(program), err
})

// root is the folder of the module, seen from this package.
var root = filepath.Join("..", "..")

package deployments_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"paybridge/test/rig"
)

var instruction = regexp.MustCompile(`(?m)^([A-Z]+) (.+)$`)

// instructions are those of the Dockerfile by name, with continued lines joined.
func instructions(t *testing.T) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, found := range instruction.FindAllStringSubmatch(strings.ReplaceAll(text(t, "Dockerfile"), "\\\n", " "), -1) {
		all[found[1]] = append(all[found[1]], found[2])
	}
	return all
}

func TestTheImageIsBuiltFromWhatIsThereAndRunsAsNobodyMuch(t *testing.T) {
	t.Parallel()
	image := instructions(t)
	for _, line := range image["COPY"] {
		if strings.HasPrefix(line, "--from=") {
			continue
		}
		words := strings.Fields(line)
		for _, from := range words[:len(words)-1] {
			exists(t, filepath.Join("..", from), "the Dockerfile")
		}
	}
	if user := image["USER"]; len(user) != 1 || !regexp.MustCompile(`^[1-9][0-9]*:[1-9][0-9]*$`).MatchString(user[0]) {
		t.Errorf("the user is %q: a number that is not root's", user)
	}
	if last := image["FROM"][len(image["FROM"])-1]; !strings.Contains(last, "distroless/static") {
		t.Errorf("the image is %s", last)
	}
}

// TestTheHealthCheckOfTheImageAsksTheRunningService runs what the Dockerfile says against a running app.
func TestTheHealthCheckOfTheImageAsksTheRunningService(t *testing.T) {
	t.Parallel()
	_, command, _ := strings.Cut(instructions(t)["HEALTHCHECK"][0], "CMD ")
	var words []string
	if err := json.Unmarshal([]byte(command), &words); err != nil || words[0] != "/usr/bin/paybridge" {
		t.Fatalf("%s: %v", command, err)
	}
	s := rig.Start(t, rig.Options{})
	if said, err := s.Try(words[1:]...); err != nil || !strings.HasPrefix(said, "ready") {
		t.Errorf("while it serves: %v %s", err, said)
	}
	s.Kill()
	if said, err := s.Try(words[1:]...); err == nil {
		t.Errorf("after its end: %s", said)
	}
}

// TestTheProgramOfTheImageNeedsNoLibrary does not build the program once more: what is built without cgo is
// static, unless a package cannot do without.
func TestTheProgramOfTheImageNeedsNoLibrary(t *testing.T) {
	t.Parallel()
	build, _, _ := strings.Cut(instructions(t)["RUN"][1], " &&")
	if !strings.HasPrefix(build, "CGO_ENABLED=0 go build ") || !strings.HasSuffix(strings.TrimSpace(build), " ./bootstrap/paybridge") {
		t.Fatalf("the program is built by %s", build)
	}
	list := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{if and .CgoFiles (not .Standard)}}{{.ImportPath}}{{end}}", "./bootstrap/paybridge")
	list.Dir, list.Env = filepath.Join("..", ".."), append(os.Environ(), "CGO_ENABLED=1")
	if said, err := list.Output(); err != nil || strings.TrimSpace(string(said)) != "" {
		t.Errorf("these need cgo: %s %v", said, err)
	}
}

package acceptance_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"paybridge/test/rig"
	"paybridge/test/sandbox/control"
)

// demo builds the program behind `make demo`.
func demo(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "demo")
	if said, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, "../sandbox/demo").CombinedOutput(); err != nil {
		t.Fatalf("build the demo: %v\n%s", err, said)
	}
	return program
}

func TestTheDemoPlaysEveryStoryToItsPromisedEnd(t *testing.T) {
	t.Parallel()
	said, err := exec.CommandContext(t.Context(), demo(t), "-fresh", "-app", rig.Binary(t)).CombinedOutput()
	if err != nil {
		t.Fatalf("the demo: %v\n%s", err, said)
	}
	text := string(said)
	for _, part := range []string{
		"▶ Pay asynchronously", "✓ as promised", "[broken on purpose]", "Payment notice", "✓ hash_data",
		"Summary", "paid      10425.00 PHP", "refunded  2775.00 PHP", "everything ended as promised",
	} {
		if !strings.Contains(text, part) {
			t.Errorf("the transcript lacks %q:\n%s", part, text)
		}
	}
	if strings.Contains(text, "\x1b") {
		t.Error("the transcript is coloured, but nobody looks at it in a terminal")
	}
	if strings.Contains(text, "✕") {
		t.Errorf("something does not hold:\n%s", text)
	}
}

func TestTheDemoNamesWhatSomebodyElseHasBroken(t *testing.T) {
	t.Parallel()
	sandbox := startsSoon(t, rig.Sandbox(t))
	defer stops(t, sandbox)
	sandbox.Company().AddFault(control.Fault{Path: "/nobody/asks/this", Status: 503})
	said, err := exec.CommandContext(t.Context(), demo(t), "-flow", "async",
		"-mall", sandbox.MallURL(), "-company", sandbox.CompanyURL(), "-app-url", sandbox.AppURL()).CombinedOutput()
	if err != nil {
		t.Fatalf("the demo: %v\n%s", err, said)
	}
	if text := string(said); !strings.Contains(text, "/nobody/asks/this, answers 503, until it is cleared at the company") || !strings.Contains(text, "DELETE "+sandbox.CompanyURL()) {
		t.Errorf("the transcript does not name the fault:\n%s", text)
	}
}

func TestTheDemoKnowsItsUsage(t *testing.T) {
	t.Parallel()
	program := demo(t)
	if said, err := exec.CommandContext(t.Context(), program, "--list").CombinedOutput(); err != nil || !strings.Contains(string(said), "refund-part") {
		t.Errorf("--list: %v %s", err, said)
	}
	for _, wrong := range []string{"--flow=nonsense", "leftover", "--nonsense"} {
		said, err := exec.CommandContext(t.Context(), program, wrong).CombinedOutput()
		var failed *exec.ExitError
		if !errors.As(err, &failed) || failed.ExitCode() != 2 || !strings.Contains(string(said), "demo: ") {
			t.Errorf("%s: %v %s", wrong, err, said)
		}
	}
}

package acceptance_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"paybridge/test/rig"
)

// readmeExample is the block of the README that a person pastes, without its first line, which starts the sandbox.
func readmeExample(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, chapter, _ := strings.Cut(string(text), "## Try it without clicking\n\n```sh\n")
	block, _, closed := strings.Cut(chapter, "\n```\n")
	first, rest, _ := strings.Cut(block, "\n")
	if !closed || !strings.HasPrefix(first, "make run &") {
		t.Fatalf("the example is not where it was: %.200s", chapter)
	}
	return rest
}

func TestTheExampleOfTheREADMEWorksHoweverOftenAndWhateverWasBoughtBefore(t *testing.T) {
	t.Parallel()
	config := rig.Sandbox(t)
	binary, dir := config.AppBinary, config.Dir
	sandbox := startsSoon(t, config)
	defer stops(t, sandbox)
	here := strings.NewReplacer("localhost:8001", strings.TrimPrefix(sandbox.MallURL(), "http://"), "localhost:8002", strings.TrimPrefix(sandbox.CompanyURL(), "http://"),
		"localhost:9000", strings.TrimPrefix(sandbox.OpsURL(), "http://"), "var/app.env", filepath.Join(dir, "app.env"), "var/bin/paybridge", binary)
	buys(t, sandbox)
	for _, payment := range []string{"pg-order-002", "pg-order-003"} {
		said, err := exec.CommandContext(t.Context(), "bash", "-euc", here.Replace(readmeExample(t))).CombinedOutput()
		if err != nil {
			t.Fatalf("the example: %v\n%s", err, said)
		}
		for _, part := range []string{`"signature_valid":true`, `"tid":"` + payment + `"`, "order_paid"} {
			if !strings.Contains(string(said), part) {
				t.Errorf("the example's output lacks %q:\n%s", part, said)
			}
		}
	}
}

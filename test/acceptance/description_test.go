package acceptance_test

import (
	"html"
	"net/http"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"paybridge/test/rig"
)

var (
	article = regexp.MustCompile(`(?s)<article aria-labelledby="([^"]+)">(.*?)</article>`)
	command = regexp.MustCompile(`(?s)<pre><code>(curl .*?)</code></pre>`)
)

// commands are those of the service's own page, by the name of what they try.
func commands(t *testing.T, s *rig.System) map[string]string {
	t.Helper()
	page, err := s.Send(http.MethodGet, "/docs", "", "")
	if err != nil || page.Status != http.StatusOK {
		t.Fatalf("%d %v", page.Status, err)
	}
	found := map[string]string{}
	for _, one := range article.FindAllStringSubmatch(string(page.Body), -1) {
		if line := command.FindStringSubmatch(one[2]); line != nil {
			found[one[1]] = html.UnescapeString(line[1])
		}
	}
	return found
}

// try runs a command as a person does who copies it from the page.
func try(t *testing.T, line string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "sh", "-c", strings.Replace(line, "curl -i", "curl -sS -i", 1)).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", line, err, out)
	}
	return string(out)
}

// TestTheCommandsOfTheDescriptionWorkOnAFreshSandbox copies them from /docs into a shell, in the order of a
// payment's life, and expects that each is accepted.
func TestTheCommandsOfTheDescriptionWorkOnAFreshSandbox(t *testing.T) {
	t.Parallel()
	for name, story := range map[string][]string{
		"asynchronous": {"checkout", "approve", "callback", "callbackPost", "paymentWebhookBare", "cancel", "refundWebhookBare"},
		"synchronous":  {"syncCheckout", "approve", "syncCallback", "syncCallbackPost", "status", "syncCancel"},
		"external":     {"signIn", "payload", "review", "pay", "approve", "agreed"},
		"single":       {"announcement", "payloadPreflight", "script", "scriptData", "scriptHmac", "openapi", "docs", "launch"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := rig.Start(t, rig.Options{Env: []string{"CAFE24_COMPAT=sample"}})
			lines := commands(t, s)
			for _, step := range story {
				switch step {
				case "approve":
					if err := s.Company.Approve(code, false); err != nil {
						t.Fatal(err)
					}
					continue
				case "signIn": // as the sandbox's mall has done
					newBrowser(t, s).signIn("demomall")
					continue
				}
				said := try(t, lines[step])
				if status := strings.Fields(said)[1]; !slices.Contains([]string{"200", "204", "303"}, status) {
					t.Errorf("%s answers %s\n%s\n%s", step, status, lines[step], said)
				}
			}
		})
	}
}

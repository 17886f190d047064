package httpapi_test

import (
	"testing"

	httpapi "paybridge/adapters/http"
)

func TestLinksLeadToOurRoutes(t *testing.T) {
	t.Parallel()
	for public, base := range map[string]string{
		"https://pay.example": "https://pay.example", "http://localhost:8000/": "http://localhost:8000",
		"https://example.com/paybridge//": "https://example.com/paybridge",
	} {
		links, err := httpapi.NewLinks(public)
		if err != nil {
			t.Fatal(err)
		}
		if got := links.Callback("0199-abc_D"); got != base+callbackPath+"?payment=0199-abc_D" {
			t.Errorf("%s: the callback is %s", public, got)
		}
		if got := links.Webhook("demo", "0199-abc_D"); got != base+webhookPath+"/demo/0199-abc_D" {
			t.Errorf("%s: the webhook is %s", public, got)
		}
	}
}

func TestAPublicURLThatCannotBeExtendedIsRefused(t *testing.T) {
	t.Parallel()
	for _, public := range []string{
		"", "pay.example", "//pay.example", "ftp://pay.example", "https://", "https://:443", "https:pay.example", "https://user:word@pay.example",
		"https://pay.example/?a=b", "https://pay.example/?", "https://pay.example/#top", "https://pay.example:port", "https://pay example",
	} {
		if _, err := httpapi.NewLinks(public); err == nil {
			t.Errorf("%q was accepted", public)
		}
	}
}

func TestHSTSIsForHTTPSOnly(t *testing.T) {
	t.Parallel()
	links, err := httpapi.NewLinks("http://localhost:8000")
	if err != nil {
		t.Fatal(err)
	}
	s := setup(t, func(sc *scene) { sc.Links = links })
	if got := s.send("GET", "/", "").header.Get("Strict-Transport-Security"); got != "" {
		t.Errorf("a server without TLS promises %q", got)
	}
}

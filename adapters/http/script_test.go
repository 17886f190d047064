package httpapi_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha512"
	"encoding/base64"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"

	httpapi "paybridge/adapters/http"
)

// mostScript is what the button may weigh in a shop's page, compressed.
const mostScript = 15_000

var buttonAddress = regexp.MustCompile(`"https://pay\.example(/api/external-checkout/script/button-[0-9a-f]{16}\.js)"`)

// button returns the path of the button as the loader names it.
func (s *served) button() string {
	s.t.Helper()
	found := buttonAddress.FindStringSubmatch(s.send(http.MethodGet, scriptPath, "").body)
	if found == nil {
		s.t.Fatal("the loader names no button of ours")
	}
	return found[1]
}

func pinned(body string) string {
	sum := sha512.Sum384([]byte(body))
	return "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
}

func TestTheLoaderIsServedAsMallsExpectIt(t *testing.T) {
	t.Parallel()
	s := setup(t)
	a := s.send(http.MethodGet, scriptPath+"?vs=20261103090000.1&client_id=mock_client_id", "", "Origin", "https://demomall.cafe24.com")
	for name, want := range map[string]string{
		"Content-Type": "application/javascript", "Cache-Control": "public, max-age=86400", "Accept-Ranges": "bytes",
		"Access-Control-Allow-Origin": "*", "X-Content-Type-Options": "nosniff",
	} {
		if got := a.header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if a.status != http.StatusOK || a.header.Get("Set-Cookie") != "" {
		t.Errorf("got %d %v", a.status, a.header)
	}
}

func TestTheLoaderIsTheSameWheneverItIsMadeAndItsIntegrityIsRegistered(t *testing.T) {
	t.Parallel()
	links, err := httpapi.NewLinks("https://pay.example")
	if err != nil {
		t.Fatal(err)
	}
	script, err := httpapi.NewScript(links, "mock_client_id")
	if err != nil {
		t.Fatal(err)
	}
	first, second := setup(t).send(http.MethodGet, scriptPath, "").body, setup(t).send(http.MethodGet, scriptPath+"?vs=2", "").body
	if first != second {
		t.Errorf("it was\n%s\nand then\n%s", first, second)
	}
	if tag := script.Tag(); tag.URL != "https://pay.example"+scriptPath || tag.Integrity != pinned(first) {
		t.Errorf("registered is %+v", tag)
	}
	other, err := httpapi.NewScript(links, "another_client")
	if err != nil || other.Tag().Integrity == script.Tag().Integrity {
		t.Errorf("another client id changes nothing: %v", err)
	}
}

func TestTheLoaderPinsOneButtonOfOurOwn(t *testing.T) {
	t.Parallel()
	s := setup(t)
	loader := s.send(http.MethodGet, scriptPath, "").body
	a := s.send(http.MethodGet, s.button(), "")
	if a.status != http.StatusOK || a.header.Get("Cache-Control") != "public, max-age=31536000, immutable" || a.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("got %d %v", a.status, a.header)
	}
	if kind := a.header.Get("Content-Type"); kind != "application/javascript; charset=utf-8" {
		t.Errorf("pages in another encoding would misread it: %s", kind)
	}
	if !strings.Contains(loader, `script.integrity = "`+pinned(a.body)+`"`) || !strings.Contains(loader, `"data-client-id", "mock_client_id"`) {
		t.Errorf("the loader is\n%s", loader)
	}
	if s.send(http.MethodGet, scriptPath+"/button-0123456789abcdef.js", "").status != http.StatusNotFound {
		t.Error("another release's button is served")
	}
}

func TestNothingIsLoadedFromElsewhere(t *testing.T) {
	t.Parallel()
	s := setup(t)
	for _, path := range []string{scriptPath, s.button()} {
		body := s.send(http.MethodGet, path, "").body
		for _, address := range regexp.MustCompile(`(https?:)?//[a-zA-Z0-9][^\s"']*`).FindAllString(body, -1) {
			if !strings.HasPrefix(address, "https://pay.example/") {
				t.Errorf("%s names %s", path, address)
			}
		}
		if strings.Contains(body, "jQuery") || strings.Contains(body, "eval(") || strings.Contains(body, "document.write") {
			t.Errorf("%s does what a script in a foreign page must not do", path)
		}
	}
}

func TestTheButtonIsSmall(t *testing.T) {
	t.Parallel()
	s := setup(t)
	a := s.send(http.MethodGet, s.button(), "", "Accept-Encoding", "gzip, deflate, br")
	if a.header.Get("Content-Encoding") != "gzip" || !strings.Contains(a.header.Get("Vary"), "Accept-Encoding") {
		t.Fatalf("it is not compressed: %v", a.header)
	}
	r, err := gzip.NewReader(bytes.NewReader([]byte(a.body)))
	if err != nil {
		t.Fatal(err)
	}
	whole, err := io.ReadAll(r)
	if err != nil || string(whole) != s.send(http.MethodGet, s.button(), "", "Accept-Encoding", "identity").body {
		t.Errorf("compressed it is something else: %v", err)
	}
	if len(a.body) > mostScript {
		t.Errorf("it has %d bytes, at most %d are good", len(a.body), mostScript)
	}
	t.Logf("%d bytes, compressed %d", len(whole), len(a.body))
}

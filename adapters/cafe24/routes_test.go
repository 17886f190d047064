package cafe24_test

import (
	"net/http"
	"strings"
	"testing"

	"paybridge/adapters/cafe24"
	"paybridge/domain/fault"
)

func routed(t *testing.T, text string) *cafe24.Mall {
	t.Helper()
	routes, err := cafe24.ParseRoutes(text)
	if err != nil {
		t.Fatal(err)
	}
	return newMall(t, func(c *cafe24.Config) { c.Routes = routes })
}

func TestOurOwnCallsGoWhereTheRouteLeadsUnderTheirOldName(t *testing.T) {
	t.Parallel()
	base, last := receiver(t, http.StatusOK, `{"result":"OK"}`)
	other := "http://" + closedPort(t)
	m := routed(t, " *.cafe24shop.com = "+base+"/malls/ , demomall.cafe24.com="+base+",*.cafe24.com="+other)
	for target, want := range map[string]string{
		"https://demomall.cafe24shop.com/Pay/Recv/n.php?a=%2F": "/malls/Pay/Recv/n.php?a=%2F",
		"https://demomall.cafe24shop.com/a%2Fb":                "/malls/a%2Fb",
		"https://DEMOMALL.cafe24.com/Pay/%2e/n.php":            "/Pay/%2e/n.php", // the first match counts
	} {
		if err := m.Deliver(t.Context(), target, []byte(`{}`)); err != nil {
			t.Errorf("%s: %v", target, err)
			continue
		}
		if got := last().Get(":path"); got != want {
			t.Errorf("%s went to %s, want %s", target, got, want)
		}
		if got := last().Get("Host"); !strings.EqualFold(got, strings.Split(target, "/")[2]) {
			t.Errorf("%s went to host %s", target, got)
		}
	}
	if err := m.Deliver(t.Context(), "https://othermall.cafe24.com/", []byte(`{}`)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("the second route was not taken: %v", err)
	}
}

func TestBrowsersAreNotRouted(t *testing.T) {
	t.Parallel()
	const raw = "https://demomall.cafe24.com/Pay/Recv/openpg/PayReceiveRtnPage.php"
	got, err := routed(t, "*.cafe24.com=http://127.0.0.1:8001").AcceptURL(nil, raw)
	if err != nil || got != raw {
		t.Errorf("AcceptURL = %s, %v", got, err)
	}
}

func TestARouteDoesNotOpenPrivateAddressesByItself(t *testing.T) {
	t.Parallel()
	base, last := receiver(t, http.StatusOK, `{"result":"OK"}`)
	routes, err := cafe24.ParseRoutes("*.cafe24.com=" + base)
	if err != nil {
		t.Fatal(err)
	}
	m := newMall(t, func(c *cafe24.Config) { c.Routes, c.AllowPrivate = routes, false })
	if err := m.Deliver(t.Context(), "https://demomall.cafe24.com/", []byte(`{}`)); !fault.Is(err, fault.Unavailable) || last() != nil {
		t.Errorf("got %v", err)
	}
}

func TestEveryBadRouteIsNamed(t *testing.T) {
	t.Parallel()
	_, err := cafe24.ParseRoutes("no-target,*=http://a:1,b.example=ftp://c,d.example=http://e/?x=1,f.example=http://u:p@g,h.example=http://i")
	if err == nil {
		t.Fatal("accepted")
	}
	for _, want := range []string{"no-target", `"*"`, "b.example", "d.example", "f.example"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%q is not named in: %v", want, err)
		}
	}
	if text := err.Error(); strings.Contains(text, "h.example") || strings.Contains(text, "u:p") {
		t.Errorf("a good route or a password is named in: %v", err)
	}
	if _, err := cafe24.ParseRoutes(""); err != nil {
		t.Errorf("no routes at all: %v", err)
	}
}

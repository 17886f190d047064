package mall_test

import (
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"paybridge/test/sandbox/mall"
	"paybridge/test/sandbox/mall/platform"
)

var framed = regexp.MustCompile(`<iframe src="([^"]+)"`)

func TestTheAdminOpensTheAppInAFrameByASignedLink(t *testing.T) {
	t.Parallel()
	b := setup(t, fixed())
	found := framed.FindStringSubmatch(b.get(t, "/admin/demomall/app?lang=ja_JP"))
	if found == nil {
		t.Fatal("there is no frame")
	}
	link, err := url.Parse(html.UnescapeString(found[1]))
	if err != nil {
		t.Fatal(err)
	}
	signed, _, _ := strings.Cut(link.RawQuery, "&hmac=")
	query := link.Query()
	if !strings.HasPrefix(link.String(), b.appURL+"/?") || query.Get("mall_id") != "demomall" || query.Get("lang") != "ja_JP" ||
		query.Get("hmac") != platform.SignLaunch("mock_client_secret", signed) {
		t.Errorf("the frame shows %s", link)
	}
}

func TestTheAdminStandsAtAnotherSiteThanTheApp(t *testing.T) {
	t.Parallel()
	b := setup(t, fixed())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.url+"/admin/demomall?x=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "localhost:8001"
	response, err := http.DefaultTransport.RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	_ = response.Body.Close()
	if to := response.Header.Get("Location"); to != "http://127.0.0.1:8001/admin/demomall?x=1" {
		t.Errorf("from localhost on to %q", to)
	}
}

func TestTheAdminShowsWhatTheAppHasSetUpAndRemovesIt(t *testing.T) {
	t.Parallel()
	b := setup(t, fixed())
	b.app.answer("/webhooks/cafe24", "{}")
	b.Platform().IssueToken("demomall")
	b.OpenShop("demomall", partner, []byte("void 0"))
	page := b.get(t, "/admin/demomall")
	for _, text := range []string{">installed<", partner, "has the app's script", "no payment gateway"} {
		if !strings.Contains(page, text) {
			t.Errorf("the page lacks %q", text)
		}
	}
	_, page = b.submit(t, "/admin/demomall/app/remove", nil)
	if !strings.Contains(page, "it was told") || strings.Contains(page, partner) || !strings.Contains(page, ">not installed<") {
		t.Errorf("after the removal: %s", page[strings.Index(page, "<main"):])
	}
	if told := b.app.last(t, "/webhooks/cafe24")["event_no"]; told != float64(platform.EventAppDeleted) {
		t.Errorf("the app was told %v", told)
	}
}

func TestOnlyAMallHasAnAdmin(t *testing.T) {
	t.Parallel()
	b := setup(t, mall.Config{})
	for _, path := range []string{"/admin?mall=No+Mall", "/admin/no-mall", "/admin/no-mall/app"} {
		if page := b.get(t, path); !strings.Contains(page, "There is no such mall") {
			t.Errorf("%s: %s", path, page)
		}
	}
	if page := b.get(t, "/admin?mall=islandgoods"); !strings.Contains(page, "Install the app") {
		t.Errorf("a mall that nobody has heard of: %s", page)
	}
	if page := b.get(t, "/admin"); !strings.Contains(page, `href="/admin/islandgoods"`) || !strings.Contains(page, `href="/admin/demomall"`) {
		t.Errorf("the malls: %s", page)
	}
}

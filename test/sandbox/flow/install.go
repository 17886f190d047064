package flow

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"paybridge/test/sandbox/mall/platform"
)

// Beside is what Begun is told by stories that concern no order.
const Beside = "beside"

// clientSecret is what Cafe24 signs the launch with.
const clientSecret = "mock_client_secret"

// guessable is the state of the public sample: the mall's name in base64.
const guessable = "eyJtYWxsX2lkIjoiZGVtb21hbGwifQ=="

func merchants() []Flow {
	return []Flow{
		{
			Name: "install", Title: "The merchant opens the app", Play: playInstall,
			Text: "A signed launch, the mall's consent page, a code that becomes a token, and a session. A forged return gets nothing.",
		},
		{
			Name: "settings", Title: "The merchant sets up payments", Play: playSettings,
			Text: "Wrong keys are refused, right keys are linked, the shop is switched on at the mall, and off again. What is half done is never shown as done.",
		},
	}
}

// merchant is the merchant's browser: it keeps cookies by itself, because they are for https only and the sandbox has none.
type merchant struct {
	client  *http.Client
	cookies map[string]string
}

func newMerchant() *merchant {
	stay := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &merchant{client: &http.Client{Timeout: patience, CheckRedirect: stay}, cookies: map[string]string{}}
}

// visit returns the status and where the browser is sent next.
func (m *merchant) visit(ctx context.Context, method, address string, form url.Values) (status int, next string, err error) {
	kind := ""
	if form != nil {
		kind = "application/x-www-form-urlencoded"
	}
	got, err := m.ask(ctx, method, address, form.Encode(), http.Header{"Content-Type": {kind}})
	return got.status, got.to, err
}

// seen is an answer, read to its end.
type seen struct {
	status int
	to     string // where the browser is sent
	text   []byte
}

// ask makes a request as the merchant's browser does.
func (m *merchant) ask(ctx context.Context, method, address, body string, header http.Header) (seen, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return seen{}, err
	}
	request.Header = header
	for name, value := range m.cookies {
		request.Header.Add("Cookie", name+"="+value)
	}
	response, err := m.client.Do(request)
	if err != nil {
		return seen{}, err
	}
	defer func() { _ = response.Body.Close() }()
	for _, cookie := range response.Cookies() {
		m.cookies[cookie.Name] = cookie.Value
	}
	text, err := io.ReadAll(response.Body)
	return seen{response.StatusCode, response.Header.Get("Location"), text}, err
}

// launch is the link with which the mall's admin opens the app.
func launch(appURL string, now time.Time) string {
	query := "is_multi_shop=T&lang=en_US&mall_id=" + shopMall + "&nation=PH&shop_no=1&timestamp=" + strconv.FormatInt(now.Unix(), 10) +
		"&user_id=" + shopMall + "&user_name=" + shopMall + "&user_type=P"
	return appURL + "/?" + query + "&hmac=" + url.QueryEscape(platform.SignLaunch(clientSecret, query))
}

func playInstall(ctx context.Context, w *World) error {
	if w.Begun != nil {
		w.Begun(Beside)
	}
	w.say("Somebody sends the merchant's browser a return with the state that the public sample uses.")
	browser := newMerchant()
	status, _, err := browser.visit(ctx, http.MethodGet, w.AppURL+"/auth/token?code=forged&state="+url.QueryEscape(guessable), nil)
	if err != nil || status != http.StatusForbidden {
		return errors.Join(err, fmt.Errorf("a forged return was answered with %d", status))
	}
	w.say("Refused. Now the merchant opens the app from the mall's admin; the launch is signed.")
	status, consent, err := browser.visit(ctx, http.MethodGet, launch(w.AppURL, time.Now()), nil)
	if err != nil || status != http.StatusSeeOther || !strings.Contains(consent, "/oauth/authorize?") {
		return errors.Join(err, fmt.Errorf("the launch was answered with %d, on to %q", status, consent))
	}
	w.say("The mall asks for consent, and the merchant agrees.")
	status, back, err := browser.visit(ctx, http.MethodPost, consent, url.Values{"decision": {"agree"}})
	if err != nil || status != http.StatusFound {
		return errors.Join(err, fmt.Errorf("the consent was answered with %d", status))
	}
	w.say("The app takes the code, gets its tokens, and lets the merchant in.")
	status, settings, err := browser.visit(ctx, http.MethodGet, back, nil)
	if err != nil || status != http.StatusSeeOther || !strings.Contains(settings, "/admin/display") {
		return errors.Join(err, fmt.Errorf("the code was answered with %d, on to %q", status, settings))
	}
	w.say("The same return again gets nothing: its state is used up.")
	status, _, err = browser.visit(ctx, http.MethodGet, back, nil)
	if err != nil || status != http.StatusForbidden {
		return errors.Join(err, fmt.Errorf("a used return was answered with %d", status))
	}
	return nil
}

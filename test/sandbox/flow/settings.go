package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"time"

	"paybridge/test/sandbox/company"
)

// proofInPage is how the app's own page carries what proves that a change was sent by it.
var proofInPage = regexp.MustCompile(`name="csrf_token" value="([^"]+)"`)

// shopkeeper is a merchant who is signed in.
type shopkeeper struct {
	*merchant

	appURL, proof string
}

// signsIn lets the merchant in and reads his settings.
func (w *World) signsIn(ctx context.Context) (*shopkeeper, error) {
	browser := newMerchant()
	_, consent, err := browser.visit(ctx, http.MethodGet, launch(w.AppURL, time.Now()), nil)
	if err != nil {
		return nil, err
	}
	_, back, err := browser.visit(ctx, http.MethodPost, consent, url.Values{"decision": {"agree"}})
	if err != nil {
		return nil, err
	}
	_, settings, err := browser.visit(ctx, http.MethodGet, back, nil)
	if err != nil {
		return nil, err
	}
	got, err := browser.ask(ctx, http.MethodGet, settings, "", http.Header{"Accept": {"text/html"}})
	if err != nil {
		return nil, err
	}
	found := proofInPage.FindSubmatch(got.text)
	if found == nil {
		return nil, fmt.Errorf("the settings were answered with %d, and carry no proof", got.status)
	}
	return &shopkeeper{browser, w.AppURL, string(found[1])}, nil
}

// changes sends a change and expects a status.
func (k *shopkeeper) changes(ctx context.Context, door string, expected int, what map[string]any) error {
	what["mall_id"] = shopMall
	body, err := json.Marshal(what)
	if err != nil {
		return err
	}
	got, err := k.ask(ctx, http.MethodPost, k.appURL+"/admin/"+door, string(body), http.Header{
		"Content-Type": {"application/json"}, "Accept": {"application/json"}, "X-Csrf-Token": {k.proof},
	})
	if err != nil || got.status == expected {
		return err
	}
	return fmt.Errorf("%s was answered with %d, want %d: %.200s", door, got.status, expected, got.text)
}

func playSettings(ctx context.Context, w *World) error {
	if w.Begun != nil {
		w.Begun(Beside)
	}
	quiet := *w // The orders are beside the point.
	quiet.Begun = nil
	w.say("The merchant opens the app and is let in.")
	keeper, err := w.signsIn(ctx)
	if err != nil {
		return err
	}
	shop := func(action string) error {
		return keeper.changes(ctx, "shop/toggle", http.StatusOK, map[string]any{"action": action, "shop_index": 0})
	}
	keys := func(secret string) map[string]any {
		return map[string]any{"public_key": company.DemoPublicKey, "secret_key": secret}
	}
	w.say("He mistypes the company's key. The company is asked before anything is stored, and it is refused.")
	if err := keeper.changes(ctx, "link", http.StatusUnauthorized, keys("mistyped-key")); err != nil {
		return err
	}
	w.say("He unlinks: the shop is switched off at the mall and here, and a checkout is refused.")
	if err := errors.Join(keeper.changes(ctx, "unlink", http.StatusOK, map[string]any{"confirm": "drain"}), quiet.isRefused(ctx)); err != nil {
		return err
	}
	w.say("He links the right keys and switches the shop on: the mall gets the payment method and the button's script.")
	if err := keeper.changes(ctx, "link", http.StatusOK, keys(company.DemoSecretKey)); err != nil {
		return err
	}
	if err := shop("enable"); err != nil {
		return err
	}
	w.say("Now the shop can be paid in.")
	if _, err := quiet.paidOrder(ctx, "barako-coffee"); err != nil {
		return err
	}
	w.say("Off and on again, each twice: it is done once.")
	return errors.Join(shop("disable"), shop("disable"), quiet.isRefused(ctx), shop("enable"), shop("enable"))
}

// isRefused orders something and expects that no payment begins.
func (w *World) isRefused(ctx context.Context) error {
	order, err := w.begins(ctx, "barako-coffee", asynchronous)
	if err == nil && order.AppAnswer == "" {
		err = errors.New("a payment began in a shop that is switched off")
	}
	return err
}

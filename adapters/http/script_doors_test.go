package httpapi_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	httpapi "paybridge/adapters/http"
	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/ports"
)

const (
	scriptPath = "/api/external-checkout/script"
	dataPath   = scriptPath + "/data"
	hmacPath   = scriptPath + "/hmac"
)

func TestTheButtonIsToldWhatItNeedsWhoeverAsks(t *testing.T) {
	t.Parallel()
	s := setup(t)
	a := s.send(http.MethodGet, dataPath+"?mall_id=demomall&shop_no=1&vs=2026.1", "", "Origin", "https://demomall.cafe24.com")
	const want = `{"mData":{"public_key":"demo-app-public-key","shop_name":"Tindahan","shop_currency":"PHP"},"bResult":true}`
	if a.status != http.StatusOK || a.body != want {
		t.Errorf("got %d %s", a.status, a.body)
	}
	if a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Access-Control-Allow-Credentials") != "" {
		t.Errorf("a page may read it like this: %v", a.header)
	}
	if len(s.buttons) != 1 || s.buttons[0] != (query.CheckoutButton{Mall: "demomall", Shop: 1}) {
		t.Errorf("asked %+v", s.buttons)
	}
}

func TestAReservationIsSignedAsItWasReceived(t *testing.T) {
	t.Parallel()
	s := setup(t)
	a := s.send(http.MethodGet, hmacPath+"?mall_id=demomall&request_time=1657003037&client_key=iSCr50CoPxDpsmTLgede0A&member_id=1234%40k", "")
	if a.status != http.StatusOK || a.body != `{"hmac_key":"c2lnbmF0dXJl"}` || a.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("got %d %s %v", a.status, a.body, a.header)
	}
	want := ports.Reservation{Mall: "demomall", Time: "1657003037", App: "iSCr50CoPxDpsmTLgede0A", Member: "1234@k"}
	if len(s.signed) != 1 || s.signed[0].Reservation != want {
		t.Errorf("signed %+v", s.signed)
	}
}

func TestAScriptInAPageIsRefusedInItsOwnShapeAndCanReadWhy(t *testing.T) {
	t.Parallel()
	unknown := fault.New(fault.NotFound, "no_button", "this shop has no payment button")
	s := setup(t, func(sc *scene) {
		sc.button = func(context.Context, query.CheckoutButton) (query.Button, error) { return query.Button{}, unknown }
		sc.sign = func(context.Context, query.SignReservation) (string, error) {
			return "", fault.New(fault.Forbidden, "foreign_app", "client_key: is not of this app")
		}
	})
	for target, want := range map[string]struct {
		status int
		text   string
	}{
		dataPath + "?mall_id=nobody&shop_no=1":                                         {404, "this shop has no payment button"},
		dataPath:                                                                       {400, "mall_id: is required"},
		dataPath + "?mall_id=demomall":                                                 {400, "shop_no: is required"},
		dataPath + "?mall_id=demomall&shop_no=0":                                       {400, "shop_no: must be a whole number from 1"},
		dataPath + "?mall_id=demomall&shop_no=1&shop_no=2":                             {400, "shop_no: comes twice"},
		dataPath + "?mall_id=Demo%20Mall&shop_no=1":                                    {400, "mall_id: must be 4 to 16 lower-case letters and digits, a letter first"},
		dataPath + "?mall_id=%zz":                                                      {400, "query: is not a well-formed form"},
		hmacPath + "?mall_id=demomall&request_time=1657003037&client_key=x":            {400, "member_id: is required"},
		hmacPath + "?mall_id=demomall&request_time=1657003037&client_key=x&member_id=": {400, "member_id: must not be empty"},
		hmacPath + "?mall_id=demomall&request_time=1&client_key=x&member_id=y":         {403, "client_key: is not of this app"},
	} {
		a := s.send(http.MethodGet, target, "")
		var got struct {
			Data   string `json:"mData"`
			Result bool   `json:"bResult"`
		}
		if err := json.Unmarshal([]byte(a.body), &got); err != nil || got.Result {
			t.Errorf("%s: %s", target, a.body)
		}
		if a.status != want.status || got.Data != want.text || a.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %d %q, want %d %q", target, a.status, got.Data, want.status, want.text)
		}
	}
}

func TestAnAddressThatAsksForTheButtonTooOftenWaits(t *testing.T) {
	t.Parallel()
	s := setup(t, func(sc *scene) { sc.Limits = httpapi.Limits{BuyerRate: 2} })
	question := url.Values{"mall_id": {"demomall"}, "shop_no": {"1"}}.Encode()
	for range 2 {
		s.send(http.MethodGet, dataPath+"?"+question, "")
	}
	if a := s.send(http.MethodGet, dataPath+"?"+question, ""); a.status != http.StatusTooManyRequests || a.header.Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("got %d %v", a.status, a.header)
	}
}

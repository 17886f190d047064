package flow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"time"
)

// What the button's script knows: the app's client id, and who is logged in at the shop.
const (
	clientID = "mock_client_id"
	member   = "mockbuyer"
	shopMall = "demomall"
)

// reserved is an order that the mall's front SDK has made of the cart.
type reserved struct {
	Rows         []map[string]any `json:"rows"`
	OrderID      string           `json:"order_id"`
	NotifyURL    string           `json:"return_noty_url"`
	ResponseTime int64            `json:"response_time"`
	HMAC         string           `json:"hmac"`
}

// opened is what the app gives to the company's browser script.
type opened struct {
	Data struct {
		Code      string `json:"reference_no"`
		Page      string `json:"redirect_uri"`
		Signature string `json:"signature"`
		PublicKey string `json:"public_key"`
	} `json:"mData"`
}

// playButton does what the browser's scripts do: those of the mall, of the app and of the company.
func playButton(ctx context.Context, w *World) error {
	held, err := w.reserves(ctx, "capiz-lamp")
	if err != nil {
		return err
	}
	w.say("Maria presses the button on a lamp's page; the mall reserves order %s.", held.OrderID)
	w.say("Her browser takes the reservation to the app, which makes an order at the company.")
	var page opened
	if err := w.post(ctx, w.AppURL+"/api/external-checkout/payload", w.payload(held), &page); err != nil {
		return err
	}
	w.say("She logs in at the company, chooses an address, and sees address and total on the app's review page.")
	review, _, err := w.submit(ctx, w.CompanyURL+"/checkout/"+page.Data.Code, url.Values{
		"public_key": {page.Data.PublicKey}, "signature": {page.Data.Signature}, "address": {"0"}, "preference": {"0"},
	})
	if err != nil {
		return err
	}
	w.say("She agrees and approves.")
	order := Order{ID: held.OrderID, PaymentURL: page.Data.Page}
	if err := w.agrees(ctx, review); err != nil {
		return err
	}
	if err := w.decides(ctx, order, "approve"); err != nil {
		return err
	}
	_, err = w.becomes(ctx, order, "the mall says paid", paid)
	return err
}

// reserves fills the cart and lets the mall make an order of it, with the app's signature.
func (w *World) reserves(ctx context.Context, product string) (held reserved, err error) {
	if _, _, err := w.submit(ctx, w.MallURL+"/login", url.Values{"in": {"1"}}); err != nil {
		return held, err
	}
	if _, _, err := w.submit(ctx, w.MallURL+"/cart", url.Values{"product": {product}, "quantity": {"1"}}); err != nil {
		return held, err
	}
	now := strconv.FormatInt(time.Now().Unix(), 10)
	asked := url.Values{"mall_id": {shopMall}, "request_time": {now}, "client_key": {clientID}, "member_id": {member}}
	var signed struct {
		Key string `json:"hmac_key"`
	}
	if err := w.call(ctx, "GET", w.AppURL+"/api/external-checkout/script/hmac?"+asked.Encode(), nil, &signed); err != nil {
		return held, err
	}
	_, text, err := w.submit(ctx, w.MallURL+"/exec/front/order/reserve/", url.Values{
		"mall_id": {shopMall}, "request_time": {now}, "app_key": {clientID}, "member_id": {member}, "hmac": {signed.Key},
	})
	if err != nil {
		return held, err
	}
	if err := json.Unmarshal(text, &held); err != nil {
		return held, fmt.Errorf("the reservation: %w", err)
	}
	if w.Begun != nil {
		w.Begun(held.OrderID)
	}
	return held, nil
}

// payload is the reservation under the names that the front SDK gives it.
func (w *World) payload(held reserved) map[string]any {
	renamed := map[string]string{
		"main_cate_no": "category_no", "custom_data": "additional_option_values", "item_code": "variant_code", "is_set_product": "product_bundle",
		"prd_detail_ship_type": "prefaid_shipping_fee", "ins_timestamp": "created_date", "opt_price": "option_price",
		"set_discount_price": "product_bundle_price", "opt_id": "option_id", "set_product_no": "product_bundle_no", "delvtype": "shipping_type",
		"basket_prd_no": "basket_product_no", "is_prd": "checked_products",
	}
	rows := make([]map[string]any, 0, len(held.Rows))
	for _, row := range held.Rows {
		out := map[string]any{}
		for name, value := range row {
			if other, given := renamed[name]; given {
				name = other
			}
			out[name] = value
		}
		rows = append(rows, out)
	}
	return map[string]any{
		"order": rows, "mall_id": shopMall, "store_id": "Tindahan", "member_id": member, "currency": "PHP", "order_id": held.OrderID,
		"return_notification_url": held.NotifyURL, "return_url_base": w.MallURL, "bGuest": 0, "response_time": held.ResponseTime, "hmac": held.HMAC,
	}
}

// agrees presses the button of the review page, whose address carries a token.
func (w *World) agrees(ctx context.Context, review string) error {
	parsed, err := url.Parse(review)
	if err != nil {
		return err
	}
	token := parsed.Query().Get("token")
	if token == "" {
		return errors.New("the review page has no token: " + review)
	}
	_, _, err = w.submit(ctx, w.AppURL+"/api/external-checkout/order/pay", url.Values{"token": {token}})
	return err
}

package cafe24

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

var _ ports.ShopPayments = (*API)(nil)

// gatewayRequest is the body of a payment gateway (protocol section 12.6). Everything that is not said
// stays as Cafe24 has it.
type gatewayRequest struct {
	ShopNo  int `json:"shop_no"`
	Request struct {
		Partner merchant.PartnerID `json:"partner_id"`
	} `json:"request"`
}

func (a *API) gatewayCall(mall merchant.MallID, method, rest string, body any) adminCall {
	return adminCall{mall: mall, scope: "mall.write_store", method: method, api: "paymentgateway", rest: rest, body: body, restricted: true}
}

func (a *API) gatewayPath() string { return "/" + url.PathEscape(a.config.ClientID) }

// Offer implements ports.ShopPayments. One gateway cannot be looked up and how Cafe24 words that it exists
// is not documented; so a create that is refused is a change, and only where nothing can be changed the
// refusal of the create counts.
func (a *API) Offer(ctx context.Context, mall merchant.MallID, shop int, partner merchant.PartnerID) error {
	ctx, cancel := context.WithTimeout(ctx, changeTimeout)
	defer cancel()
	body := gatewayRequest{ShopNo: shop}
	body.Request.Partner = partner
	_, refused := a.call(ctx, a.gatewayCall(mall, http.MethodPost, "", body))
	if !fault.Is(refused, fault.Declined) {
		return refused
	}
	_, err := a.call(ctx, a.gatewayCall(mall, http.MethodPut, a.gatewayPath(), body))
	if fault.Is(err, fault.NotFound) {
		return refused
	}
	return err
}

// Withdraw implements ports.ShopPayments.
func (a *API) Withdraw(ctx context.Context, mall merchant.MallID, shop int) error {
	ctx, cancel := context.WithTimeout(ctx, changeTimeout)
	defer cancel()
	_, err := a.call(ctx, a.gatewayCall(mall, http.MethodDelete, fmt.Sprintf("%s?shop_no=%d", a.gatewayPath(), shop), nil))
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

package demo

import (
	"context"
	"encoding/json"
	"net/url"

	"paybridge/adapters/gateway/transport"
	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/ports"
)

var _ ports.Reserver = (*Gateway)(nil)

// reserving is the body of POST /v1/orders for an order that is reviewed first, frozen like opening.
type reserving struct {
	Reference  string `json:"reference_no"`
	Amount     string `json:"amount"`
	Currency   string `json:"currency"`
	ReviewURL  string `json:"review_url"`
	WebhookURL string `json:"webhook_url,omitempty"`
}

// agreeing is the body of POST /v1/orders/{code}/pay, frozen like opening. The currency is for us: the
// company ignores what it does not know.
type agreeing struct {
	Reference        string `json:"reference_no"`
	PaymentReference string `json:"payment_reference_no,omitempty"`
	Amount           string `json:"amount"`
	Currency         string `json:"currency"`
	ReturnURL        string `json:"redirect_url"`
}

// reservedOrder is what the company's script in the mall's page starts with, as the company answered.
type reservedOrder struct {
	createdOrder

	Signature string `json:"signature"`
	PublicKey string `json:"public_key"`
}

// buttonData is what the button in the mall's page starts with: the order, and the company's browser SDK with the name that it
// goes by in a page.
type buttonData struct {
	reservedOrder

	SDK     string `json:"sdk_url"`
	SDKName string `json:"sdk_name"`
}

// sdkPath and sdkName are those of the company's browser SDK, which it serves where its pages are.
const (
	sdkPath = "/sdk/demo-pay.js"
	sdkName = "DemoPay"
)

type agreedOrder struct {
	PaymentReference string `json:"payment_reference_no"`
	Letter           string `json:"order_status"`
	Page             string `json:"redirect_url"`
}

// buyerView is the part of an order that is about the buyer.
type buyerView struct {
	Code             string `json:"reference_no"`
	PaymentReference string `json:"payment_reference_no"`
	Preference       string `json:"preference"`
	Address          struct {
		Name        string `json:"name"`
		Line1       string `json:"add_1"`
		Line2       string `json:"add_2"`
		Line3       string `json:"add_3"`
		District    string `json:"district"`
		City        string `json:"city"`
		State       string `json:"state"`
		PostalCode  string `json:"postal_code"`
		CountryCode string `json:"country_code"`
		Country     string `json:"country"`
		Phone       string `json:"phone_number"`
	} `json:"shipping_address"`
}

// PrepareReservation implements ports.Reserver.
func (g *Gateway) PrepareReservation(r ports.Reserving) ([]byte, error) {
	if err := acceptable(r.Amount, r.Reference); err != nil {
		return nil, err
	}
	if r.ReviewURL == "" {
		return nil, fault.InvalidField("review_url", "is required")
	}
	return encode(reserving{
		Reference: r.Reference, Amount: r.Amount.String(), Currency: string(r.Amount.Currency()), ReviewURL: r.ReviewURL, WebhookURL: r.WebhookURL,
	})
}

// Reserve implements ports.Reserver. As with Open, amount and reference are those of the prepared bytes.
func (g *Gateway) Reserve(ctx context.Context, k ports.Keys, key string, prepared []byte) (ports.ReserveAnswer, error) {
	var sent reserving
	if err := json.Unmarshal(prepared, &sent); err != nil {
		return ports.ReserveAnswer{}, brokenBytes(err)
	}
	amount, err := money.Parse(sent.Amount, money.Currency(sent.Currency))
	if err != nil {
		return ports.ReserveAnswer{}, brokenBytes(err)
	}
	asked := g.clock.Now()
	var got reservedOrder
	if err := g.client.do(ctx, k, post("reserve order", "v1/orders", key, prepared), &got); err != nil {
		return ports.ReserveAnswer{}, err
	}
	answer, err := got.answer(sent.Reference, amount, asked)
	if err != nil {
		return ports.ReserveAnswer{}, err
	}
	if got.Signature == "" || got.PublicKey == "" {
		return ports.ReserveAnswer{}, transport.Unreadable("the reserved order has no signature")
	}
	page, err := url.Parse(got.Page)
	if err != nil {
		return ports.ReserveAnswer{}, transport.Unreadable("the page of the reserved order has no address")
	}
	button, err := encode(buttonData{reservedOrder: got, SDK: page.ResolveReference(&url.URL{Path: sdkPath}).String(), SDKName: sdkName})
	return ports.ReserveAnswer{Answer: answer, Button: button}, err
}

// Buyer implements ports.Reserver.
func (g *Gateway) Buyer(ctx context.Context, k ports.Keys, code string) (ports.Buyer, error) {
	if !codeGrammar.MatchString(code) {
		return ports.Buyer{}, fault.New(fault.NotFound, "no_such_code", "the payment company has no codes of this form")
	}
	var got buyerView
	if err := g.client.do(ctx, k, get("get buyer", "v1/orders/"+code, nil), &got); err != nil {
		return ports.Buyer{}, err
	}
	if got.Code != code {
		return ports.Buyer{}, transport.Unreadable("the answer is about another order")
	}
	a := got.Address
	return ports.Buyer{
		Address: ports.Address{
			Name: plain(a.Name), Line1: plain(a.Line1), Line2: plain(a.Line2), Line3: plain(a.Line3), District: plain(a.District), City: plain(a.City),
			State: plain(a.State), PostalCode: plain(a.PostalCode), CountryCode: plain(a.CountryCode), Country: plain(a.Country), Phone: plain(a.Phone),
		},
		Preference: plain(got.Preference), PaymentReference: got.PaymentReference,
	}, nil
}

// PreparePay implements ports.Reserver.
func (g *Gateway) PreparePay(a ports.Agreement) ([]byte, error) {
	if err := acceptable(a.Amount, a.Reference); err != nil {
		return nil, err
	}
	return encode(agreeing{
		Reference: a.Reference, PaymentReference: a.PaymentReference, Amount: a.Amount.String(), Currency: string(a.Amount.Currency()), ReturnURL: a.ReturnURL,
	})
}

// Pay implements ports.Reserver. The state is pending, whatever the letter says, as with Open.
func (g *Gateway) Pay(ctx context.Context, k ports.Keys, key, code string, prepared []byte) (payment.Answer, error) {
	var sent agreeing
	if err := json.Unmarshal(prepared, &sent); err != nil || !codeGrammar.MatchString(code) {
		return payment.Answer{}, brokenBytes(err)
	}
	amount, err := money.Parse(sent.Amount, money.Currency(sent.Currency))
	if err != nil {
		return payment.Answer{}, brokenBytes(err)
	}
	asked := g.clock.Now()
	var got agreedOrder
	if err := g.client.do(ctx, k, post("pay order", "v1/orders/"+code+"/pay", key, prepared), &got); err != nil {
		return payment.Answer{}, err
	}
	if got.PaymentReference == "" {
		return payment.Answer{}, transport.Unreadable("the agreed order has no payment reference")
	}
	answer, err := createdOrder{Code: code, Page: got.Page, Letter: got.Letter}.answer(sent.Reference, amount, asked)
	answer.Confirmed = true
	return answer, err
}

func brokenBytes(err error) error {
	return fault.New(fault.Internal, "broken_request", "the prepared request cannot be read").Because(err)
}

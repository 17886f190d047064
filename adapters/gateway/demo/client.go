package demo

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode"

	"paybridge/adapters/gateway/transport"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// opening is the body of POST /v1/orders. Its fields and their order are frozen: prepared bytes are
// sent again for a day, and the company compares them.
type opening struct {
	Reference   string `json:"reference_no"`
	Amount      string `json:"amount"`
	Currency    string `json:"currency"`
	CallbackURL string `json:"callback_url"`
	WebhookURL  string `json:"webhook_url,omitempty"`
}

// refunding is the body of POST /v1/orders/{code}/refunds, frozen like opening.
type refunding struct {
	Reference  string `json:"reference_no"`
	OrderCode  string `json:"order_code"`
	Amount     string `json:"refund_amount"`
	Currency   string `json:"currency"`
	WebhookURL string `json:"webhook_url,omitempty"`
}

// closing is the body of POST /v1/orders/{code}/cancel, frozen like opening.
type closing struct {
	Reference string `json:"reference_no"`
}

// createdOrder is the answer to an opening; reference_no is the company's code here.
type createdOrder struct {
	Code   string `json:"reference_no"`
	Page   string `json:"redirect_uri"`
	Letter string `json:"order_status"`
}

type orderView struct {
	Code      string `json:"reference_no"`
	Reference string `json:"merchant_reference_no"`
	Letter    string `json:"order_status"`
	Page      string `json:"redirect_uri"`
	CreatedAt string `json:"created_at"`
	ExpiresAt string `json:"expires_at"`
	Amount    string `json:"amount"`
	Currency  string `json:"currency"`
	Paid      string `json:"paid_amount"`
	Refunded  string `json:"refunded_amount"`

	PaymentReference string `json:"payment_reference_no"` // of a reserved order: since its pay call
}

type refundView struct {
	Code      string `json:"refund_code"`
	OrderCode string `json:"order_code"`
	Reference string `json:"merchant_reference_no"` // absent in the answer to the call itself
	Letter    string `json:"refund_status"`
	Amount    string `json:"request_refund_amount"`
	Currency  string `json:"currency"`
	Message   string `json:"message"`
}

// client knows the company's addresses.
type client struct{ way *transport.Client }

func (c client) createOrder(ctx context.Context, k ports.Keys, key string, body []byte) (createdOrder, error) {
	var got createdOrder
	err := c.do(ctx, k, post("create order", "v1/orders", key, body), &got)
	return got, err
}

func (c client) order(ctx context.Context, k ports.Keys, code string) (orderView, error) {
	var got orderView
	err := c.do(ctx, k, get("get order", "v1/orders/"+code, nil), &got)
	return got, err
}

func (c client) orders(ctx context.Context, k ports.Keys, reference string) ([]orderView, error) {
	return c.list(ctx, k, "find orders", url.Values{"reference_no": {reference}})
}

func (c client) ordersSince(ctx context.Context, k ports.Keys, since time.Time) ([]orderView, error) {
	return c.list(ctx, k, "list orders", url.Values{"created_from": {since.UTC().Format(time.RFC3339)}})
}

func (c client) list(ctx context.Context, k ports.Keys, operation string, query url.Values) ([]orderView, error) {
	var got struct {
		Orders []orderView `json:"orders"`
	}
	err := c.do(ctx, k, get(operation, "v1/orders", query), &got)
	if err == nil && got.Orders == nil {
		err = transport.Unreadable("the list of orders is missing")
	}
	return got.Orders, err
}

func (c client) closeOrder(ctx context.Context, k ports.Keys, key, code string, body []byte) (orderView, error) {
	var got orderView
	err := c.do(ctx, k, post("close order", "v1/orders/"+code+"/cancel", key, body), &got)
	return got, err
}

func (c client) createRefund(ctx context.Context, k ports.Keys, key, code string, body []byte) (refundView, error) {
	var got refundView
	err := c.do(ctx, k, post("create refund", "v1/orders/"+code+"/refunds", key, body), &got)
	return got, err
}

func (c client) refund(ctx context.Context, k ports.Keys, code string) (refundView, error) {
	var got refundView
	err := c.do(ctx, k, get("get refund", "v1/refunds/"+code, nil), &got)
	return got, err
}

func (c client) refunds(ctx context.Context, k ports.Keys, reference string) ([]refundView, error) {
	var got struct {
		Refunds []refundView `json:"refunds"`
	}
	err := c.do(ctx, k, get("find refunds", "v1/refunds", url.Values{"reference_no": {reference}}), &got)
	if err == nil && got.Refunds == nil {
		err = transport.Unreadable("the list of refunds is missing")
	}
	return got.Refunds, err
}

func post(operation, path, key string, body []byte) transport.Request {
	header := http.Header{"Content-Type": {"application/json"}, "Idempotency-Key": {key}}
	return transport.Request{Operation: operation, Method: http.MethodPost, Path: path, Header: header, Body: body}
}

func get(operation, path string, query url.Values) transport.Request {
	return transport.Request{Operation: operation, Method: http.MethodGet, Path: path, Query: query, Header: http.Header{}}
}

// encode writes JSON whose bytes depend on the values alone, and URLs as they are.
func encode(body any) ([]byte, error) {
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(body); err != nil {
		return nil, fault.New(fault.Internal, "bad_company_request", "the request to the payment company cannot be written").Because(err)
	}
	return bytes.TrimSuffix(text.Bytes(), []byte("\n")), nil
}

// do sends the request with the merchant's keys and reads the answer.
func (c client) do(ctx context.Context, k ports.Keys, r transport.Request, into any) error {
	token := base64.StdEncoding.EncodeToString([]byte(k.Public + ":" + k.Secret.Reveal()))
	r.Header.Set("Authorization", "Basic "+token)
	answer, err := c.way.Do(ctx, r)
	if fault.Is(err, fault.Declined) {
		return explained(err, answer, token, k)
	}
	if err != nil {
		return err
	}
	var envelope struct {
		Code int `json:"code"`
	}
	if err := answer.Decode(&envelope); err != nil {
		return err
	}
	if envelope.Code != http.StatusOK {
		return transport.Unreadable("the answer's own code is no success")
	}
	return answer.Decode(into)
}

// explained adds the company's words to a refusal, for the log alone: they are what an operator asks
// for first. Words that hold a key are dropped.
func explained(err error, answer transport.Answer, token string, k ports.Keys) error {
	var problem struct {
		Message string `json:"message"`
	}
	if answer.Decode(&problem) != nil || problem.Message == "" {
		return err
	}
	for _, key := range []string{token, k.Public, k.Secret.Reveal()} {
		if key != "" && strings.Contains(problem.Message, key) {
			return err
		}
	}
	refused := fault.Of(err)
	return refused.Because(fmt.Errorf("%w; it says %q", errors.Unwrap(refused), plain(problem.Message)))
}

// plain makes the company's words fit for logs and tables: one line, printable, at most 200
// characters.
func plain(words string) string {
	words = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) && r != unicode.ReplacementChar {
			return r
		}
		return -1
	}, words)
	if runes := []rune(words); len(runes) > 200 {
		return string(runes[:200])
	}
	return words
}

// Package demo is the demo payment company.
//
// Its contract in short: JSON over HTTP with Basic authentication, money as decimal text, an
// Idempotency-Key on every POST that is remembered for a day with the bytes it came with, one letter
// for the state of an order. The files are the same for every company:
//
//   - gateway.go: the capabilities, from the words of ports to the words of the company;
//   - config.go: where it is and what it can do;
//   - client.go: its calls and the shapes on the wire;
//   - status.go: its letters and answers, from its words to ours;
//   - webhook.go: its letters by post, and their digest.
//
// Whatever arrives with a success and cannot be read completely, or speaks of something else than
// was asked for, is Indeterminate: the company did something, and nobody can say what.
//
// Beyond ports the gateway has CheckKeys, which tells whether the company takes a merchant's keys.
package demo

import (
	"context"
	"encoding/json"
	"regexp"
	"slices"
	"time"

	"paybridge/adapters/gateway/transport"
	"paybridge/domain/fault"
	"paybridge/domain/money"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// Gateway is the company. It is safe for use by many goroutines.
type Gateway struct {
	client    client
	clock     ports.Clock
	questions transport.Questions[question, []payment.Answer]
}

// question names what is asked and by whom, so that only equals share an answer.
type question struct {
	keys     ports.Keys
	by, text string
}

var (
	_ ports.Gateway      = (*Gateway)(nil)
	_ ports.Opener       = (*Gateway)(nil)
	_ ports.Inquirer     = (*Gateway)(nil)
	_ ports.Lister       = (*Gateway)(nil)
	_ ports.Closer       = (*Gateway)(nil)
	_ ports.Refunder     = (*Gateway)(nil)
	_ ports.LetterReader = (*Gateway)(nil)

	_ ports.RefundLetterReader = (*Gateway)(nil)
)

// New returns the company's gateway, or Invalid when the configuration cannot be meant. It calls
// nobody.
func New(config Config, clock ports.Clock) (*Gateway, error) {
	way, err := transport.New(config.transport())
	if err != nil {
		return nil, err
	}
	return &Gateway{client: client{way: way}, clock: clock}, nil
}

// Close drops the idle connections.
func (g *Gateway) Close() { g.client.way.Close() }

// Sheet implements ports.Gateway.
func (g *Gateway) Sheet() ports.Sheet { return sheet() }

// The texts that go into addresses and digests have a grammar: no slash, no dot segment, no colon.
var (
	codeGrammar      = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)
	referenceGrammar = regexp.MustCompile(`^[!-9;-~]{1,100}$`) // printable ASCII without colon and blank
)

// PrepareOpening implements ports.Opener.
func (g *Gateway) PrepareOpening(o ports.Opening) ([]byte, error) {
	if err := acceptable(o.Amount, o.Reference); err != nil {
		return nil, err
	}
	if o.CallbackURL == "" {
		return nil, fault.InvalidField("callback_url", "is required")
	}
	return encode(opening{
		Reference: o.Reference, Amount: o.Amount.String(), Currency: string(o.Amount.Currency()),
		CallbackURL: o.CallbackURL, WebhookURL: o.WebhookURL,
	})
}

// Open implements ports.Opener. The company's answer repeats neither amount nor reference: they are
// those of the prepared bytes, which it took as they are.
func (g *Gateway) Open(ctx context.Context, k ports.Keys, key string, prepared []byte) (payment.Answer, error) {
	var sent opening
	if err := json.Unmarshal(prepared, &sent); err != nil {
		return payment.Answer{}, fault.New(fault.Internal, "broken_opening", "the prepared request cannot be read").Because(err)
	}
	amount, err := money.Parse(sent.Amount, money.Currency(sent.Currency))
	if err != nil {
		return payment.Answer{}, fault.New(fault.Internal, "broken_opening", "the prepared request has no amount").Because(err)
	}
	asked := g.clock.Now()
	got, err := g.client.createOrder(ctx, k, key, prepared)
	if err != nil {
		return payment.Answer{}, err
	}
	return got.answer(sent.Reference, amount, asked)
}

// InquireByCode implements ports.Inquirer. A text that can be no code is NotFound without a call.
func (g *Gateway) InquireByCode(ctx context.Context, k ports.Keys, code string) (payment.Answer, error) {
	if !codeGrammar.MatchString(code) {
		return payment.Answer{}, fault.New(fault.NotFound, "no_such_code", "the payment company has no codes of this form")
	}
	answers, err := g.questions.Ask(ctx, question{k, "code", code}, func(ctx context.Context) ([]payment.Answer, error) {
		answer, err := g.askByCode(ctx, k, code)
		return []payment.Answer{answer}, err
	})
	if err != nil {
		return payment.Answer{}, err
	}
	return answers[0], nil
}

func (g *Gateway) askByCode(ctx context.Context, k ports.Keys, code string) (payment.Answer, error) {
	asked := g.clock.Now()
	got, err := g.client.order(ctx, k, code)
	if err != nil {
		return payment.Answer{}, err
	}
	if got.Code != code {
		return payment.Answer{}, transport.Unreadable("the answer is about another order")
	}
	return got.answer(asked)
}

// InquireByReference implements ports.Inquirer.
func (g *Gateway) InquireByReference(ctx context.Context, k ports.Keys, reference string) ([]payment.Answer, error) {
	answers, err := g.questions.Ask(ctx, question{k, "reference", reference}, func(ctx context.Context) ([]payment.Answer, error) {
		return g.askByReference(ctx, k, reference)
	})
	return slices.Clone(answers), err // Callers share the answer, but not the slice.
}

func (g *Gateway) askByReference(ctx context.Context, k ports.Keys, reference string) ([]payment.Answer, error) {
	asked := g.clock.Now()
	list, err := g.client.orders(ctx, k, reference)
	if err != nil {
		return nil, err
	}
	answers := make([]payment.Answer, len(list))
	for i, got := range list {
		if got.Reference != reference {
			return nil, transport.Unreadable("the list holds an order of another reference")
		}
		if answers[i], err = got.answer(asked); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// ListOrders implements ports.Lister.
func (g *Gateway) ListOrders(ctx context.Context, k ports.Keys, since time.Time) ([]payment.Answer, error) {
	asked := g.clock.Now()
	list, err := g.client.ordersSince(ctx, k, since)
	if err != nil {
		return nil, err
	}
	answers := make([]payment.Answer, len(list))
	for i, got := range list {
		if answers[i], err = got.answer(asked); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// CloseOrder implements ports.Closer.
func (g *Gateway) CloseOrder(ctx context.Context, k ports.Keys, key, code, reference string) (payment.Answer, error) {
	if !codeGrammar.MatchString(code) {
		return payment.Answer{}, fault.New(fault.NotFound, "no_such_code", "the payment company has no codes of this form")
	}
	body, err := encode(closing{Reference: reference})
	if err != nil {
		return payment.Answer{}, err
	}
	asked := g.clock.Now()
	got, err := g.client.closeOrder(ctx, k, key, code, body)
	if err != nil {
		return payment.Answer{}, err
	}
	if got.Code != code {
		return payment.Answer{}, transport.Unreadable("the answer is about another order")
	}
	return got.answer(asked)
}

// PrepareRefund implements ports.Refunder.
func (g *Gateway) PrepareRefund(o ports.RefundOrder) ([]byte, error) {
	if err := acceptable(o.Amount, o.Reference); err != nil {
		return nil, err
	}
	if !codeGrammar.MatchString(o.Code) {
		return nil, fault.InvalidField("order_code", "is no code of this company")
	}
	return encode(refunding{
		Reference: o.Reference, OrderCode: o.Code, Amount: o.Amount.String(),
		Currency: string(o.Amount.Currency()), WebhookURL: o.WebhookURL,
	})
}

// Refund implements ports.Refunder.
func (g *Gateway) Refund(ctx context.Context, k ports.Keys, key string, prepared []byte) (refund.Answer, error) {
	var sent refunding
	if err := json.Unmarshal(prepared, &sent); err != nil || !codeGrammar.MatchString(sent.OrderCode) {
		return refund.Answer{}, fault.New(fault.Internal, "broken_refund", "the prepared request cannot be read").Because(err)
	}
	asked := g.clock.Now()
	got, err := g.client.createRefund(ctx, k, key, sent.OrderCode, prepared)
	if err != nil {
		return refund.Answer{}, err
	}
	if got.OrderCode != sent.OrderCode {
		return refund.Answer{}, transport.Unreadable("the answer is about another order")
	}
	return got.answer(sent.Reference, asked)
}

// InquireRefund implements ports.Refunder. A text that can be no code is NotFound without a call.
func (g *Gateway) InquireRefund(ctx context.Context, k ports.Keys, code string) (refund.Answer, error) {
	if !codeGrammar.MatchString(code) {
		return refund.Answer{}, fault.New(fault.NotFound, "no_such_code", "the payment company has no codes of this form")
	}
	asked := g.clock.Now()
	got, err := g.client.refund(ctx, k, code)
	if err != nil {
		return refund.Answer{}, err
	}
	if got.Code != code {
		return refund.Answer{}, transport.Unreadable("the answer is about another refund")
	}
	return got.answer(got.Reference, asked)
}

// InquireRefunds implements ports.Refunder.
func (g *Gateway) InquireRefunds(ctx context.Context, k ports.Keys, reference string) ([]refund.Answer, error) {
	asked := g.clock.Now()
	list, err := g.client.refunds(ctx, k, reference)
	if err != nil {
		return nil, err
	}
	answers := make([]refund.Answer, len(list))
	for i, got := range list {
		if got.Reference != reference {
			return nil, transport.Unreadable("the list holds a refund of another reference")
		}
		if answers[i], err = got.answer(reference, asked); err != nil {
			return nil, err
		}
	}
	return answers, nil
}

// CheckKeys returns nil when the company takes the keys and Unauthenticated when it does not. It asks
// for an order that never exists; the company looks at the keys first.
func (g *Gateway) CheckKeys(ctx context.Context, k ports.Keys) error {
	_, err := g.client.order(ctx, k, "VALIDATION-ORDER")
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}

// acceptable checks what the company would refuse, or what would break a digest.
func acceptable(amount money.Money, reference string) error {
	switch {
	case !slices.Contains(sheet().Currencies, amount.Currency()):
		return fault.Newf(fault.Unsupported, "currency_not_offered", "the payment company does not take the currency %q", string(amount.Currency()))
	case !amount.IsPositive():
		return fault.InvalidField("amount", "must be greater than zero")
	case !referenceGrammar.MatchString(reference):
		return fault.InvalidField("reference_no", "must be 1 to 100 printable ASCII characters without colons and blanks")
	}
	return nil
}

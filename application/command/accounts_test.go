package command_test

import (
	"context"
	"testing"
	"time"

	"paybridge/adapters/memory"
	"paybridge/application/command"
	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// byAccount is a company that counts the orders of each account from one.
type byAccount struct{ accounts map[string]*memory.Company }

func (c byAccount) Sheet() ports.Sheet { return c.accounts["pk_demo"].Sheet() }

func (c byAccount) PrepareOpening(o ports.Opening) ([]byte, error) {
	return c.accounts["pk_demo"].PrepareOpening(o)
}

func (c byAccount) Open(ctx context.Context, k ports.Keys, key string, prepared []byte) (payment.Answer, error) {
	return c.accounts[k.Public].Open(ctx, k, key, prepared)
}

func (c byAccount) InquireByCode(ctx context.Context, k ports.Keys, code string) (payment.Answer, error) {
	return c.accounts[k.Public].InquireByCode(ctx, k, code)
}

func (c byAccount) InquireByReference(ctx context.Context, k ports.Keys, reference string) ([]payment.Answer, error) {
	return c.accounts[k.Public].InquireByReference(ctx, k, reference)
}

func TestOrderCodesOfTwoAccountsMayBeEqual(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	others := memory.NewCompany(w.clock)
	w.build(memory.Gateways{"memory": byAccount{map[string]*memory.Company{"pk_demo": w.company, "pk_other": others}}})
	w.link("pk_demo", "sk_demo")
	w.link("pk_other", "sk_other", func(m *command.MerchantImport) { m.Mall = "othermall" })
	w.open()

	others.Next(memory.OpenCall, memory.AnswerLost)
	w.refused(fault.Indeterminate, "in_doubt", func(in *command.CreateCheckout) { in.Request.Partner = "othermall:0:pk_other" })
	w.work(time.Minute)
	o, err := w.store.Orders().Get(t.Context(), ports.OrderQuery{Key: order.Key{Mall: "othermall", Shop: 1, Number: number}})
	w.must(err)
	same(w, "code", o.Last().Code, w.attempt(1).Code)
	same(w, "state", o.Last().State, payment.Pending)
}

func TestAnOrderOfAnotherMallOnTheSameAccountIsNeverAdopted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.build(memory.Gateways{"memory": confused{w.company}})
	w.link("pk_demo", "sk_demo")
	w.link("pk_demo", "sk_demo", func(m *command.MerchantImport) { m.Mall = "othermall" })
	w.open()
	w.company.Next(memory.OpenCall, memory.Vanishes)
	w.refused(fault.Indeterminate, "in_doubt", func(in *command.CreateCheckout) { in.Request.Partner = "othermall:0:pk_demo" })
	w.work(time.Hour)
	o, err := w.store.Orders().Get(t.Context(), ports.OrderQuery{Key: order.Key{Mall: "othermall", Shop: 1, Number: number}})
	w.must(err)
	same(w, "code", o.Last().Code, "")
	same(w, "state", o.Last().State, payment.Abandoned)
}

// confused is a company whose search ignores what stands after the order number.
type confused struct{ *memory.Company }

func (c confused) InquireByReference(ctx context.Context, k ports.Keys, _ string) ([]payment.Answer, error) {
	return c.Company.InquireByReference(ctx, k, string(number))
}

// onlyTakes is a company that cannot give money back.
type onlyTakes struct {
	ports.Gateway
	ports.Opener
	ports.Inquirer
	ports.LetterReader
}

func TestACompanyThatCannotRefundLeavesTheSurplusToAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.build(memory.Gateways{"memory": onlyTakes{w.company, w.company, w.company, w.company}})
	w.link("pk_demo", "sk_demo")
	w.paidTwice()
	w.work(24 * time.Hour)
	same(w, "dead", w.last(task.RefundSurplus).verdict.Dead, true)
	same(w, "notices", len(w.told()), 1)
	same(w, "refunds are offered to the mall", w.told()[0].FullRefund, false)
}

package task

import (
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// The company is told to close what nobody is to pay any more: a page that stays open there can still take
// a buyer's money.

// overtaken closes what pages reserved of an order that the mall signs a checkout for.
func overtaken(o order.Snapshot, by payment.Snapshot) []ports.Task {
	if by.Quote != payment.Firm {
		return nil
	}
	var tasks []ports.Task
	for _, p := range o.Payments {
		if p.Quote != payment.Firm && p.State != payment.Paid && !p.State.Closed() {
			tasks = append(tasks, closing(o, p))
		}
	}
	return tasks
}

// lapsed closes a reservation whose time is over.
func lapsed(e order.Event, o order.Snapshot, p payment.Snapshot) []ports.Task {
	if p.Quote == payment.Firm || e.To != payment.Expired.String() {
		return nil
	}
	return []ports.Task{closing(o, p)}
}

// rivals closes what else of an order could be paid, once one attempt is.
func rivals(o order.Snapshot, paid payment.Snapshot) []ports.Task {
	var tasks []ports.Task
	for _, p := range o.Payments {
		if p.ID != paid.ID && p.State != payment.Paid && !p.State.Closed() {
			tasks = append(tasks, closing(o, p))
		}
	}
	return tasks
}

func closing(o order.Snapshot, p payment.Snapshot) ports.Task {
	return ports.Task{Kind: ClosePayment, Key: "close:" + string(p.ID), Order: o.ID, Payment: p.ID, Peer: company(p.Account)}
}

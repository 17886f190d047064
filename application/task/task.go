// Package task says what has to be done because of what happened: one table from an order's events
// to the tasks that repositories store in the transaction of the event. A worker runs each task as
// the command of its kind; see package command.
package task

import (
	"net/url"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// The kinds of tasks; each is one command of package command.
const (
	AskPayment    ports.TaskKind = "ask_payment"
	NotifyPaid    ports.TaskKind = "notify_paid"
	NotifyUnpaid  ports.TaskKind = "notify_unpaid"
	RefundSurplus ports.TaskKind = "refund_surplus"
	ProjectStatus ports.TaskKind = "project_status"
)

// When tasks run first.
const (
	firstLook   = 10 * time.Second // a page was handed out: the webhook is usually faster
	doubtLook   = 2 * time.Second  // a call may have happened: the company needs a moment to list it
	unpaidDelay = time.Minute      // a soft decline told at once would cancel an order that is paid a minute later
)

// React is the table of what has to be done because of an event. Repositories call it inside the
// transaction that stores the event, so that no task is lost and none is made for nothing.
func React(e order.Event, o order.Snapshot) []ports.Task {
	p := attempt(o, e.Payment)
	switch e.Kind {
	case order.Opened:
		return []ports.Task{ask(o, p, firstLook)}
	case order.Doubted:
		return []ports.Task{ask(o, p, doubtLook)}
	case order.Raised:
		return outdated(e, o, p)
	case order.OrderPaid:
		return append(project(o), notice(o, p, NotifyPaid, paidDelay[o.Latest.Way]))
	case order.OutsideRefund, order.MallTold, order.RefundRaised:
		return project(o)
	case order.ClosedUnpaid:
		return []ports.Task{notice(o, p, NotifyUnpaid, unpaidDelay)}
	case order.RequestedPaid:
		return []ports.Task{nudge(notice(o, p, NotifyPaid, 0))}
	case order.SurplusFound:
		return []ports.Task{{Kind: RefundSurplus, Key: "surplus:" + string(p.ID), Order: o.ID, Payment: p.ID, Peer: company(p.Account)}}
	case order.RequestedAgain, order.PageHandedOut, order.AskedInVain, order.CodeLearned, order.PageRenewed,
		order.PutOnHold, order.MallRefused, order.RefundIntended, order.RefundContradicts:
	}
	return nil
}

// outdated hurries the notices that say unpaid, once an attempt is paid: the notice that says paid
// stands behind them, and they end by themselves when they see that they are no longer true.
func outdated(e order.Event, o order.Snapshot, p payment.Snapshot) []ports.Task {
	if e.To != payment.Paid.String() {
		return nil
	}
	var tasks []ports.Task
	for _, other := range o.Payments {
		if other.State.FinalUnpaid() {
			tasks = append(tasks, nudge(notice(o, other, NotifyUnpaid, 0)))
		}
	}
	if from, err := payment.ParseState(e.From); err == nil && from.FinalUnpaid() {
		tasks = append(tasks, nudge(notice(o, p, NotifyUnpaid, 0)))
	}
	return tasks
}

// paidDelay is how long the notice that says paid waits. A mall that asks for the status is told only
// when it did not: the buyer may have closed the tab, and then nobody asks.
var paidDelay = map[order.Way]time.Duration{order.Async: 0, order.Sync: 2 * time.Minute}

// project writes the read model of status questions again, where there can be any.
func project(o order.Snapshot) []ports.Task {
	if o.Latest.Way != order.Sync {
		return nil
	}
	return []ports.Task{{Kind: ProjectStatus, Key: "project:" + string(o.ID), Order: o.ID, Peer: "view"}}
}

// nudge makes a task one that only hurries what waits already.
func nudge(t ports.Task) ports.Task {
	t.Nudge = true
	return t
}

// AskKey names the asking task of an attempt, for doors that wake it.
func AskKey(id payment.ID) string { return "ask:" + string(id) }

func ask(o order.Snapshot, p payment.Snapshot, delay time.Duration) ports.Task {
	return ports.Task{Kind: AskPayment, Key: AskKey(p.ID), Order: o.ID, Payment: p.ID, Peer: company(p.Account), Delay: delay}
}

func notice(o order.Snapshot, p payment.Snapshot, kind ports.TaskKind, delay time.Duration) ports.Task {
	return ports.Task{
		Kind: kind, Key: string(kind) + ":" + string(p.ID), Order: o.ID, Payment: p.ID,
		Stream: "notice:" + string(o.ID), Peer: mall(o.Latest.NotifyURL), Delay: delay,
	}
}

func attempt(o order.Snapshot, id payment.ID) payment.Snapshot {
	for _, p := range o.Payments {
		if p.ID == id {
			return p
		}
	}
	return payment.Snapshot{}
}

func company(a merchant.Account) string { return "company:" + a.Gateway + ":" + a.Fingerprint }

func mall(notifyURL string) string {
	if u, err := url.Parse(notifyURL); err == nil {
		return "mall:" + u.Host
	}
	return "mall:"
}

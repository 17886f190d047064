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
	"paybridge/domain/refund"
	"paybridge/ports"
)

// The kinds of tasks; each is one command of package command.
const (
	AskPayment   ports.TaskKind = "ask_payment"
	NotifyPaid   ports.TaskKind = "notify_paid"
	NotifyUnpaid ports.TaskKind = "notify_unpaid"
	AskRefund    ports.TaskKind = "ask_refund"

	NotifyRefunded     ports.TaskKind = "notify_refunded"
	NotifyRefundFailed ports.TaskKind = "notify_refund_failed"

	ClosePayment  ports.TaskKind = "close_payment"
	RefundSurplus ports.TaskKind = "refund_surplus"
	ProjectStatus ports.TaskKind = "project_status"
)

// When tasks run first.
const (
	firstLook   = 10 * time.Second // a page was handed out: the webhook is usually faster
	doubtLook   = 2 * time.Second  // a call may have happened: the company needs a moment to list it
	unpaidDelay = time.Minute      // a soft decline told at once would cancel an order that is paid a minute later
	answerDelay = 15 * time.Second // the mall is about to be answered: an answer that arrives takes the notice back
)

// React is the table of what has to be done because of an event. Repositories call it inside the
// transaction that stores the event, so that no task is lost and none is made for nothing.
func React(e order.Event, o order.Snapshot) []ports.Task {
	p := attempt(o, e.Payment)
	switch e.Kind {
	case order.Opened:
		return append([]ports.Task{ask(o, p, firstLook)}, overtaken(o, p)...)
	case order.PayTaken:
		return []ports.Task{ask(o, p, firstLook)}
	case order.Doubted:
		return []ports.Task{ask(o, p, doubtLook)}
	case order.Raised:
		return append(outdated(e, o, p), lapsed(e, o, p)...)
	case order.OrderPaid:
		return append(append(project(o), notice(o, p, NotifyPaid, paidDelay[o.Latest.Way])), rivals(o, p)...)
	case order.OutsideRefund:
		return project(o)
	case order.MallTold:
		return append(project(o), known(e, o, p)...)
	case order.RefundIntended:
		return asked(o, p, refundOf(o, e.Refund), ports.Doubtful, firstLook)
	case order.RefundRaised:
		return append(project(o), refundRaised(e, o, p)...)
	case order.RefundRequestedAgain:
		return refundWanted(e, o)
	case order.ClosedUnpaid:
		return unpaid(o, p)
	case order.RequestedPaid:
		return []ports.Task{nudge(notice(o, p, NotifyPaid, 0))}
	case order.SurplusFound:
		return []ports.Task{{Kind: RefundSurplus, Key: "surplus:" + string(p.ID), Order: o.ID, Payment: p.ID, Peer: company(p.Account), Urgency: ports.Doubtful}}
	case order.RequestedAgain, order.PageHandedOut, order.AskedInVain, order.CodeLearned, order.PageRenewed, order.Confirmed,
		order.PutOnHold, order.MallRefused, order.MallCancelled, order.DisputeChanged, order.Resolved,
		order.AmountFixed, order.PayRefused,
		order.RefundContradicts, order.RefundAskedInVain, order.RefundRepeated, order.RefundUnproven,
		order.RefundTold, order.RefundNoticeRefused:
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

// unpaid tells the mall how the newest attempt ended, once p has ended as well. While the newest is open there is
// nothing to tell: a notice would stand before the one that says paid, and its own end makes another.
func unpaid(o order.Snapshot, p payment.Snapshot) []ports.Task {
	last := newest(o, p)
	if !last.State.FinalUnpaid() {
		return nil
	}
	return []ports.Task{notice(o, last, NotifyUnpaid, unpaidDelay)}
}

// known hurries the notice that says paid, once the mall showed by another way that it knows: it ends by itself
// when it sees that. A notice that was confirmed is ending already.
func known(e order.Event, o order.Snapshot, p payment.Snapshot) []ports.Task {
	if e.Door == order.NotificationDoor {
		return nil
	}
	return []ports.Task{nudge(notice(o, p, NotifyPaid, 0))}
}

// paidDelay is how long the notice that says paid waits. A mall that asks for the status is told only
// when it did not: the buyer may have closed the tab, and then nobody asks.
var paidDelay = map[order.Way]time.Duration{order.Async: 0, order.Sync: 2 * time.Minute, order.External: 0}

// project writes the read model of status questions again, where there can be any.
func project(o order.Snapshot) []ports.Task {
	if o.Latest.Way != order.Sync {
		return nil
	}
	return []ports.Task{{Kind: ProjectStatus, Key: "project:" + string(o.ID), Order: o.ID, Peer: "view"}}
}

// refundRaised asks about a refund until it ended, and then tells the mall that asked for it.
func refundRaised(e order.Event, o order.Snapshot, p payment.Snapshot) []ports.Task {
	f := refundOf(o, e.Refund)
	switch e.To {
	case refund.Sent.String():
		return asked(o, p, f, ports.Doubtful, doubtLook)
	case refund.Pending.String():
		return asked(o, p, f, ports.Moving, firstLook)
	case refund.Refunded.String():
		return refundNotice(e, o, f, NotifyRefunded)
	case refund.Rejected.String(), refund.NotExecuted.String():
		return refundNotice(e, o, f, NotifyRefundFailed)
	}
	return nil
}

// asked is the asking task of a refund that a mall wants. Surpluses have a task of their own.
func asked(o order.Snapshot, p payment.Snapshot, f refund.Snapshot, u ports.Urgency, delay time.Duration) []ports.Task {
	if f.Reason != refund.MallReason {
		return nil
	}
	return []ports.Task{{
		Kind: AskRefund, Key: AskRefundKey(f.ID), Order: o.ID, Payment: p.ID, Refund: f.ID, Peer: company(p.Account), Urgency: u, Delay: delay,
	}}
}

// refundNotice tells how a refund ended. Where the mall's own request is about to be answered with the
// same, the notice waits, and the answer takes it back.
func refundNotice(e order.Event, o order.Snapshot, f refund.Snapshot, kind ports.TaskKind) []ports.Task {
	if f.Reason != refund.MallReason {
		return nil
	}
	t := ports.Task{
		Kind: kind, Key: RefundNoticeKey(kind, f.ID), Order: o.ID, Payment: f.Payment, Refund: f.ID,
		Stream: "notice:" + string(o.ID), Peer: mall(f.Request.NotifyURL),
	}
	if e.Door == order.CancelDoor && (f.Request.Sync || kind == NotifyRefundFailed) {
		t.Delay = answerDelay
	}
	return []ports.Task{t}
}

// refundWanted tells a mall of a refund that is done, when it was answered until now and waits for a notice from here on: the
// answer says only that the request was accepted.
func refundWanted(e order.Event, o order.Snapshot) []ports.Task {
	f := refundOf(o, e.Refund)
	if e.To != order.AwaitsNotice || f.State != refund.Refunded {
		return nil
	}
	return refundNotice(e, o, f, NotifyRefunded)
}

// AskRefundKey names the asking task of a refund, for doors that wake it.
func AskRefundKey(id refund.ID) string { return "refund:" + string(id) }

// RefundNoticeKey names the task that tells a mall how a refund ended.
func RefundNoticeKey(kind ports.TaskKind, id refund.ID) string {
	return string(kind) + ":" + string(id)
}

// nudge makes a task one that only hurries what is there already.
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

// newest is the attempt whose end the mall is told: the last one that was not only reserved. When p ends that was
// opened before it, its end may have waited.
func newest(o order.Snapshot, p payment.Snapshot) payment.Snapshot {
	for _, other := range o.Payments {
		if other.Quote != payment.Provisional && other.Number > p.Number {
			p = other
		}
	}
	return p
}

func attempt(o order.Snapshot, id payment.ID) payment.Snapshot {
	for _, p := range o.Payments {
		if p.ID == id {
			return p
		}
	}
	return payment.Snapshot{}
}

func refundOf(o order.Snapshot, id refund.ID) refund.Snapshot {
	for _, f := range o.Refunds {
		if f.ID == id {
			return f
		}
	}
	return refund.Snapshot{}
}

func company(a merchant.Account) string { return "company:" + a.Gateway + ":" + a.Fingerprint }

func mall(notifyURL string) string {
	if u, err := url.Parse(notifyURL); err == nil {
		return "mall:" + u.Host
	}
	return "mall:"
}

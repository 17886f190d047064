package task_test

import (
	"reflect"
	"slices"
	"testing"
	"time"

	"paybridge/application/task"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// twoAttempts is an order whose first attempt is in one state and whose second is in another.
func twoAttempts(one, two payment.State) order.Snapshot {
	account := merchant.Account{Gateway: "demo", Fingerprint: "account", Version: 1}
	return order.Snapshot{
		ID: "o-1", Latest: order.Request{NotifyURL: "https://demomall.cafe24.com/Pay/Recv/noty"},
		Payments: []payment.Snapshot{{ID: "p-1", Number: 1, State: one, Account: account}, {ID: "p-2", Number: 2, State: two, Account: account}},
	}
}

func ask(id payment.ID, delay time.Duration) ports.Task {
	return ports.Task{Kind: task.AskPayment, Key: "ask:" + string(id), Order: "o-1", Payment: id, Peer: "company:demo:account", Delay: delay}
}

func notice(kind ports.TaskKind, id payment.ID, delay time.Duration) ports.Task {
	return ports.Task{
		Kind: kind, Key: string(kind) + ":" + string(id), Order: "o-1", Payment: id,
		Stream: "notice:o-1", Peer: "mall:demomall.cafe24.com", Delay: delay,
	}
}

func nudge(t ports.Task) ports.Task {
	t.Nudge = true
	return t
}

func TestEveryEventHasItsTasks(t *testing.T) {
	t.Parallel()
	surplus := ports.Task{Kind: task.RefundSurplus, Key: "surplus:p-2", Order: "o-1", Payment: "p-2", Peer: "company:demo:account", Urgency: ports.Doubtful}
	want := map[string]ports.Task{ // by the name of the event; every other one has none
		"opened":         ask("p-2", 10*time.Second),
		"pay_taken":      ask("p-2", 10*time.Second),
		"doubted":        ask("p-2", 2*time.Second),
		"order_paid":     notice(task.NotifyPaid, "p-2", 0),
		"requested_paid": nudge(notice(task.NotifyPaid, "p-2", 0)),
		"mall_told":      nudge(notice(task.NotifyPaid, "p-2", 0)),
		"surplus_found":  surplus,
	}
	for kind := order.Opened; kind.String() != ""; kind++ {
		got := task.React(order.Event{Kind: kind, Payment: "p-2"}, twoAttempts(payment.Refused, payment.Pending))
		expected, some := want[kind.String()]
		if some != (len(got) == 1) || (some && got[0] != expected) || len(got) > 1 {
			t.Errorf("%s:\n got %+v\nwant %+v", kind, got, expected)
		}
	}
}

func TestAnEndWithoutMoneyIsToldAMinuteLater(t *testing.T) {
	t.Parallel()
	e, o := order.Event{Kind: order.ClosedUnpaid, Payment: "p-2"}, twoAttempts(payment.Refused, payment.Failed)
	if got := task.React(e, o); !reflect.DeepEqual(got, []ports.Task{notice(task.NotifyUnpaid, "p-2", time.Minute)}) {
		t.Errorf("got %+v", got)
	}
}

func TestTheEndOfAnOlderAttemptIsNothingToTellWhileTheNewestIsOpen(t *testing.T) {
	t.Parallel()
	for _, newest := range []payment.State{payment.Pending, payment.Paid} { // a notice would stand before the one that says paid
		if got := task.React(order.Event{Kind: order.ClosedUnpaid, Payment: "p-1"}, twoAttempts(payment.Cancelled, newest)); len(got) != 0 {
			t.Errorf("newest is %v: got %+v", newest, got)
		}
	}
}

func TestTheEndOfAnOlderAttemptLetsTheNewestBeTold(t *testing.T) {
	t.Parallel()
	e, o := order.Event{Kind: order.ClosedUnpaid, Payment: "p-1"}, twoAttempts(payment.Expired, payment.Failed)
	if got := task.React(e, o); !reflect.DeepEqual(got, []ports.Task{notice(task.NotifyUnpaid, "p-2", time.Minute)}) {
		t.Errorf("got %+v", got)
	}
	o.Payments[1].Quote = payment.Provisional
	if got := task.React(e, o); !reflect.DeepEqual(got, []ports.Task{notice(task.NotifyUnpaid, "p-1", time.Minute)}) {
		t.Errorf("beside what is only reserved: got %+v", got)
	}
}

func TestANoticeThatTheMallConfirmedIsNotRunAgain(t *testing.T) {
	t.Parallel()
	confirmed := order.Event{Kind: order.MallTold, Payment: "p-2", Door: order.NotificationDoor}
	if got := task.React(confirmed, twoAttempts(payment.Refused, payment.Paid)); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestAPaidAttemptHurriesTheNoticesThatSayUnpaid(t *testing.T) {
	t.Parallel()
	first, second := nudge(notice(task.NotifyUnpaid, "p-1", 0)), nudge(notice(task.NotifyUnpaid, "p-2", 0))
	for name, c := range map[string]struct {
		first payment.State // state of the other attempt
		from  payment.State // what the paid one was before
		to    payment.State
		want  []ports.Task
	}{
		"nothing was told":              {payment.Abandoned, payment.Pending, payment.Paid, nil},
		"the other attempt had failed":  {payment.Failed, payment.Pending, payment.Paid, []ports.Task{first}},
		"it had itself been cancelled":  {payment.Refused, payment.Cancelled, payment.Paid, []ports.Task{second}},
		"both had come to an end":       {payment.Expired, payment.Failed, payment.Paid, []ports.Task{first, second}},
		"it is not paid but authorized": {payment.Failed, payment.Pending, payment.Authorized, nil},
	} {
		e := order.Event{Kind: order.Raised, Payment: "p-2", From: c.from.String(), To: c.to.String()}
		if got := task.React(e, twoAttempts(c.first, c.to)); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
	}
}

func TestTheKeyOfAQuestionIsTheOneThatDoorsWake(t *testing.T) {
	t.Parallel()
	tasks := task.React(order.Event{Kind: order.Opened, Payment: "p-1"}, twoAttempts(payment.Requested, payment.Requested))
	if len(tasks) != 1 || tasks[0].Key != task.AskKey("p-1") {
		t.Errorf("got %+v, doors wake %s", tasks, task.AskKey("p-1"))
	}
}

// refundEvent is an event of a refund of the mall's, which is in that state afterwards.
func refundEvent(kind order.EventKind, to refund.State, door order.Door, sync bool) (order.Event, order.Snapshot) {
	o := twoAttempts(payment.Paid, payment.Refused)
	o.Refunds = []refund.Snapshot{{
		ID: "r-1", Payment: "p-1", Reason: refund.MallReason, State: to,
		Request: refund.Request{Sync: sync, NotifyURL: "https://shop.example/Pay/Recv/cancel"},
	}}
	return order.Event{Kind: kind, Payment: "p-1", Refund: "r-1", Door: door, To: to.String()}, o
}

func askRefund(u ports.Urgency, delay time.Duration) ports.Task {
	return ports.Task{Kind: task.AskRefund, Key: "refund:r-1", Order: "o-1", Payment: "p-1", Refund: "r-1", Peer: "company:demo:account", Urgency: u, Delay: delay}
}

func refundNotice(kind ports.TaskKind, delay time.Duration) ports.Task {
	return ports.Task{
		Kind: kind, Key: string(kind) + ":r-1", Order: "o-1", Payment: "p-1", Refund: "r-1", Stream: "notice:o-1", Peer: "mall:shop.example", Delay: delay,
	}
}

func TestARefundIsAskedAboutUntilItEndedAndThenTold(t *testing.T) {
	t.Parallel()
	const answer = 15 * time.Second // the mall's own request is about to be answered
	for name, c := range map[string]struct {
		kind order.EventKind
		to   refund.State
		door order.Door
		sync bool
		want ports.Task
	}{
		"it was stored":                           {order.RefundIntended, refund.Intended, order.CancelDoor, true, askRefund(ports.Doubtful, 10*time.Second)},
		"its answer was lost":                     {order.RefundRaised, refund.Sent, order.CancelDoor, true, askRefund(ports.Doubtful, 2*time.Second)},
		"the company works on it":                 {order.RefundRaised, refund.Pending, order.CancelDoor, false, askRefund(ports.Moving, 10*time.Second)},
		"done while the mall waits for it":        {order.RefundRaised, refund.Refunded, order.CancelDoor, true, refundNotice(task.NotifyRefunded, answer)},
		"done at once, but the mall is told":      {order.RefundRaised, refund.Refunded, order.CancelDoor, false, refundNotice(task.NotifyRefunded, 0)},
		"done later, by a question":               {order.RefundRaised, refund.Refunded, order.ReconcilerDoor, true, refundNotice(task.NotifyRefunded, 0)},
		"rejected while the mall waits for it":    {order.RefundRaised, refund.Rejected, order.CancelDoor, true, refundNotice(task.NotifyRefundFailed, answer)},
		"rejected before it was accepted":         {order.RefundRaised, refund.Rejected, order.CancelDoor, false, refundNotice(task.NotifyRefundFailed, answer)},
		"rejected after it was accepted":          {order.RefundRaised, refund.Rejected, order.WebhookDoor, false, refundNotice(task.NotifyRefundFailed, 0)},
		"released, because it never was anything": {order.RefundRaised, refund.NotExecuted, order.ReconcilerDoor, true, refundNotice(task.NotifyRefundFailed, 0)},
	} {
		e, o := refundEvent(c.kind, c.to, c.door, c.sync)
		if got := task.React(e, o); len(got) != 1 || got[0] != c.want {
			t.Errorf("%s:\n got %+v\nwant %+v", name, got, c.want)
		}
	}
}

func TestARefundThatIsDoneIsToldWhereTheMallWaitedForTheAnswerAndWaitsForANoticeNow(t *testing.T) {
	t.Parallel()
	for _, state := range []refund.State{
		refund.Intended, refund.Sent, refund.Pending, refund.NotExecuted, refund.Rejected, refund.Refunded, refund.Reversed,
	} {
		for _, awaits := range []string{"", order.AwaitsAnswer, order.AwaitsNotice} {
			e, o := refundEvent(order.RefundRequestedAgain, state, order.CancelDoor, awaits == order.AwaitsAnswer)
			e.To = awaits
			var want []ports.Task
			if state == refund.Refunded && awaits == order.AwaitsNotice {
				want = []ports.Task{refundNotice(task.NotifyRefunded, 0)}
			}
			if got := task.React(e, o); !reflect.DeepEqual(got, want) {
				t.Errorf("%s, the mall now waits for %q:\n got %+v\nwant %+v", state, awaits, got, want)
			}
		}
	}
}

func TestARefundThatTheBankSentBackIsToldByAPerson(t *testing.T) {
	t.Parallel()
	if got := task.React(refundEvent(order.RefundRaised, refund.Reversed, order.WebhookDoor, false)); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestASurplusIsAskedAboutByItsOwnTaskAndToldToNobody(t *testing.T) {
	t.Parallel()
	for _, to := range []refund.State{refund.Intended, refund.Sent, refund.Pending, refund.Refunded, refund.Rejected} {
		kind := order.RefundRaised
		if to == refund.Intended {
			kind = order.RefundIntended
		}
		e, o := refundEvent(kind, to, order.ReconcilerDoor, false)
		o.Refunds[0].Reason = refund.SurplusReason
		if got := task.React(e, o); len(got) != 0 {
			t.Errorf("%s: %+v", to, got)
		}
	}
}

func TestWhatNobodyIsToPayAnyMoreIsClosedAtTheCompany(t *testing.T) {
	t.Parallel()
	closing := ports.Task{Kind: task.ClosePayment, Key: "close:p-1", Order: "o-1", Payment: "p-1", Peer: "company:demo:account"}
	opened, paid := order.Event{Kind: order.Opened, Payment: "p-2"}, order.Event{Kind: order.OrderPaid, Payment: "p-2"}
	lapsed := order.Event{Kind: order.Raised, Payment: "p-1", To: payment.Expired.String()}
	for name, c := range map[string]struct {
		event      order.Event
		one, two   payment.Quote // of the attempts
		first      payment.State
		wantClosed bool
	}{
		"the mall signs a checkout for what was reserved": {opened, payment.Provisional, payment.Firm, payment.Pending, true},
		"or agreed to":                          {opened, payment.Reviewed, payment.Firm, payment.Pending, true},
		"or is in doubt at the company":         {opened, payment.Provisional, payment.Firm, payment.Requested, true},
		"not what is over":                      {opened, payment.Reviewed, payment.Firm, payment.Cancelled, false},
		"a reservation beside another":          {opened, payment.Provisional, payment.Provisional, payment.Pending, false},
		"a signed checkout after another":       {opened, payment.Firm, payment.Firm, payment.Failed, false},
		"another attempt is paid":               {paid, payment.Reviewed, payment.Firm, payment.Pending, true},
		"a reservation is, and another waits":   {paid, payment.Provisional, payment.Reviewed, payment.Pending, true},
		"a surplus is given back, not closed":   {paid, payment.Firm, payment.Firm, payment.Paid, false},
		"the time of a reservation is over":     {lapsed, payment.Provisional, payment.Provisional, payment.Expired, true},
		"the company's page of a checkout ends": {lapsed, payment.Firm, payment.Provisional, payment.Expired, false},
	} {
		o := twoAttempts(c.first, payment.Pending)
		o.Payments[0].Quote, o.Payments[1].Quote = c.one, c.two
		if got := slices.Contains(task.React(c.event, o), closing); got != c.wantClosed {
			t.Errorf("%s: closed %v", name, got)
		}
	}
}

package task_test

import (
	"reflect"
	"testing"
	"time"

	"paybridge/application/task"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// twoAttempts is an order whose first attempt is in one state and whose second is in another.
func twoAttempts(one, two payment.State) order.Snapshot {
	account := merchant.Account{Gateway: "demo", Fingerprint: "account", Version: 1}
	return order.Snapshot{
		ID: "o-1", Latest: order.Request{NotifyURL: "https://demomall.cafe24.com/Pay/Recv/noty"},
		Payments: []payment.Snapshot{{ID: "p-1", State: one, Account: account}, {ID: "p-2", State: two, Account: account}},
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
	surplus := ports.Task{Kind: task.RefundSurplus, Key: "surplus:p-2", Order: "o-1", Payment: "p-2", Peer: "company:demo:account"}
	want := map[string]ports.Task{ // by the name of the event; every other one has none
		"opened":         ask("p-2", 10*time.Second),
		"doubted":        ask("p-2", 2*time.Second),
		"order_paid":     notice(task.NotifyPaid, "p-2", 0),
		"closed_unpaid":  notice(task.NotifyUnpaid, "p-2", time.Minute),
		"requested_paid": nudge(notice(task.NotifyPaid, "p-2", 0)),
		"surplus_found":  surplus,
	}
	for kind := order.Opened; kind.String() != ""; kind++ {
		got := task.React(order.Event{Kind: kind, Payment: "p-2"}, twoAttempts(payment.Pending, payment.Pending))
		expected, some := want[kind.String()]
		if some != (len(got) == 1) || (some && got[0] != expected) || len(got) > 1 {
			t.Errorf("%s:\n got %+v\nwant %+v", kind, got, expected)
		}
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

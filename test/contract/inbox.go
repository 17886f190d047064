package contract

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// Inbox is the suite of ports.Inbox: letters are stored before they are answered, equal ones once,
// and those that nobody can place yet are parked within bounds.
func Inbox(t *testing.T, open OpenStorage) {
	t.Helper()
	run(t, open, []clause{
		{"a letter about a known payment makes its asking job due now", letterWakes},
		{"an empty wake only stores", letterOnlyStored},
		{"a letter about an unknown payment is parked", letterParked},
		{"equal letters are one row", letterRepeated},
		{"many equal letters at once are one row", letterRepeatedAtOnce},
		{"letters that differ in anything but their time are kept apart", letterDiffers},
		{"more letters than fit are refused, repetitions of parked ones are not", letterParkingFull},
		{"parked letters join the payment that appears, once", letterJoinsByCode},
		{"letters join by reference too", letterJoinsByReference},
		{"letters of other gateways, merchants and payments stay parked", letterOfOthers},
		{"parked letters that are too old are forgotten", letterPruned},
		{"a letter that is received again is as young as its last time", letterKeptYoung},
		{"a cancelled context stores nothing", letterCancelled},
	})
}

// parked makes a letter about a payment that nobody knows.
func (s *shelf) parked(code string) ports.Receipt {
	return ports.Receipt{
		Gateway: "demo", Merchant: "merchant-1", At: s.clock.Now(),
		Letter: ports.Letter{Reference: "reference of " + code, Code: code, State: payment.Paid, Digest: "digest of " + code},
	}
}

// park receives letters and checks how many rows are parked then.
func (s *shelf) park(t *testing.T, rows int64, letters ...ports.Receipt) {
	t.Helper()
	for _, r := range letters {
		noError(t, s.Inbox.Receive(t.Context(), r, ""))
	}
	s.wantParked(t, rows)
}

func (s *shelf) wantParked(t *testing.T, rows int64) {
	t.Helper()
	backlog, err := s.Views.Backlog(t.Context())
	noError(t, err)
	same(t, "parked letters", backlog.Parked, rows)
}

// address is where a letter may find the newest attempt of a stored order.
func (s *shelf) address(t *testing.T, o order.Snapshot) ports.PaymentAddress {
	t.Helper()
	found, err := s.Orders.Payments(t.Context(), ports.PaymentQuery{ID: o.Payments[len(o.Payments)-1].ID})
	noError(t, err)
	if len(found) != 1 {
		t.Fatalf("%d addresses of order %s", len(found), o.ID)
	}
	return found[0]
}

// known makes a letter about the first attempt of a stored order.
func (s *shelf) known(t *testing.T, o order.Snapshot) ports.Receipt {
	t.Helper()
	p := o.Payments[0]
	return ports.Receipt{
		Gateway: p.Account.Gateway, Merchant: o.Merchant, Order: o.ID, Payment: p.ID, At: s.clock.Now(),
		Letter: ports.Letter{Reference: p.Reference, Code: "CODE-1", State: payment.Paid, Amount: p.Amount, Digest: "digest"},
	}
}

func letterWakes(t *testing.T, s *shelf) {
	o := s.store(t)
	ask := "ask:" + string(o.Payments[0].ID)
	s.due(t)
	noError(t, s.Inbox.Receive(t.Context(), s.known(t, o), ask))
	s.wantParked(t, 0)
	j := s.claimOne(t)
	same(t, "key", j.Key, ask)
	same(t, "woken", j.Woken, true)
	noError(t, s.Outbox.Finish(t.Context(), j, ports.Verdict{}))

	// Repeated letters suppress no question: the company may have news behind equal words.
	s.clock.Advance(time.Second)
	noError(t, s.Inbox.Receive(t.Context(), s.known(t, o), ask))
	s.due(t, ask)
}

func letterOnlyStored(t *testing.T, s *shelf) {
	o := s.store(t)
	noError(t, s.Inbox.Receive(t.Context(), s.known(t, o), ""))
	s.wantParked(t, 0)
	s.due(t)
}

func letterParked(t *testing.T, s *shelf) {
	s.park(t, 1, s.parked("CODE-1"))
	s.park(t, 2, s.parked("CODE-2"))
	s.due(t)
}

func letterRepeated(t *testing.T, s *shelf) {
	for range 5 {
		s.park(t, 1, s.parked("CODE-1"))
		s.clock.Advance(time.Second)
	}
}

func letterRepeatedAtOnce(t *testing.T, s *shelf) {
	noError(t, errors.Join(together(func(int) error {
		return s.Inbox.Receive(t.Context(), s.parked("CODE-1"), "")
	})...))
	s.wantParked(t, 1)
}

func letterDiffers(t *testing.T, s *shelf) {
	first := s.parked("CODE-1")
	for _, edit := range []func(*ports.Receipt){
		func(r *ports.Receipt) { r.Gateway = "other" },
		func(r *ports.Receipt) { r.Merchant = "merchant-2" },
		func(r *ports.Receipt) { r.Merchant = "" },
		func(r *ports.Receipt) { r.Letter.Code = "" },
		func(r *ports.Receipt) { r.Letter.Reference = "" },
		func(r *ports.Receipt) { r.Letter.State = payment.Failed },
		func(r *ports.Receipt) { r.Letter.Amount = amount(t, 1, "PHP") },
		func(r *ports.Receipt) { r.Letter.Amount = amount(t, 1, "JPY") },
		func(r *ports.Receipt) { r.Letter.Digest = "another" },
	} {
		other := first
		edit(&other)
		s.park(t, 2, first, other)
		s.clock.Advance(time.Second)
		_, err := s.Inbox.Prune(t.Context(), s.clock.Now())
		noError(t, err)
		s.wantParked(t, 0)
	}
}

func letterParkingFull(t *testing.T, s *shelf) {
	for i := range parking {
		s.park(t, int64(i+1), s.parked(fmt.Sprint("CODE-", i)))
	}
	wantFault(t, s.Inbox.Receive(t.Context(), s.parked("one too many"), ""), fault.Unavailable, "parking_full")
	s.park(t, parking, s.parked("CODE-0"))

	o := s.store(t)
	noError(t, s.Inbox.Receive(t.Context(), s.known(t, o), "ask:"+string(o.Payments[0].ID)))
	s.clock.Advance(time.Second)
	_, err := s.Inbox.Prune(t.Context(), s.clock.Now())
	noError(t, err)
	s.park(t, 1, s.parked("one too many"))
}

func letterJoinsByCode(t *testing.T, s *shelf) {
	failed := s.parked("CODE-1")
	failed.Letter.State = payment.Failed
	bare := s.parked("CODE-1")
	bare.Merchant, bare.Letter.Reference = "", ""
	s.park(t, 3, s.parked("CODE-1"), failed, bare)

	o := s.store(t)
	s.tell(t, o.ID, "CODE-1", payment.Pending)
	for _, want := range []int{3, 0} {
		n, err := s.Inbox.Join(t.Context(), s.address(t, o))
		noError(t, err)
		same(t, "joined", n, want)
		s.wantParked(t, 0)
	}
}

func letterJoinsByReference(t *testing.T, s *shelf) {
	o := s.store(t)
	r := s.parked("CODE-1")
	r.Letter.Reference = o.Payments[0].Reference
	s.park(t, 1, r)
	n, err := s.Inbox.Join(t.Context(), s.address(t, o))
	noError(t, err)
	same(t, "joined", n, 1)
	s.wantParked(t, 0)
}

func letterOfOthers(t *testing.T, s *shelf) {
	gateway, stranger := s.parked("CODE-1"), s.parked("CODE-1")
	gateway.Gateway, stranger.Merchant = "other", "merchant-2"
	blank := s.parked("")
	blank.Letter.Reference = ""
	s.park(t, parking, gateway, stranger, blank)

	o := s.store(t)
	for _, state := range []payment.State{payment.Pending, payment.Paid} {
		n, err := s.Inbox.Join(t.Context(), s.address(t, o))
		noError(t, err)
		same(t, "joined", n, 0)
		s.tell(t, o.ID, "CODE-1", state)
	}
	s.wantParked(t, parking)
}

func letterPruned(t *testing.T, s *shelf) {
	o := s.store(t)
	noError(t, s.Inbox.Receive(t.Context(), s.known(t, o), ""))
	s.park(t, 1, s.parked("old"))
	s.clock.Advance(time.Hour)
	s.park(t, 2, s.parked("young"))
	for _, want := range []int{1, 0} {
		n, err := s.Inbox.Prune(t.Context(), s.clock.Now())
		noError(t, err)
		same(t, "pruned", n, want)
		s.wantParked(t, 1)
	}
}

func letterKeptYoung(t *testing.T, s *shelf) {
	s.park(t, 1, s.parked("CODE-1"))
	s.clock.Advance(time.Hour)
	s.park(t, 1, s.parked("CODE-1"))
	n, err := s.Inbox.Prune(t.Context(), s.clock.Now())
	noError(t, err)
	same(t, "pruned", n, 0)
}

func letterCancelled(t *testing.T, s *shelf) {
	o := s.store(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wantFault(t, s.Inbox.Receive(ctx, s.parked("CODE-1"), ""), fault.Unavailable, "")
	wantFault(t, s.Inbox.Receive(ctx, s.known(t, o), "ask:"+string(o.Payments[0].ID)), fault.Unavailable, "")
	s.wantParked(t, 0)
	s.due(t)
}

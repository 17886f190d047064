package memory

import (
	"bytes"
	"context"
	"slices"
	"time"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// record is a stored order with its whole history.
type record struct {
	state  order.Snapshot
	events []storedEvent
}

type storedEvent struct {
	order.Event
	trace string
}

// accountReference is what must be unique at a company: its account and our name for an attempt, or its own.
type accountReference struct {
	gateway, fingerprint, reference string
}

type orders struct{ *Store }

// Create implements ports.Orders.
func (s orders) Create(ctx context.Context, o *order.Order) error {
	return s.locked(ctx, func(now time.Time) error {
		is := o.Snapshot()
		if _, taken := s.keys[is.Key]; taken || s.orders[is.ID] != nil {
			return fault.Newf(fault.Conflict, "order_exists", "order %s exists already", is.Key)
		}
		return s.write(ctx, o, &record{}, now)
	})
}

// Save implements ports.Orders.
func (s orders) Save(ctx context.Context, o *order.Order) error {
	return s.locked(ctx, func(now time.Time) error {
		is := o.Snapshot()
		stored := s.orders[is.ID]
		switch {
		case stored == nil:
			return unknownOrder(is.ID)
		case len(o.Changes().Events) == 0:
			return nil
		case stored.state.Version != is.Version:
			return fault.Newf(fault.Conflict, "stale_order", "order %s was changed since it was loaded", is.Key)
		}
		return s.write(ctx, o, stored, now)
	})
}

// Update implements ports.Orders.
func (s orders) Update(ctx context.Context, id order.ID, change func(*order.Order) error, with ...ports.RefundQuery) (*order.Order, error) {
	var o *order.Order
	err := s.locked(ctx, func(now time.Time) error {
		stored := s.orders[id]
		if stored == nil {
			return unknownOrder(id)
		}
		var err error
		if o, err = stored.load(with...); err != nil {
			return err
		}
		if err := change(o); err != nil {
			return err
		}
		if err := alive(ctx); err != nil {
			return err
		}
		return s.write(ctx, o, stored, now)
	})
	if err != nil {
		return nil, err
	}
	return o, nil
}

// Get implements ports.Orders.
func (s orders) Get(ctx context.Context, by ports.OrderQuery) (*order.Order, error) {
	var o *order.Order
	err := s.locked(ctx, func(time.Time) error {
		id := by.ID
		switch {
		case id != "":
		case by.StatusKey != "":
			id = s.statusKeys[by.StatusKey]
		default:
			id = s.keys[by.Key]
		}
		stored := s.orders[id]
		if stored == nil {
			return unknownOrder(id)
		}
		var err error
		if o, err = stored.load(by.With); err == nil && by.Bare {
			s := o.Snapshot()
			s.Refunds = nil
			o, err = order.Restore(s)
		}
		return err
	})
	return o, err
}

// write checks the order's changes, then stores them with the tasks that follow. An order without
// changes is left alone.
func (s *Store) write(ctx context.Context, o *order.Order, into *record, now time.Time) error {
	is, events := cloneOrder(o.Snapshot()), o.Changes().Events
	if len(events) == 0 {
		return nil
	}
	for _, p := range is.Payments {
		if owner, taken := s.references[referenceOf(p)]; taken && owner != p.ID {
			return fault.Newf(fault.Conflict, "reference_taken", "reference %q is taken at the account", p.Reference)
		}
		if owner, taken := s.codes[codeOf(p)]; taken && owner != p.ID {
			return fault.Newf(fault.Conflict, "code_taken", "the company's order %q belongs to another payment", p.Code)
		}
	}
	is.Version += int64(len(events))
	is.Refunds = into.merge(is.Refunds)
	into.state = is
	s.orders[is.ID], s.keys[is.Key] = into, is.ID
	if is.StatusKey != "" {
		s.statusKeys[ports.StatusKey(is.StatusKey)] = is.ID
	}
	for _, p := range is.Payments {
		s.references[referenceOf(p)] = p.ID
		if p.Code != "" {
			s.codes[codeOf(p)] = p.ID
		}
	}
	trace := s.trace(ctx)
	for _, e := range events {
		into.events = append(into.events, storedEvent{Event: e, trace: trace})
		for _, t := range s.react(e, cloneOrder(is)) {
			s.enqueue(t, trace, now)
		}
	}
	o.Committed()
	return nil
}

func unknownOrder(id order.ID) error {
	return fault.Newf(fault.NotFound, "no_such_order", "there is no order %q", id)
}

func referenceOf(p payment.Snapshot) accountReference {
	return accountReference{p.Account.Gateway, p.Account.Fingerprint, p.Reference}
}

func codeOf(p payment.Snapshot) accountReference {
	return accountReference{p.Account.Gateway, p.Account.Fingerprint, p.Code}
}

func cloneOrder(o order.Snapshot) order.Snapshot {
	o.Latest.ExtraData = bytes.Clone(o.Latest.ExtraData)
	payments := make([]payment.Snapshot, len(o.Payments))
	for i, p := range o.Payments {
		p.Request, p.PayRequest = bytes.Clone(p.Request), bytes.Clone(p.PayRequest)
		payments[i] = p
	}
	o.Payments = payments
	o.Refunds = append(o.Refunds[:0:0], o.Refunds...)
	return o
}

// mallOf and numberOf name the order of a job for people; a job's order is always stored.
func (s *Store) mallOf(id order.ID) merchant.MallID { return s.key(id).Mall }

func (s *Store) numberOf(id order.ID) order.Number { return s.key(id).Number }

func (s *Store) key(id order.ID) order.Key {
	if r := s.orders[id]; r != nil {
		return r.state.Key
	}
	return order.Key{}
}

// load returns the order with its open refunds and those that are asked for.
func (r *record) load(with ...ports.RefundQuery) (*order.Order, error) {
	s := cloneOrder(r.state)
	s.Refunds = slices.DeleteFunc(s.Refunds, func(f refund.Snapshot) bool {
		return !f.State.Open() && !slices.ContainsFunc(with, func(by ports.RefundQuery) bool { return r.asks(by, f) })
	})
	return order.Restore(s)
}

// asks reports that the query names a refund of the record.
func (r *record) asks(by ports.RefundQuery, f refund.Snapshot) bool {
	like := 0
	for _, other := range r.state.Refunds {
		if other.ID == by.ID && other.Purpose == f.Purpose {
			return true
		}
		if by.Like.IsPositive() && other.Reason == refund.MallReason && other.Amount.Minor() == by.Like.Minor() {
			like = max(like, other.Number)
		}
	}
	return (by.Purpose != "" && by.Purpose == f.Purpose) || (by.Code != "" && by.Code == f.Code) || f.Number == like
}

// merge puts what is known of refunds over what was stored of them, oldest first.
func (r *record) merge(known []refund.Snapshot) []refund.Snapshot {
	all := slices.Clone(r.state.Refunds)
	for _, f := range known {
		if i := slices.IndexFunc(all, func(s refund.Snapshot) bool { return s.ID == f.ID }); i >= 0 {
			all[i] = f
		} else {
			all = append(all, f)
		}
	}
	return all
}

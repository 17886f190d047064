package memory

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// listed is how many rows a list has when nobody says how many.
const listed = 50

type views struct{ *Store }

// Payments implements ports.Views.
func (s views) Payments(ctx context.Context, f ports.PaymentFilter) ([]ports.PaymentRow, error) {
	var rows []ports.PaymentRow
	err := s.locked(ctx, func(time.Time) error {
		for _, r := range s.orders {
			for _, p := range r.state.Payments {
				row := paymentRow(r.state, p)
				row.Dead = s.deadNotice(p.ID)
				if wanted(f, row) {
					rows = append(rows, row)
				}
			}
		}
		return nil
	})
	slices.SortFunc(rows, func(a, b ports.PaymentRow) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.Order, a.Order), cmp.Compare(b.Attempt, a.Attempt))
	})
	return limited(rows, f.Limit), err
}

// deadNotice is the newest notice about a payment that was given up, or 0.
func (s *Store) deadNotice(id payment.ID) int64 {
	for _, j := range slices.Backward(s.jobs) {
		if j.Payment == id && j.state == dead && isNotice(j) {
			return j.ID
		}
	}
	return 0
}

func paymentRow(o order.Snapshot, p payment.Snapshot) ports.PaymentRow {
	told := map[order.Told]string{order.ToldNothing: "nothing", order.ToldUnpaid: "unpaid", order.ToldPaid: "paid"}
	return ports.PaymentRow{
		Order: o.Key.Number, Mall: o.Key.Mall, Shop: o.Key.Shop, Attempt: p.Number, State: p.State.String(),
		Doubt: string(p.Doubt.Call), Hold: string(p.Hold), Amount: p.Amount.String(), Currency: string(p.Amount.Currency()),
		Code: p.Code, Counted: o.Counted == p.ID, Told: told[o.Told], CreatedAt: p.CreatedAt, ChangedAt: p.ChangedAt,
	}
}

func wanted(f ports.PaymentFilter, row ports.PaymentRow) bool {
	return isOrAny(f.Mall, row.Mall) && isOrAny(f.Number, row.Order) && isOrAny(f.State, row.State)
}

// isOrAny reports that a field of a filter lets the value pass.
func isOrAny[T comparable](filter, value T) bool {
	var any T
	return filter == any || filter == value
}

func limited[T any](rows []T, limit int) []T {
	if limit == 0 {
		limit = listed
	}
	return rows[:min(limit, len(rows))]
}

// Ledger implements ports.Views.
func (s views) Ledger(ctx context.Context, number order.Number, mall merchant.MallID) ([]ports.LedgerRow, error) {
	var rows []ports.LedgerRow
	err := s.locked(ctx, func(time.Time) error {
		for _, r := range s.orders {
			if r.state.Key.Number != number || !isOrAny(mall, r.state.Key.Mall) {
				continue
			}
			for i, e := range r.events {
				rows = append(rows, ledgerRow(r.state, e, int64(i+1)))
			}
		}
		return nil
	})
	slices.SortStableFunc(rows, func(a, b ports.LedgerRow) int { return a.At.Compare(b.At) })
	return rows, err
}

func ledgerRow(o order.Snapshot, e storedEvent, sequence int64) ports.LedgerRow {
	row := ports.LedgerRow{
		Order: o.Key.Number, Mall: o.Key.Mall, Sequence: sequence, Event: e.Kind.String(), Refund: e.Refund,
		From: e.From, To: e.To, Door: string(e.Door), Note: e.Note, Trace: traceID(e.trace), At: e.At,
	}
	if e.Amount != (money.Money{}) {
		row.Amount, row.Currency = e.Amount.String(), string(e.Amount.Currency())
	}
	for _, p := range o.Payments {
		if p.ID == e.Payment {
			row.Attempt, row.Code = p.Number, p.Code
		}
	}
	for _, f := range o.Refunds {
		if f.ID == e.Refund {
			row.RefundNo, row.RefundCode = f.Number, f.Code
		}
	}
	return row
}

// traceID is the second part of a W3C traceparent.
func traceID(traceparent string) string {
	parts := strings.Split(traceparent, "-")
	if len(parts) < 2 {
		return ""
	}
	return parts[1]
}

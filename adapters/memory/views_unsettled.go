package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// Unsettled implements ports.Views.
func (s views) Unsettled(ctx context.Context, f ports.UnsettledFilter) ([]ports.UnsettledRow, error) {
	var rows []ports.UnsettledRow
	err := s.locked(ctx, func(time.Time) error {
		for _, r := range s.orders {
			if isOrAny(f.Number, r.state.Key.Number) && isOrAny(f.Mall, r.state.Key.Mall) {
				rows = append(rows, unsettled(r.state, f.Number != "")...)
			}
		}
		return nil
	})
	rows = slices.DeleteFunc(rows, func(r ports.UnsettledRow) bool { return r.CreatedAt.Before(f.Since) })
	slices.SortFunc(rows, func(a, b ports.UnsettledRow) int {
		return cmp.Or(
			cmp.Compare(urgency(a), urgency(b)), b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.Payment, a.Payment), cmp.Compare(b.Refund, a.Refund),
		)
	})
	return rows, err
}

// unsettled are the rows of one order.
func unsettled(o order.Snapshot, all bool) []ports.UnsettledRow {
	var rows []ports.UnsettledRow
	row := ports.UnsettledRow{OrderID: o.ID, Order: o.Key.Number, Mall: o.Key.Mall}
	versions := map[payment.ID]int{}
	for _, p := range o.Payments {
		row.Version, versions[p.ID] = p.Account.Version, p.Account.Version
		doubtful := p.Doubt.Call != payment.NoCall
		if all || doubtful || !p.State.Closed() && p.State != payment.Paid || o.Surplus(p) {
			row.Payment, row.State, row.Doubtful, row.Hold, row.CreatedAt = p.ID, p.State.String(), doubtful, string(p.Hold), p.CreatedAt
			rows = append(rows, row)
		}
	}
	for _, f := range o.Refunds {
		if f.State.Open() {
			row.Payment, row.Refund, row.State, row.Hold, row.CreatedAt = f.Payment, f.ID, f.State.String(), "", f.CreatedAt
			row.Version = versions[f.Payment]
			row.Doubtful = f.State != refund.Pending
			rows = append(rows, row)
		}
	}
	return rows
}

func urgency(r ports.UnsettledRow) int {
	switch {
	case r.Refund != "" && r.Doubtful:
		return 0
	case r.Refund != "":
		return 1
	case r.Doubtful:
		return 2
	}
	return 3
}

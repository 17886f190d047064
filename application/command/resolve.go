package command

import (
	"context"
	"strings"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/ports"
)

// Decision is what an operator knows about an order, and by what.
type Decision struct {
	Number   order.Number
	Mall     merchant.MallID // empty unless several malls have the number
	Shop     int             // 0 unless several shops of the mall have it
	By       string          // who says so
	Evidence string          // by what: a statement, a letter, a page of the company
}

// Resolver is what decisions of operators need.
type Resolver struct {
	Orders ports.Orders
	Views  ports.Views
	Clock  ports.Clock
}

// note is the audit line of a decision. Invalid without evidence.
func (d Decision) note() (string, error) {
	by, evidence := strings.TrimSpace(d.By), strings.TrimSpace(d.Evidence)
	switch {
	case by == "":
		return "", fault.InvalidField("by", "must name who decides")
	case evidence == "":
		return "", fault.InvalidField("evidence", "must say how it is known")
	}
	return by + ": " + evidence, nil
}

// order finds the order that is meant. NotFound when there is none, Conflict when there are several.
func (h Resolver) order(ctx context.Context, d Decision) (*order.Order, error) {
	rows, err := h.Views.Unsettled(ctx, ports.UnsettledFilter{Number: d.Number})
	if err != nil {
		return nil, err
	}
	var found *order.Order
	seen := map[order.ID]bool{}
	for _, row := range rows {
		if seen[row.OrderID] || (d.Mall != "" && row.Mall != d.Mall) {
			continue
		}
		seen[row.OrderID] = true
		o, err := h.Orders.Get(ctx, ports.OrderQuery{ID: row.OrderID})
		switch {
		case err != nil:
			return nil, err
		case d.Shop != 0 && o.Snapshot().Key.Shop != d.Shop:
		case found != nil:
			return nil, fault.Newf(fault.Conflict, "ambiguous_order", "several shops have an order %s: say which by its mall and shop", d.Number)
		default:
			found = o
		}
	}
	if found == nil {
		return nil, fault.Newf(fault.NotFound, "no_such_order", "nothing is known of order %s", d.Number)
	}
	return found, nil
}

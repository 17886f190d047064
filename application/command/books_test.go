package command_test

import (
	"context"
	"sync"

	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// books keep the movements of money that were stored, which memory does not show.
type books struct {
	ports.Orders
	mu    sync.Mutex
	lines []order.Movement
}

func (b *books) enter(lines []order.Movement) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.lines = append(b.lines, lines...)
}

// Create implements ports.Orders.
func (b *books) Create(ctx context.Context, o *order.Order) error {
	changes := o.Changes()
	return b.stored(changes, b.Orders.Create(ctx, o))
}

// Save implements ports.Orders.
func (b *books) Save(ctx context.Context, o *order.Order) error {
	changes := o.Changes()
	return b.stored(changes, b.Orders.Save(ctx, o))
}

// Update implements ports.Orders.
func (b *books) Update(ctx context.Context, id order.ID, change func(*order.Order) error, with ...ports.RefundQuery) (*order.Order, error) {
	var changes order.Changes
	o, err := b.Orders.Update(ctx, id, func(o *order.Order) error {
		err := change(o)
		changes = o.Changes()
		return err
	}, with...)
	return o, b.stored(changes, err)
}

func (b *books) stored(c order.Changes, err error) error {
	if err == nil {
		b.enter(c.Movements)
	}
	return err
}

// sum is what all movements of a payment come to in minor units, and how many there are.
func (b *books) sum(id payment.ID) (minor int64, lines int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.lines {
		if m.Payment != id {
			continue
		}
		lines++
		if m.Kind == order.Charge || m.Kind == order.Reversal {
			minor += m.Amount.Minor()
		} else {
			minor -= m.Amount.Minor()
		}
	}
	return minor, lines
}

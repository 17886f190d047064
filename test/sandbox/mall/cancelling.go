package mall

import (
	"errors"
	"strconv"

	"paybridge/test/sandbox/mall/platform"
)

// BeginRefund puts an order into the state that the Admin API shows while the merchant cancels it, before any cancel request is
// sent.
func (m *Mall) BeginRefund(mall, id string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	order, exists := m.book.byKey[orderKey{mall, id}]
	if !exists {
		return errors.New("there is no such order")
	}
	order.Cancelling = true
	m.saver.Changed()
	return nil
}

// Adopt makes an order known that a test checks out past the shop, before the app tells anything about it. An order that is
// known already stays as it is.
func (m *Mall) Adopt(order Order) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if _, exists := m.book.byKey[orderKey{order.Mall, order.ID}]; exists {
		return
	}
	if order.State == "" {
		order.State = stateWaiting
	}
	if order.Created.IsZero() {
		order.Created = m.now().UTC()
	}
	one := order.copy()
	m.book.add(&one)
	m.saver.Changed()
}

// tellOrder is an order as the Admin API shows it.
func (m *Mall) tellOrder(mall, id string) (platform.Order, bool) {
	order, exists := m.Order(mall, id)
	if !exists {
		return platform.Order{}, false
	}
	told := platform.Order{
		ID: order.ID, Currency: order.Currency, Amount: order.Amount, TID: order.TID, Created: order.Created, Paid: order.State == statePaid,
	}
	for _, line := range order.Lines {
		told.Items = append(told.Items, platform.Item{Name: line.Product, Price: strconv.Itoa(line.Price) + ".00", Quantity: line.Quantity})
	}
	if len(told.Items) == 0 {
		told.Items = []platform.Item{{Name: "Product", Price: order.Amount, Quantity: 1}}
	}
	for _, refund := range order.Refunds {
		if refund.State != refundRefused {
			told.Refunds = append(told.Refunds, platform.Refund{Amount: refund.Amount, Begun: refund.Asked, Done: refund.State == refundDone})
		}
	}
	told.Cancelled = told.Paid && order.refunded().Sign() > 0 && order.refunded().Cmp(mustAmount(order.Amount)) >= 0
	told.Cancelling = order.Cancelling && !told.Cancelled
	return told, true
}

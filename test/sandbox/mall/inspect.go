package mall

import (
	"net/http"
	"slices"

	"paybridge/test/sandbox/control"
)

// Orders returns all orders of all malls, oldest first.
func (m *Mall) Orders() []Order {
	m.mu.Lock()
	defer m.mu.Unlock()
	list := make([]Order, 0, len(m.book.Orders))
	for _, o := range m.book.Orders {
		list = append(list, o.copy())
	}
	return list
}

// Order returns one order that a mall was told about, else one that it has sold.
func (m *Mall) Order(mall, id string) (Order, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	found := m.book.of(mall, id)
	if found == nil {
		return Order{}, false
	}
	return found.copy(), true
}

// Asked says whether the mall has sent the buyer of one of its orders to this payment page last.
func (m *Mall) Asked(page string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.ContainsFunc(m.book.Orders, func(o *Order) bool { return o.PaymentURL == page })
}

// Counts says how many notifications came since the last reset.
func (m *Mall) Counts() Counts {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.book.Counts
}

// listOrders serves GET /_sandbox/orders; ?mall_id= and ?order_id= narrow it.
func (m *Mall) listOrders(w http.ResponseWriter, r *http.Request) {
	mall, id := r.URL.Query().Get("mall_id"), r.URL.Query().Get("order_id")
	list := []Order{}
	for _, o := range m.Orders() {
		if (mall == "" || mall == o.Mall) && (id == "" || id == o.ID) {
			list = append(list, o)
		}
	}
	control.WriteJSON(w, http.StatusOK, list)
}

func (m *Mall) showCounts(w http.ResponseWriter, _ *http.Request) {
	control.WriteJSON(w, http.StatusOK, m.Counts())
}

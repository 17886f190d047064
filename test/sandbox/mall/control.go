package mall

import (
	"encoding/json"
	"errors"
	"net/http"

	"paybridge/test/sandbox/control"
)

// wish is what a script asks for in the place of a person at the shop. All of it is optional.
type wish struct {
	// Product and Quantity are what to buy; usually one capiz lamp.
	Product  string `json:"product"`
	Quantity int    `json:"quantity"`
	// Option is the variant of a product that has some.
	Option string `json:"option"`
	// Mode is asynchronous (the usual) or synchronous.
	Mode string `json:"mode"`
	// Amount is how much to refund; usually all that is left.
	Amount string `json:"amount"`
}

func readWish(r *http.Request) (wish, error) {
	read := wish{Product: "capiz-lamp", Quantity: 1, Mode: modeAsync}
	if r.ContentLength != 0 {
		if err := json.NewDecoder(r.Body).Decode(&read); err != nil {
			return wish{}, errors.New("the body is not a JSON object")
		}
	}
	if read.Mode != modeAsync && read.Mode != modeSync {
		return wish{}, errors.New("mode is asynchronous or synchronous")
	}
	return read, nil
}

// controlOrder serves POST /_sandbox/orders: what the shop's checkout does, for scripts. The answer is the order, with its
// payment_url or with what the app said instead.
func (m *Mall) controlOrder(w http.ResponseWriter, r *http.Request) {
	wanted, err := readWish(r)
	bought, exists := findProduct(wanted.Product)
	chosen, complete := bought.option(wanted.Option)
	if err == nil && (!exists || !complete || wanted.Quantity < 1 || wanted.Quantity > maxQuantity) {
		err = errors.New("the shop does not sell that")
	}
	if err != nil {
		refuse(w, err)
		return
	}
	id := m.newOrder(cart{{Product: bought, Option: chosen, Quantity: wanted.Quantity}}, wanted.Mode, Buyer{
		Name: "Maria Santos", Email: "maria@example.com", Phone: "+63 2 8123 4567", Address: "12 Mabini Street, Malate", City: "Manila",
	})
	m.requestPayment(r.Context(), id, wanted.Mode, visitor{ip: remoteIP(r), agent: "sandbox script", publicURL: m.publicURL(r)})
	m.answerOrder(w, id)
}

// controlPay serves POST /_sandbox/orders/{id}/pay: the buyer of an unpaid order asks for a payment page again.
func (m *Mall) controlPay(w http.ResponseWriter, r *http.Request) {
	wanted, err := readWish(r)
	order, exists := m.Order(defaultMall, r.PathValue("id"))
	if err == nil && (!exists || order.State == statePaid || order.Mode == modeExternal) {
		err = errors.New("there is no such order to pay")
	}
	if err != nil {
		refuse(w, err)
		return
	}
	m.requestPayment(r.Context(), order.ID, wanted.Mode, visitor{ip: remoteIP(r), agent: "sandbox script", publicURL: m.publicURL(r)})
	m.answerOrder(w, order.ID)
}

// controlRefund serves POST /_sandbox/orders/{id}/refund: what the refund form of the order page does.
func (m *Mall) controlRefund(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	wanted, err := readWish(r)
	if order, exists := m.Order(defaultMall, id); exists && wanted.Amount == "" {
		wanted.Amount = order.Refundable()
	}
	if err == nil {
		err = m.Refund(r.Context(), defaultMall, id, wanted.Amount, wanted.Mode)
	}
	if err != nil {
		refuse(w, err)
		return
	}
	m.answerOrder(w, id)
}

func (m *Mall) answerOrder(w http.ResponseWriter, id string) {
	order, _ := m.Order(defaultMall, id)
	control.WriteJSON(w, http.StatusOK, order)
}

func refuse(w http.ResponseWriter, err error) {
	control.WriteJSON(w, http.StatusBadRequest, map[string]any{"code": http.StatusBadRequest, "message": err.Error()})
}

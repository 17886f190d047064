package mall

import (
	"context"
	"encoding/json"
	"errors"
	"math/big"
)

// The two modes, as they appear in the app's paths.
const (
	modeAsync = "asynchronous"
	modeSync  = "synchronous"
)

// cancelRequest is Cafe24's cancel request. Its extra_data is JSON in a string, and its amounts have no needless decimals.
type cancelRequest struct {
	RequestType   string `json:"request_type"`
	PartnerID     string `json:"partner_id"`
	ShopNo        string `json:"shop_no"`
	Paymethod     string `json:"paymethod"`
	TID           string `json:"tid"`
	OrderID       string `json:"order_id"`
	EscrowTF      string `json:"escrow_tf"`
	Currency      string `json:"currency"`
	Amount        string `json:"amount"`
	CancelAmount  string `json:"cancel_amount"`
	RemainAmount  string `json:"remain_amount"`
	CancelType    string `json:"cancel_type"`
	CancelReason  string `json:"cancel_reason"`
	CancelNotyURL string `json:"cancel_noty_url"`
	HashData      string `json:"hash_data"`
	ExtraData     string `json:"extra_data"`
	TaxFreeTF     string `json:"tax_free_tf"`
}

// Refund asks the app to give money of an order back and keeps what it answered; mode is "asynchronous" or "synchronous". It
// fails only when the mall itself would not ask. While it asks, the orders of the Admin API show the refund as begun.
func (m *Mall) Refund(ctx context.Context, mall, id, cancelAmount, mode string) error {
	request, logKey, err := m.prepareRefund(mall, id, cancelAmount, mode)
	if err != nil {
		return err
	}
	_, problem := readAnswer(m.askApp(ctx, "/api/"+mode+"-refund/cancel", request))
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.saver.Changed()
	order, exists := m.book.byKey[orderKey{mall, id}]
	if !exists {
		return nil // The sandbox was reset while the app was asked.
	}
	asked := order.refund(logKey)
	switch {
	case asked.State != refundAsked:
		// The notification came before the answer, and it is the better witness.
	case problem != "":
		asked.State, asked.Answer = refundRefused, problem
	case mode == modeSync:
		asked.State, order.Cancelling = refundDone, false
	}
	return nil
}

// prepareRefund checks what the shop may ask for, notes that it is asked, and writes the signed request.
func (m *Mall) prepareRefund(mall, id, cancelAmount, mode string) (cancelRequest, string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	order, exists := m.book.byKey[orderKey{mall, id}]
	wanted, readable := amount(cancelAmount)
	switch {
	case !exists:
		return cancelRequest{}, "", errors.New("there is no such order")
	case mode != modeAsync && mode != modeSync:
		return cancelRequest{}, "", errors.New("the refund is asynchronous or synchronous")
	case !readable || wanted.Sign() == 0 || !wholeCents(wanted):
		return cancelRequest{}, "", errors.New("the refund needs an amount such as 65.00")
	case wanted.Cmp(mustAmount(order.Refundable())) > 0:
		return cancelRequest{}, "", errors.New("only " + order.Refundable() + " is left to refund")
	}
	remain := new(big.Rat).Sub(mustAmount(order.Refundable()), wanted)
	logKey, text := newLogKey(m.now()), shortest(wanted)
	extra, err := json.Marshal(extraData{Name: "pg-demo-app", LogKey: logKey})
	if err != nil {
		return cancelRequest{}, "", err
	}
	order.Refunds = append(order.Refunds, Refund{LogKey: logKey, Amount: text, Mode: mode, State: refundAsked, Asked: m.now().UTC()})
	m.saver.Changed()
	return cancelRequest{
		RequestType: "cancel", PartnerID: order.PartnerID, ShopNo: "1", Paymethod: "etc", TID: order.TID, OrderID: order.ID,
		EscrowTF: "F", Currency: order.Currency, Amount: shortest(mustAmount(order.Amount)), CancelAmount: text,
		RemainAmount: shortest(remain), CancelType: "C", CancelReason: "Customer's wish", CancelNotyURL: m.notifyURL(order.Mall) + cancelPath,
		HashData:  Sign(m.config.ServiceKey, text, order.Currency, order.ID, order.PartnerID, order.TID),
		ExtraData: string(extra), TaxFreeTF: "F",
	}, logKey, nil
}

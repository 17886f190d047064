package query

import (
	"context"

	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/refund"
	"paybridge/ports"
)

// Panel asks for everything that the owner of a mall looks after, and, with a number, what happened to that
// order.
type Panel struct {
	Mall   merchant.MallID
	Number order.Number // empty: the newest payments
}

// PanelView answers it. Everything in it is of the one mall.
type PanelView struct {
	Settings

	Payments []ports.PaymentRow
	Ledger   []ports.LedgerRow // of the order that was asked for
	Refunds  []PanelRefund     // of the same
	Dead     []ports.NoticeRow // notifications that were given up, the newest first
	Audit    []ports.AuditEntry
}

// PanelRefund is a refund of an order as its ledger tells.
type PanelRefund struct {
	No       int // in its order, from 1
	Amount   string
	Currency string
	State    string
}

// panelRows is how long its lists are.
const panelRows = 20

// PanelHandler puts the settings together with what happened.
type PanelHandler struct {
	Settings MerchantSettingsHandler
	Views    ports.Views
	Audit    ports.Audit
}

// Handle implements ports.Handler. Without a mall it would see all of them, so there is no answer then.
func (h PanelHandler) Handle(ctx context.Context, q Panel) (PanelView, error) {
	var v PanelView
	mall, err := merchant.ParseMallID(string(q.Mall))
	if err != nil {
		return v, err
	}
	if v.Payments, err = h.Views.Payments(ctx, ports.PaymentFilter{Mall: mall, Number: q.Number, Limit: panelRows}); err != nil {
		return PanelView{}, err
	}
	if q.Number != "" {
		if v.Ledger, err = h.Views.Ledger(ctx, q.Number, mall); err != nil {
			return PanelView{}, err
		}
		v.Refunds = refundsOf(v.Ledger)
	}
	if v.Dead, err = h.Views.Notices(ctx, ports.NoticeFilter{Mall: mall, State: "dead", Limit: panelRows}); err != nil {
		return PanelView{}, err
	}
	if v.Audit, err = h.Audit.List(ctx, ports.AuditFilter{Mall: mall, Limit: panelRows}); err != nil {
		return PanelView{}, err
	}
	v.Settings, err = h.Settings.Handle(ctx, MerchantSettings{Mall: mall})
	return v, err
}

// refundsOf reads how refunds stand out of a ledger.
func refundsOf(ledger []ports.LedgerRow) []PanelRefund {
	var list []PanelRefund
	at := map[refund.ID]int{}
	for _, row := range ledger {
		if row.Refund == "" {
			continue
		}
		i, known := at[row.Refund]
		if !known {
			i = len(list)
			at[row.Refund] = i
			list = append(list, PanelRefund{No: row.RefundNo, State: refund.Intended.String()})
		}
		if list[i].Amount == "" {
			list[i].Amount, list[i].Currency = row.Amount, row.Currency
		}
		if row.Event == order.RefundRaised.String() {
			list[i].State = row.To
		}
	}
	return list
}

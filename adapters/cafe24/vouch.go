package cafe24

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"

	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/ports"
)

var _ ports.CancelProof = (*API)(nil)

type orderAnswer struct {
	Order *orderState `json:"order"`
}

type orderState struct {
	ID    string `json:"order_id"`
	Items []struct {
		Status string `json:"order_status"`
	} `json:"items"`
	Cancellation []struct {
		Status string `json:"status"`
	} `json:"cancellation"`
	Refunds []struct {
		Status string `json:"status"`
	} `json:"refunds"`
}

// Vouch implements ports.CancelProof by the state of the order in the Admin API.
func (a *API) Vouch(ctx context.Context, of order.Key) order.Proof {
	ctx, cancel := context.WithTimeout(ctx, a.config.Timeout)
	defer cancel()
	body, err := a.call(ctx, adminCall{
		mall: of.Mall, scope: "mall.read_order", method: http.MethodGet, api: "orders",
		rest: fmt.Sprintf("/%s?shop_no=%d&embed=items,cancellation,refunds", of.Number, of.Shop),
	})
	if fault.Is(err, fault.NotFound) {
		return order.Disproven
	}
	var told orderAnswer
	if err != nil || json.Unmarshal(body, &told) != nil || told.Order == nil || told.Order.ID != string(of.Number) {
		return order.Unprovable
	}
	if told.Order.underway() {
		return order.Proven
	}
	return order.Disproven
}

// underway reports that a cancel, return or exchange of a line has begun and not ended, or that a refund
// has not been paid yet.
func (o orderState) underway() bool {
	for _, item := range o.Items {
		if s := item.Status; len(s) == 3 && (s[0] == 'C' || s[0] == 'R' || s[0] == 'E') && s[1:] < "40" {
			return true
		}
	}
	for _, c := range o.Cancellation {
		if c.Status == "canceling" {
			return true
		}
	}
	return slices.ContainsFunc(o.Refunds, func(r struct {
		Status string `json:"status"`
	},
	) bool {
		return r.Status == "F"
	})
}

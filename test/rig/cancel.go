package rig

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// Cancel is a cancel request of the simulated Cafe24. Amounts are in centavos.
type Cancel struct {
	Mall, Order, Code string // Code is the company's code of the payment
	Paid              int64
	Amount, Remain    int64
	LogKey            string
}

// Body signs the request and writes it as Cafe24 would.
func (c Cancel) Body() string {
	partner, amount := c.Mall+":0:demo-app-public-key", pesos(c.Amount)
	body, err := json.Marshal(map[string]any{
		"request_type": "cancel", "partner_id": partner, "shop_no": "1", "order_id": c.Order, "tid": c.Code, "paymethod": "etc",
		"currency": "PHP", "amount": pesos(c.Paid), "cancel_amount": amount, "remain_amount": pesos(c.Remain),
		"escrow_tf": "F", "tax_free_tf": "F", "cancel_type": "C", "cancel_reason": "mock reason",
		"cancel_noty_url": "https://" + c.Mall + ".cafe24shop.com/Pay/Recv/openpg/PayReceiveCancelNoty.php",
		"hash_data":       Sign(amount + "PHP" + c.Order + partner + c.Code),
		"extra_data":      fmt.Sprintf(`{"pgName":"pg-demo-app","LogKey":%q}`, c.LogKey),
	})
	if err != nil {
		panic(err) // strings only: cannot happen
	}
	return string(bytes.TrimSpace(body))
}

func pesos(centavos int64) string { return fmt.Sprintf("%d.%02d", centavos/100, centavos%100) }

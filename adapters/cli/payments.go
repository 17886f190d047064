package cli

import (
	"context"
	"strconv"
	"time"

	"paybridge/ports"
)

type paymentsList struct {
	mallFilter
	orderFilter
	page
	format

	State string `default:"" enum:",requested,refused,abandoned,pending,authorized,expired,cancelled,failed,paid" placeholder:"STATE" help:"Only in this state, such as pending or paid."`
}

type paymentRow struct {
	Order     string    `json:"order_id"`
	Mall      string    `json:"mall_id"`
	Shop      int       `json:"shop_no"`
	Attempt   int       `json:"attempt"`
	State     string    `json:"state"`
	Amount    string    `json:"amount"`
	Currency  string    `json:"currency"`
	Code      string    `json:"order_code,omitempty"` // the company's
	Counted   bool      `json:"counted"`
	Told      string    `json:"told"`
	Doubt     string    `json:"doubt,omitempty"`
	Hold      string    `json:"hold,omitempty"`
	Dead      int64     `json:"dead_notification,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	ChangedAt time.Time `json:"changed_at"`
}

// Run is called by kong.
func (c paymentsList) Run(ctx context.Context, s *session) error {
	filter, err := c.filter()
	if err != nil {
		return err
	}
	return s.use(ctx, func(app App) error {
		found, err := app.Queries.Payments.Handle(ctx, filter)
		if err != nil {
			return err
		}
		rows := make([]paymentRow, len(found))
		for i, r := range found {
			rows[i] = wirePayment(r)
		}
		header := []string{"ORDER", "MALL", "SHOP", "ATTEMPT", "STATE", "AMOUNT", "CODE", "MALL KNOWS", "ATTENTION", "CREATED"}
		if err := list(s, c.format, rows, c.none(), header, paymentRow.cells); err != nil {
			return err
		}
		return s.hint(len(rows) == c.Limit, "the newest "+strconv.Itoa(c.Limit)+" are shown; --limit shows more")
	})
}

func (c paymentsList) filter() (ports.PaymentFilter, error) {
	mall, err := c.mall()
	if err != nil {
		return ports.PaymentFilter{}, err
	}
	number, err := c.number()
	return ports.PaymentFilter{Mall: mall, Number: number, State: c.State, Limit: c.Limit}, err
}

func (c paymentsList) none() string {
	if c.Mall == "" && c.Order == "" && c.State == "" {
		return "no payments yet"
	}
	return "no payments like that"
}

func wirePayment(r ports.PaymentRow) paymentRow {
	return paymentRow{
		Order: string(r.Order), Mall: string(r.Mall), Shop: r.Shop, Attempt: r.Attempt, State: r.State, Amount: r.Amount, Currency: r.Currency,
		Code: r.Code, Counted: r.Counted, Told: r.Told, Doubt: r.Doubt, Hold: r.Hold, Dead: r.Dead, CreatedAt: r.CreatedAt.UTC(), ChangedAt: r.ChangedAt.UTC(),
	}
}

func (r paymentRow) cells() []string {
	return []string{
		r.Order, r.Mall, strconv.Itoa(r.Shop), strconv.Itoa(r.Attempt), r.State, r.Amount + " " + r.Currency, dash(r.Code), r.Told,
		dash(r.attention()), moment(r.CreatedAt),
	}
}

// attention says what is unusual about a payment.
func (r paymentRow) attention() string {
	switch {
	case r.Hold != "":
		return "on hold: " + r.Hold
	case r.Doubt != "":
		return "in doubt: " + r.Doubt
	case r.Dead != 0:
		return "dead notification: " + strconv.FormatInt(r.Dead, 10)
	case r.State == "paid" && !r.Counted:
		return "surplus"
	}
	return ""
}

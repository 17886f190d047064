package httpapi

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/gofiber/fiber/v2"

	"paybridge/application/command"
	"paybridge/domain/cart"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// The fields of a review's link.
const (
	tokenField = "token"
	seenField  = "seen" // the total that the buyer had been shown
)

// reviewReader reads which order is reviewed: by the token of the link alone or, where the sandbox takes the
// guessable names of the starting collection, by mall and order.
type reviewReader struct{ sample bool }

var totalText = regexp.MustCompile(`^[0-9]{1,15}(?:\.[0-9]{1,3})?$`)

func (d reviewReader) named(brought url.Values) (command.Named, error) {
	token, err := oneOf(brought, tokenField, opaqueID)
	if err != nil {
		return command.Named{}, err
	}
	if token != "" {
		return command.Named{ReservationQuery: ports.ReservationQuery{Token: token}}, nil
	}
	if !d.sample {
		return command.Named{}, fault.InvalidField(tokenField, "is required")
	}
	mall, err := merchant.ParseMallID(brought.Get("mall_id"))
	if err != nil {
		return command.Named{}, err
	}
	number, err := order.ParseNumber(brought.Get("order_id"))
	return command.Named{ReservationQuery: ports.ReservationQuery{Mall: mall, Number: number}}, err
}

func (d reviewReader) review(c *fiber.Ctx) (command.ReviewOrder, error) {
	brought, _ := url.ParseQuery(string(c.Request().URI().QueryString())) // what cannot be read is not there
	by, err := d.named(brought)
	return command.ReviewOrder{Named: by}, err
}

func (d reviewReader) pay(c *fiber.Ctx) (command.PayReservation, error) {
	received, err := readFields(c)
	if err != nil {
		return command.PayReservation{}, err
	}
	brought := url.Values{}
	for name, v := range received {
		if text, ok := v.asText(true); ok {
			brought.Set(name, text)
		}
	}
	by, err := d.named(brought)
	if err != nil {
		return command.PayReservation{}, err
	}
	seen, err := oneOf(brought, "total", totalText)
	return command.PayReservation{Named: by, Seen: seen, AsItIs: by.Token == ""}, err
}

// The answer to a review, with the names of the starting collection's sample (protocol section 7.5).
type reviewAnswer struct {
	Mall       string          `json:"mall_id"`
	Number     string          `json:"order_no"`
	Return     string          `json:"return_button_url"`
	Address    reviewAddress   `json:"address_info"`
	Preference string          `json:"preference"`
	Products   []reviewProduct `json:"order_products"`
	Shipping   reviewShipping  `json:"shipping_info"`
	Order      reviewOrder     `json:"order_info"`
	Status     string          `json:"status"` // open, agreed or paid
}

type reviewAddress struct {
	Name     string `json:"name"`
	Line1    string `json:"add_1"`
	Line2    string `json:"add_2"`
	Line3    string `json:"add_3"`
	City     string `json:"city"`
	District string `json:"district"`
	State    string `json:"state"`
	Postal   string `json:"postal"`
	Country  string `json:"country"`
	Phone    string `json:"phone"`
}

type reviewProduct struct {
	Product     int    `json:"product_no"`
	Name        string `json:"product_name"`
	Option      string `json:"option_text"`
	Variant     string `json:"variant_code"`
	Quantity    int    `json:"quantity"`
	Price       string `json:"product_price"`
	OptionPrice string `json:"option_price"`
	Total       string `json:"total"`
}

type reviewShipping struct {
	Fee      string `json:"shipping_fee"`
	Discount string `json:"shipping_discount"`
}

type reviewOrder struct {
	Total    string `json:"total_amount"`
	Shipping string `json:"total_shipping_fee"`
	Items    string `json:"total_item"`
	Discount string `json:"total_discount"`
	Currency string `json:"currency"`
}

func statusOf(r command.Review) string {
	switch {
	case r.Paid:
		return "paid"
	case r.Agreed:
		return "agreed"
	}
	return "open"
}

// replyReviewData answers scripts.
func replyReviewData(c *fiber.Ctx, r command.Review) error {
	a := r.Buyer.Address
	answer := reviewAnswer{
		Mall: r.Mall, Number: string(r.Number), Return: r.ReturnURL, Preference: r.Buyer.Preference, Status: statusOf(r), Products: []reviewProduct{},
		Address: reviewAddress{
			Name: a.Name, Line1: a.Line1, Line2: a.Line2, Line3: a.Line3, City: a.City, District: a.District, State: a.State, Postal: a.PostalCode,
			Country: a.Country, Phone: a.Phone,
		},
		Shipping: reviewShipping{Fee: r.Price.Shipping.String(), Discount: r.Price.Rebate.String()},
		Order: reviewOrder{
			Total: r.Total.String(), Shipping: r.Price.Shipping.String(), Items: r.Price.Items.String(), Discount: r.Price.Discount.String(),
			Currency: string(r.Total.Currency()),
		},
	}
	for _, l := range r.Cart.Lines {
		answer.Products = append(answer.Products, productOf(l))
	}
	return c.JSON(answer)
}

func productOf(l cart.Line) reviewProduct {
	p := reviewProduct{
		Product: l.Product, Name: l.Name, Option: l.OptionText, Variant: l.Variant, Quantity: l.Quantity, Price: l.Price.String(), OptionPrice: l.OptionPrice.String(),
	}
	if total, err := l.Total(); err == nil { // it was summed up when it came in
		p.Total = total.String()
	}
	return p
}

// agreed is the answer to a script that agreed for its buyer.
type agreed struct {
	Message  string `json:"message"`
	Redirect string `json:"redirect_url"`
}

// replyAgreed sends a browser on, and tells a script where to.
func replyAgreed(c *fiber.Ctx, page command.PaymentPage) error {
	if isForm(c) {
		return c.Redirect(page.URL, http.StatusSeeOther)
	}
	return c.JSON(pageAnswer{Data: agreed{Message: "Success", Redirect: page.URL}, Result: true})
}

// agreedReader reads the return of a buyer who agreed. A bare reference is the number of the order.
type agreedReader struct{ callbackReader }

func (d agreedReader) read(c *fiber.Ctx) (command.ApprovePayment, error) {
	in, err := d.callbackReader.read(c)
	if number, numberErr := order.ParseNumber(in.Reference); err == nil && numberErr == nil && in.Payment == "" && in.Code == "" {
		in.Number, in.Reference = number, ""
	}
	return in, err
}

// toResultPage sends the buyer to the shop's page for what became of a reserved order. Without an
// agreement nothing can be paid.
func (s *Server) toResultPage(c *fiber.Ctx, back command.BuyerReturn) error {
	page := s.config.ResultPages[1]
	switch back.Outcome {
	case payment.Paid:
		page = s.config.ResultPages[0]
	case payment.Pending, payment.Authorized:
		if back.Agreed {
			page = s.config.ResultPages[0]
		}
	case payment.Requested, payment.Refused, payment.Abandoned, payment.Expired, payment.Cancelled, payment.Failed:
	}
	query := url.Values{"order_id": {string(back.Number)}, "sync_type": {"async"}}
	return c.Redirect(strings.TrimSuffix(back.ReturnURL, "/")+"/api/shop/"+page+"?"+query.Encode(), http.StatusSeeOther)
}

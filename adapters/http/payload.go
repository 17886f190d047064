package httpapi

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"paybridge/application/command"
	"paybridge/domain/cart"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/domain/order"
)

// ReservedOrders checks what Cafe24 gives a page with the order that it reserved.
type ReservedOrders interface {
	// Check compares the hmac with that of the order, or returns Invalid. It vouches for nothing:
	// whoever wants to can make one.
	Check(total money.Money, orderID, responseTime, notifyURL, mac string) error
}

// payloadReader reads what the script in a mall's page says about a reserved order (protocol section 7.4).
type payloadReader struct{ orders ReservedOrders }

// mostName bounds names of products and options, in bytes.
const mostName = 1024

func (d payloadReader) read(c *fiber.Ctx) (command.ReserveOrder, error) {
	received, err := readFields(c)
	if err != nil {
		return command.ReserveOrder{}, err
	}
	r := reader{fields: received}
	in := command.ReserveOrder{
		Mall: merchant.MallID(r.text("mall_id", mostText)), Number: order.Number(r.text("order_id", mostText)),
		Currency: money.Currency(r.text("currency", mostText)), NotifyURL: r.text("return_notification_url", mostURL), ReturnURL: r.text("return_url_base", mostURL),
	}
	in.Cart.Member = r.maybe("member_id")
	responseTime, mac, rows := r.decimal("response_time"), r.text("hmac", mostText), r.rows("order")
	if r.err != nil {
		return in, r.err
	}
	if err := checkNames(in); err != nil {
		return in, err
	}
	if err := readRows(rows, &in); err != nil {
		return in, err
	}
	in.Intent = intentOf(received)
	total, err := in.Cart.Total()
	if err != nil {
		return in, err
	}
	return in, d.orders.Check(total, string(in.Number), responseTime, in.NotifyURL, mac)
}

func checkNames(in command.ReserveOrder) error {
	if _, err := merchant.ParseMallID(string(in.Mall)); err != nil {
		return err
	}
	if _, err := order.ParseNumber(string(in.Number)); err != nil {
		return err
	}
	_, err := money.ParseCurrency(string(in.Currency))
	return err
}

// intentOf stands for the whole content, however its JSON is spaced.
func intentOf(f fields) string {
	sum := sha256.New()
	for _, name := range []string{
		"mall_id", "order_id", "currency", "member_id", "return_notification_url", "return_url_base", "response_time", "hmac", "order",
	} {
		var compact bytes.Buffer
		if json.Compact(&compact, f[name].raw) != nil {
			compact.Reset()
		}
		sum.Write([]byte(strconv.Itoa(compact.Len()) + ":"))
		sum.Write(compact.Bytes())
	}
	return base64.RawURLEncoding.EncodeToString(sum.Sum(nil))
}

// rows is a required JSON array.
func (r *reader) rows(name string) []json.RawMessage {
	var all []json.RawMessage
	switch v := r.fields[name]; {
	case v.raw == nil || json.Unmarshal(v.raw, &all) != nil:
		r.refuse(name, "must be a JSON array")
	case len(all) == 0 || len(all) > cart.MostLines:
		r.refuse(name, "must have 1 to "+strconv.Itoa(cart.MostLines)+" rows")
	}
	return all
}

// maybe is an optional text or number; absent and null mean an empty one.
func (r *reader) maybe(name string) string {
	v, present := r.fields[name]
	if !present || string(v.raw) == "null" {
		return ""
	}
	text, ok := v.asText(true)
	switch {
	case !ok:
		r.refuse(name, "must be a text")
	case len(text) > mostName:
		r.refuse(name, "must not be longer than "+strconv.Itoa(mostName)+" bytes")
	}
	return text
}

// whole is an optional whole number from 0.
func (r *reader) whole(name string) int {
	text := r.maybe(name)
	if text == "" {
		return 0
	}
	n, err := strconv.ParseUint(text, 10, 31)
	if err != nil {
		r.refuse(name, "must be a whole number")
	}
	return int(n)
}

// money is an optional amount that may be negative.
func (r *reader) money(name string, currency money.Currency) money.Money {
	text := r.maybe(name)
	if text == "" {
		return money.Zero(currency)
	}
	m, err := money.ParseSigned(text, currency)
	if err != nil {
		r.refuse(name, strings.TrimPrefix(fault.Of(err).Message, "amount: "))
	}
	return m
}

// readRows takes the shop from the rows: all must be of one.
func readRows(rows []json.RawMessage, in *command.ReserveOrder) error {
	for _, raw := range rows {
		row, err := jsonFields(raw)
		if err != nil {
			return fault.InvalidField("order", "must have objects as rows").Because(err)
		}
		r := reader{fields: row}
		shop, shopErr := parseShop(r.decimal("shop_no"))
		line := readLine(&r, in.Currency)
		shipping := r.maybe("shipping_type")
		switch {
		case r.err != nil:
			return r.err
		case shopErr != nil:
			return shopErr
		case in.Shop != 0 && in.Shop != shop:
			return fault.InvalidField("shop_no", "must be the same in all rows")
		case shipping != "" && shipping != "A" && shipping != "B":
			return fault.InvalidField("shipping_type", "must be A or B")
		}
		in.Shop = shop
		in.Cart.Lines = append(in.Cart.Lines, line)
		if in.Cart.Shipping == "" || shipping == "B" {
			in.Cart.Shipping = shipping
		}
	}
	if in.Cart.Shipping == "" {
		in.Cart.Shipping = "A"
	}
	return in.Cart.Check()
}

func readLine(r *reader, currency money.Currency) cart.Line {
	l := cart.Line{
		Product: r.whole("product_no"), Variant: r.text("variant_code", mostText), Option: r.maybe("option_id"), Quantity: r.whole("quantity"),
		Price: r.money("product_price", currency), OptionPrice: r.money("option_price", currency), Bundle: r.maybe("product_bundle") == "T",
		BundleNo: r.whole("product_bundle_no"), Prepaid: r.maybe("prefaid_shipping_fee") != "C",
		Name: maskCards(r.maybe("product_name")), OptionText: maskCards(r.maybe("option_text")),
	}
	if l.Product < 1 {
		r.refuse("product_no", "must be a whole number from 1")
	}
	return l
}

// replyButtonData gives the company's script what it starts with.
func replyButtonData(c *fiber.Ctx, b command.Reserved) error {
	return c.JSON(pageAnswer{Data: json.RawMessage(b.Data), Result: true})
}

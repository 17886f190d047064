package command

import (
	"context"
	"encoding/json"

	"paybridge/domain/cart"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/domain/money"
	"paybridge/ports"
)

// content is what is sealed of a reservation: all that is personal, and what it was bought for.
type content struct {
	Cart  cart.Cart
	Buyer *ports.Buyer // as the buyer reviewed it; nil before
}

// sealedContent is content as it is written. Amounts are decimal text.
type sealedContent struct {
	Lines    []sealedLine `json:"lines"`
	Currency string       `json:"currency"`
	Member   string       `json:"member,omitempty"`
	Mobile   bool         `json:"mobile,omitempty"`
	Shipping string       `json:"shipping,omitempty"`
	Buyer    *ports.Buyer `json:"buyer,omitempty"`
}

type sealedLine struct {
	cart.Line
	Price       string
	OptionPrice string
}

// seal encrypts the content for its mall.
func seal(ctx context.Context, keys ports.Keyring, mall merchant.MallID, c content) ([]byte, error) {
	s := sealedContent{Member: c.Cart.Member, Mobile: c.Cart.Mobile, Shipping: c.Cart.Shipping, Buyer: c.Buyer}
	for _, l := range c.Cart.Lines {
		s.Currency = string(l.Price.Currency())
		s.Lines = append(s.Lines, sealedLine{Line: l, Price: l.Price.String(), OptionPrice: l.OptionPrice.String()})
	}
	text, err := json.Marshal(s)
	if err != nil {
		return nil, fault.New(fault.Internal, "unsealable", "a reservation cannot be sealed")
	}
	return keys.Seal(ctx, mall, ports.NewSecret(string(text)))
}

// unsealed is the content of a reservation, or Conflict when it was erased.
func unsealed(ctx context.Context, keys ports.Keyring, r ports.ReservedOrder) (content, error) {
	if r.Sealed == nil {
		return content{}, fault.New(fault.Conflict, "reservation_over", "this reservation is over")
	}
	secret, err := keys.Open(ctx, r.Key.Mall, r.Sealed)
	if err != nil {
		return content{}, fault.Wrap(err, "reservation of mall %s", r.Key.Mall)
	}
	var s sealedContent
	if json.Unmarshal([]byte(secret.Reveal()), &s) != nil { // its error would quote the buyer
		return content{}, fault.New(fault.Internal, "broken_reservation", "a reservation cannot be read")
	}
	c := content{Cart: cart.Cart{Member: s.Member, Mobile: s.Mobile, Shipping: s.Shipping}, Buyer: s.Buyer}
	for _, l := range s.Lines {
		price, ofPrice := money.ParseSigned(l.Price, money.Currency(s.Currency))
		option, ofOption := money.ParseSigned(l.OptionPrice, money.Currency(s.Currency))
		if ofPrice != nil || ofOption != nil {
			return content{}, fault.New(fault.Internal, "broken_reservation", "a reservation cannot be read")
		}
		l.Line.Price, l.Line.OptionPrice = price, option
		c.Cart.Lines = append(c.Cart.Lines, l.Line)
	}
	return c, nil
}

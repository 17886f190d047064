// Package cart is what a buyer wants to buy, as the mall's page tells it. Nothing vouches for it: its
// prices are good for finding out what was meant, never for money.
package cart

import (
	"paybridge/domain/fault"
	"paybridge/domain/money"
)

// MostLines is how many lines a cart may have.
const MostLines = 100

// mostPieces bounds the quantity of a line.
const mostPieces = 1_000_000

// Line is one product in one variant.
type Line struct {
	Product     int
	Variant     string
	Option      string
	Quantity    int
	Price       money.Money // of one piece
	OptionPrice money.Money // of one piece; often negative
	Bundle      bool        // part of a set of products
	BundleNo    int         // of the set
	Prepaid     bool        // the shipping fee is paid now, not to the courier
	Name        string
	OptionText  string
}

// Piece is what one piece costs with its option.
func (l Line) Piece() (money.Money, error) { return l.Price.Add(l.OptionPrice) }

// Total is what the line costs.
func (l Line) Total() (money.Money, error) {
	piece, err := l.Piece()
	if err != nil {
		return money.Money{}, err
	}
	return piece.Times(l.Quantity)
}

// Cart is what is bought, and by whom as far as the calculation of its price needs it.
type Cart struct {
	Lines    []Line
	Member   string // the mall's id of the buyer; empty for a guest
	Mobile   bool
	Shipping string // A within the country, B abroad
}

// Total sums the lines up: products and options, without shipping and discounts.
func (c Cart) Total() (money.Money, error) {
	if len(c.Lines) == 0 {
		return money.Money{}, fault.InvalidField("order", "must have at least one row")
	}
	sum := money.Zero(c.Lines[0].Price.Currency())
	for _, l := range c.Lines {
		line, err := l.Total()
		if err != nil {
			return money.Money{}, err
		}
		if sum, err = sum.Add(line); err != nil {
			return money.Money{}, err
		}
	}
	return sum, nil
}

// Check refuses what cannot be bought.
func (c Cart) Check() error {
	if len(c.Lines) > MostLines {
		return fault.InvalidField("order", "has too many rows")
	}
	for _, l := range c.Lines {
		piece, err := l.Piece()
		switch {
		case err != nil:
			return err
		case l.Quantity < 1 || l.Quantity > mostPieces:
			return fault.InvalidField("quantity", "must be a whole number from 1")
		case piece.Minor() < 0:
			return fault.InvalidField("option_price", "must not make a product cheaper than nothing")
		}
	}
	total, err := c.Total()
	if err == nil && !total.IsPositive() {
		err = fault.InvalidField("order", "must cost more than nothing")
	}
	return err
}

package cart_test

import (
	"testing"

	"pgregory.net/rapid"

	"paybridge/domain/cart"
	"paybridge/domain/money"
)

func of(t interface{ Fatal(...any) }, text string, c money.Currency) money.Money {
	m, err := money.ParseSigned(text, c)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTheCollectionsCartCostsWhatItsSignatureSays(t *testing.T) {
	t.Parallel()
	line := func(option string) cart.Line {
		return cart.Line{Quantity: 1, Price: of(t, "1000.00", "PHP"), OptionPrice: of(t, option, "PHP")}
	}
	total, err := cart.Cart{Lines: []cart.Line{line("100.00"), line("-200.00")}}.Total()
	if err != nil || total != of(t, "1900", "PHP") {
		t.Errorf("total %v %v", total, err)
	}
}

func TestACartIsRefusedWhenItCannotBeBought(t *testing.T) {
	t.Parallel()
	good := cart.Line{Quantity: 2, Price: of(t, "10.50", "PHP"), OptionPrice: of(t, "-0.50", "PHP")}
	if err := (cart.Cart{Lines: []cart.Line{good}}).Check(); err != nil {
		t.Fatal(err)
	}
	for name, edit := range map[string]func(*cart.Line){
		"no piece":                 nil,
		"less than a piece":        func(l *cart.Line) { l.Quantity = -1 },
		"far too many":             func(l *cart.Line) { l.Quantity = 1_000_001 },
		"cheaper than nothing":     func(l *cart.Line) { l.OptionPrice = of(t, "-10.51", "PHP") },
		"for nothing":              func(l *cart.Line) { l.OptionPrice = of(t, "-10.50", "PHP") },
		"of two currencies":        func(l *cart.Line) { l.OptionPrice = of(t, "1", "JPY") },
		"more than can be counted": func(l *cart.Line) { l.Price, l.Quantity = of(t, "999999999999999.99", "PHP"), 1_000_000 },
	} {
		l := good
		if edit == nil {
			l.Quantity = 0
		} else {
			edit(&l)
		}
		if err := (cart.Cart{Lines: []cart.Line{l}}).Check(); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
	if err := (cart.Cart{}).Check(); err == nil {
		t.Error("an empty cart is taken")
	}
	if err := (cart.Cart{Lines: make([]cart.Line, cart.MostLines+1)}).Check(); err == nil {
		t.Error("too many lines are taken")
	}
}

// TestATotalIsTheSumOfItsPieces adds every piece up by itself.
func TestATotalIsTheSumOfItsPieces(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		currency := rapid.SampledFrom([]money.Currency{"PHP", "JPY", "KWD"}).Draw(t, "currency")
		minor := func(n int64) money.Money {
			m, err := money.FromMinor(n, currency)
			if err != nil {
				t.Fatal(err)
			}
			return m
		}
		var c cart.Cart
		var want int64
		for range rapid.IntRange(1, 5).Draw(t, "lines") {
			price, option := rapid.Int64Range(0, 1e9).Draw(t, "price"), rapid.Int64Range(-1e6, 1e6).Draw(t, "option")
			quantity := rapid.IntRange(1, 50).Draw(t, "quantity")
			c.Lines = append(c.Lines, cart.Line{Quantity: quantity, Price: minor(price), OptionPrice: minor(option)})
			for range quantity {
				want += price + option
			}
		}
		if total, err := c.Total(); err != nil || total.Minor() != want {
			t.Fatalf("total %v %v, want %d", total, err, want)
		}
	})
}

package money_test

import (
	"math"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"paybridge/domain/fault"
	"paybridge/domain/money"
)

func TestAmountsAreReadExactlyOrRefused(t *testing.T) {
	t.Parallel()
	const refused = math.MinInt64
	for _, tc := range []struct {
		text     string
		currency money.Currency
		minor    int64
	}{
		{"3065.00", "PHP", 306500},
		{"3065", "PHP", 306500},
		{"3065.5", "PHP", 306550},
		{"0.01", "USD", 1},
		{"0", "PHP", 0},
		{"0.00", "JPY", 0},
		{"1000.00", "JPY", 1000},
		{"1000", "KRW", 1000},
		{"1.234", "KWD", 1234},
		{"999999999999999.99", "PHP", 99999999999999999},
		{"100.000", "PHP", refused},
		{"3065.001", "PHP", refused},
		{"1000.50", "JPY", refused},
		{"1000.000", "JPY", refused},
		{"1.2345", "KWD", refused},
		{"1000000000000000", "PHP", refused},
		{"", "PHP", refused},
		{".", "PHP", refused},
		{".5", "PHP", refused},
		{"3065.", "PHP", refused},
		{"007", "PHP", refused},
		{"00", "PHP", refused},
		{"-1", "PHP", refused},
		{"+1", "PHP", refused},
		{"1e3", "PHP", refused},
		{"0x10", "PHP", refused},
		{"1_000", "PHP", refused},
		{"3,065.00", "PHP", refused},
		{" 1", "PHP", refused},
		{"1 ", "PHP", refused},
		{"NaN", "PHP", refused},
		{"Infinity", "PHP", refused},
		{"1.0.0", "PHP", refused},
		{"١٢", "PHP", refused},
		{"1\x00", "PHP", refused},
		{"1.00", "XXX", refused},
		{"1.00", "php", refused},
		{"1.00", "", refused},
	} {
		got, err := money.Parse(tc.text, tc.currency)
		switch {
		case tc.minor == refused && !fault.Is(err, fault.Invalid):
			t.Errorf("Parse(%q, %s) = %v, %v; want Invalid", tc.text, tc.currency, got, err)
		case tc.minor != refused && (err != nil || got.Minor() != tc.minor):
			t.Errorf("Parse(%q, %s) = %d, %v; want %d", tc.text, tc.currency, got.Minor(), err, tc.minor)
		}
	}
}

func TestTheDigitsAreThoseOfISO4217(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]int{"JPY": 0, "KRW": 0, "VND": 0, "PHP": 2, "USD": 2, "IDR": 2, "TWD": 2, "KWD": 3, "BHD": 3} {
		c, err := money.ParseCurrency(code)
		if err != nil || c.Digits() != want {
			t.Errorf("%s: %d digits, %v; want %d", code, c.Digits(), err, want)
		}
	}
	if _, err := money.ParseCurrency("php"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a lower-case code was accepted: %v", err)
	}
}

var anyCurrency = rapid.SampledFrom([]money.Currency{"JPY", "KRW", "PHP", "USD", "KWD"})

func amounts(c money.Currency) *rapid.Generator[money.Money] {
	return rapid.Custom(func(t *rapid.T) money.Money {
		m, err := money.FromMinor(rapid.Int64Range(-1e15, 1e15).Draw(t, "minor"), c)
		if err != nil {
			t.Fatal(err)
		}
		return m
	})
}

func TestTextAndAmountAreTheSameThing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCurrency.Draw(t, "currency")
		m, err := money.FromMinor(rapid.Int64Range(0, 1e14).Draw(t, "minor"), c)
		if err != nil {
			t.Fatal(err)
		}
		back, err := money.Parse(m.String(), c)
		if err != nil || back != m {
			t.Fatalf("%v -> %q -> %v, %v", m.Minor(), m.String(), back, err)
		}
	})
}

func TestAddingAndTakingAwayCancelOut(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyCurrency.Draw(t, "currency")
		a, b := amounts(c).Draw(t, "a"), amounts(c).Draw(t, "b")
		sum, err := a.Add(b)
		if err != nil {
			t.Fatal(err)
		}
		swapped, _ := b.Add(a)
		back, err := sum.Sub(b)
		if err != nil || back != a || swapped != sum {
			t.Fatalf("(%v + %v) - %v = %v, %v", a, b, b, back, err)
		}
	})
}

func TestArithmeticThatLeavesTheRangeIsAnError(t *testing.T) {
	t.Parallel()
	most, _ := money.FromMinor(math.MaxInt64, "PHP")
	least, _ := money.FromMinor(math.MinInt64, "PHP")
	one, _ := money.FromMinor(1, "PHP")
	if _, err := most.Add(one); err == nil {
		t.Error("the largest amount plus one was accepted")
	}
	if _, err := least.Sub(one); err == nil {
		t.Error("the smallest amount less one was accepted")
	}
	if _, err := one.Sub(least); err == nil {
		t.Error("taking away the smallest amount was accepted")
	}
}

func TestCurrenciesAreNeverMixed(t *testing.T) {
	t.Parallel()
	yen, peso := money.Zero("JPY"), money.Zero("PHP")
	if _, err := yen.Add(peso); !fault.Is(err, fault.Invalid) {
		t.Errorf("Add: %v", err)
	}
	if _, err := yen.Cmp(peso); !fault.Is(err, fault.Invalid) {
		t.Errorf("Cmp: %v", err)
	}
}

var grammar = regexp.MustCompile(`^(0|[1-9][0-9]{0,14})(\.[0-9]{1,3})?$`)

// FuzzParse holds the parser against an independent reading of the same text: the grammar by a
// regular expression, the value by removing the point and padding.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{"3065.00", "3065", "0", "0.10", "100.000", "1e3", ".5", "007", "1.", "999999999999999.99"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := money.Parse(text, "PHP")
		whole, fraction, _ := strings.Cut(text, ".")
		valid := grammar.MatchString(text) && len(fraction) <= 2
		if valid != (err == nil) {
			t.Fatalf("Parse(%q) = %v, %v; the grammar says valid=%v", text, got, err, valid)
		}
		if err != nil {
			return
		}
		want := strings.TrimLeft(whole+(fraction + "00")[:2], "0")
		if text := strings.TrimLeft(strings.ReplaceAll(got.String(), ".", ""), "0"); text != want {
			t.Fatalf("Parse(%q) = %s, want %s minor units", text, got, want)
		}
	})
}

package words_test

import (
	"reflect"
	"strings"
	"testing"

	"paybridge/adapters/http/words"
	"paybridge/domain/money"
)

func TestEveryLanguageHasAllWordsAndPutsInWhatItShould(t *testing.T) {
	t.Parallel()
	all := words.New().All()
	if len(all) != 5 {
		t.Fatalf("%d languages", len(all))
	}
	holes := map[string]int{"Pay": 1, "TotalChanged": 2}
	for _, w := range all {
		v := reflect.ValueOf(w)
		for i := range v.NumField() {
			name := v.Type().Field(i).Name
			switch f := v.Field(i); {
			case f.Kind() == reflect.String && (f.String() == "" || strings.Count(f.String(), "%s") != holes[name]):
				t.Errorf("%s %s: %q", w.Tag, name, f.String())
			case f.Kind() == reflect.Struct && (f.Field(0).String() == "" || f.Field(1).String() == ""):
				t.Errorf("%s %s: %+v", w.Tag, name, f)
			}
		}
	}
}

func TestMoneyIsWrittenAsTheLanguageDoesAndExactly(t *testing.T) {
	t.Parallel()
	l := words.New()
	for _, c := range []struct{ tag, amount, currency, want string }{
		{"en", "1965.00", "PHP", "PHP\u00a01,965.00"},
		{"en", "-200", "USD", "−$200.00"},
		{"en", "999999999999999.99", "USD", "$999,999,999,999,999.99"},
		{"ko", "1965", "KRW", "₩1,965"},
		{"ja", "1234567.00", "JPY", "￥1,234,567"},
		{"zh-Hant", "1965.05", "USD", "US$1,965.05"},
		{"vi", "1234567", "VND", "1.234.567\u00a0₫"},
		{"vi", "1965.05", "PHP", "1.965,05\u00a0PHP"},
		{"en", "0.005", "KWD", "KWD\u00a00.005"},
	} {
		m, err := money.ParseSigned(c.amount, money.Currency(c.currency))
		if err != nil {
			t.Fatal(err)
		}
		if got := l.For(c.tag, "").Money(m); got != c.want {
			t.Errorf("%s %s %s: %q, want %q", c.tag, c.amount, c.currency, got, c.want)
		}
	}
}

func TestTheLanguageIsTheChosenOneElseTheBrowsers(t *testing.T) {
	t.Parallel()
	l := words.New()
	for _, c := range []struct{ chosen, accepted, want string }{
		{"ja", "ko,en;q=0.5", "ja"},
		{"", "ko-KR,ko;q=0.9,en;q=0.5", "ko"},
		{"", "zh-TW,zh;q=0.9", "zh-Hant"},
		{"", "zh-HK", "zh-Hant"},
		{"", "vi-VN", "vi"},
		{"", "de,fr;q=0.5", "en"},
		{"", "", "en"},
		{"xx", "not a language, at all; q=x", "en"},
	} {
		if got := l.For(c.chosen, c.accepted).Tag; got != c.want {
			t.Errorf("chosen %q, accepted %q: %s, want %s", c.chosen, c.accepted, got, c.want)
		}
	}
}

package company_test

import (
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"paybridge/test/sandbox/company"
)

func TestALetterCanFollowOnlyWhileThePageIsOpen(t *testing.T) {
	t.Parallel()
	open := func(letter string) company.Decision { return company.Decision{Letter: letter, PageOpen: true} }
	shut := func(letter string) company.Decision { return company.Decision{Letter: letter} }
	cases := []struct {
		name  string
		steps []company.Decision
		last  company.Decision
		ok    bool
	}{
		{"declined, then paid", []company.Decision{open("F")}, shut("S"), true},
		{"declined twice, then paid", []company.Decision{open("F"), open("F")}, shut("S"), true},
		{"declined for good", []company.Decision{shut("F")}, shut("S"), false},
		{"cancelled for good", []company.Decision{shut("C")}, shut("S"), false},
		{"cancelled with an open page", []company.Decision{open("C")}, shut("S"), true},
		{"expired for good", []company.Decision{shut("E")}, shut("S"), false},
		{"expired with an open page", []company.Decision{open("E")}, shut("S"), true},
		{"authorized, then paid", []company.Decision{open("A")}, shut("S"), true},
		{"authorized, then declined", []company.Decision{open("A")}, open("F"), false},
		{"paid, then cancelled", []company.Decision{shut("S")}, shut("C"), false},
		{"paid, then declined", []company.Decision{shut("S")}, open("F"), false},
		{"paid, then paid", []company.Decision{shut("S")}, shut("S"), true},
	}
	b := setup(t, company.Config{})
	for _, c := range cases {
		code := b.order(t, demoOrder)
		for _, step := range c.steps {
			if err := b.Decide(code, step); err != nil {
				t.Fatalf("%s: step %s: %v", c.name, step.Letter, err)
			}
		}
		if err := b.Decide(code, c.last); (err == nil) != c.ok {
			t.Errorf("%s: error %v, want ok %v", c.name, err, c.ok)
		}
		if order, _ := b.Order(code); order.Letter == "S" != (order.Paid == "3065.00") {
			t.Errorf("%s: letter %s with paid amount %s", c.name, order.Letter, order.Paid)
		}
	}
}

func TestThePageIsNamedAsLongAsItIsOpen(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	named := func(code string) bool {
		return b.ask(t, http.MethodGet, "/v1/orders/"+code, "").field("redirect_uri") != ""
	}
	for action, want := range map[string]bool{
		"approve": false, "authorize": true, "decline": true, "decline?page=closed": false, "cancel": false, "cancel?page=open": true, "expire": false,
	} {
		code := b.order(t, demoOrder)
		if got := b.ask(t, http.MethodPost, "/_sandbox/orders/"+code+"/"+action, ""); got.status != 200 {
			t.Fatalf("%s: got %d %s", action, got.status, got.text)
		}
		if named(code) != want {
			t.Errorf("after %s: page named %v, want %v", action, !want, want)
		}
	}
}

func TestACancelByTheMerchantIsFinalAndAPaidOrderRefusesIt(t *testing.T) {
	t.Parallel()
	b := setup(t, company.Config{})
	cancel := func(code string) answer {
		return b.ask(t, http.MethodPost, "/v1/orders/"+code+"/cancel", `{"reference_no":"20220519-0000029"}`)
	}
	for _, before := range []string{"P", "A", "F", "E"} {
		code := b.order(t, demoOrder)
		if before != "P" {
			if err := b.Decide(code, company.Decision{Letter: before, PageOpen: true}); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if got := cancel(code); got.status != 200 || got.field("order_status") != "C" || got.field("redirect_uri") != "" {
				t.Errorf("cancel of %s: got %d %s, want a closed C", before, got.status, got.text)
			}
		}
		if err := b.Approve(code, false); err == nil {
			t.Errorf("an order cancelled from %s was paid", before)
		}
	}
	if got := cancel(b.paidOrder(t)); got.status != 422 {
		t.Errorf("cancel of a paid order: got %d, want 422", got.status)
	}
	if got := cancel("pg-order-999"); got.status != 404 {
		t.Errorf("cancel of an unknown order: got %d, want 404", got.status)
	}
}

func TestAnOrderExpiresByItselfAndADeclinedOneStaysDeclinedForGood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		b := setupInProcess(t, company.Config{OrderLifetime: time.Hour})
		left, declined := b.create(t, demoOrder), b.create(t, demoOrder)
		if err := b.Decline(declined, false); err != nil {
			t.Fatal(err)
		}
		<-time.After(time.Hour - time.Second)
		if order, _ := b.Order(left); order.Letter != "P" || !order.PageOpen {
			t.Errorf("before its time: %+v, want pending and open", order)
		}
		<-time.After(2 * time.Second)
		if order, _ := b.Order(left); order.Letter != "E" || order.PageOpen {
			t.Errorf("after its time: %+v, want expired and closed", order)
		}
		if order, _ := b.Order(declined); order.Letter != "F" || order.PageOpen {
			t.Errorf("declined order after its time: %+v, want failed and closed", order)
		}
	})
}

package acceptance_test

import (
	"crypto/sha1" //nolint:gosec // the company's scheme
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"paybridge/test/rig"
)

// letter is a webhook of the company, signed with the demo account's secret.
type letter struct {
	Reference, Code, Status, Amount, Currency, Secret string
}

func letterFor(number string) letter {
	return letter{Reference: number, Code: code, Status: "S", Amount: "3065.00", Currency: "PHP", Secret: "demo-app-secret-key"}
}

func (l letter) body(t *testing.T) string {
	t.Helper()
	sum := sha1.Sum([]byte(strings.Join([]string{l.Reference, l.Code, l.Status, l.Amount, l.Currency, l.Secret}, ":"))) //nolint:gosec // the company's scheme
	body, err := json.Marshal(map[string]string{
		"reference_id": l.Reference, "order_code": l.Code, "status": l.Status, "message": "from the test",
		"amount": l.Amount, "currency": l.Currency, "digest": hex.EncodeToString(sum[:]),
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestALetterThatDoesNotFitThePaymentIsRefused(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	c := order("20260102-0000001")
	page(t, s, c)
	for name, change := range map[string]func(*letter){
		"digest":   func(l *letter) { l.Secret = "a stranger's guess" },
		"amount":   func(l *letter) { l.Amount = "1.00" },
		"currency": func(l *letter) { l.Currency = "USD" },
	} {
		l := letterFor(c.Order)
		change(&l)
		if a := s.Post(webhookPath, l.body(t)); a.Status != http.StatusBadRequest {
			t.Errorf("wrong %s: %d %s", name, a.Status, a.Body)
		}
	}
	if ledger := s.Command("payments", "show", c.Order); strings.Contains(ledger, "webhook") {
		t.Errorf("a refused letter left a mark:\n%s", ledger)
	}
}

func TestAHundredEqualLettersAtOnceHaveOneEffect(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{Postgres: true})
	c := order("20260102-0000002")
	page(t, s, c)
	if err := s.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	body := letterFor(c.Order).body(t)
	var all sync.WaitGroup
	for range 100 {
		all.Go(func() {
			if a, err := s.Send(http.MethodPost, webhookPath, "application/json", body); err != nil || a.Status != http.StatusOK {
				t.Errorf("%d %s %v", a.Status, a.Body, err)
			}
		})
	}
	all.Wait()
	s.Eventually(soon, "the mall is told", func() bool { o, _ := s.Mall.Order("demomall", c.Order); return o.State == "paid" })
	if o, _ := s.Mall.Order("demomall", c.Order); len(o.Told) != 1 {
		t.Errorf("the mall was told %d times", len(o.Told))
	}
	if ledger := s.Command("payments", "show", c.Order); strings.Count(ledger, "order_paid") != 1 {
		t.Errorf("the ledger:\n%s", ledger)
	}
}

func TestALetterForAnUnknownOrderIsParkedAndNeverTurnedAway(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	l := letterFor("20260102-0000003")
	l.Code = "pg-order-777"
	if a := s.Post(webhookPath, l.body(t)); a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if list := s.Command("payments", "list"); strings.Contains(list, l.Reference) {
		t.Errorf("a letter made a payment:\n%s", list)
	}
}

func TestALateLowerLetterChangesNothingAndIsTakenKindly(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	c := order("20260102-0000004")
	page(t, s, c)
	if err := s.Company.Approve(code, false); err != nil {
		t.Fatal(err)
	}
	for _, status := range []string{"S", "P", "F", "C", "E", "S"} {
		l := letterFor(c.Order)
		l.Status = status
		if a := s.Post(webhookPath, l.body(t)); a.Status != http.StatusOK {
			t.Errorf("letter %s: %d %s", status, a.Status, a.Body)
		}
	}
	s.Eventually(soon, "the mall is told", func() bool { o, _ := s.Mall.Order("demomall", c.Order); return o.State == "paid" })
	if list := s.Command("payments", "list"); !strings.Contains(list, "paid") {
		t.Errorf("the payment:\n%s", list)
	}
}

func TestTheWebhookAddressOfOneMerchantFindsNoPaymentOfAnother(t *testing.T) {
	t.Parallel()
	s := rig.Start(t, rig.Options{})
	mine, theirs := order("20260102-0000005"), order("20260102-0000006")
	theirs.Mall = "ectmtjpq001"
	page(t, s, mine)
	page(t, s, theirs)
	orders := s.Company.Orders()
	foreign := strings.TrimPrefix(orders[1].WebhookURL, s.AppURL)
	l := letterFor(mine.Order)
	if a := s.Post(foreign, l.body(t)); a.Status != http.StatusOK {
		t.Fatalf("%d %s", a.Status, a.Body)
	}
	if ledger := s.Command("payments", "show", mine.Order); strings.Contains(ledger, "webhook") {
		t.Errorf("the other merchant's address moved the payment:\n%s", ledger)
	}
	if got := fmt.Sprint(len(orders)); got != "2" {
		t.Errorf("orders: %s", got)
	}
}

package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"
	"time"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// MallMood is how a mall meets a delivery.
type MallMood string

// The moods of a mall.
const (
	MallAccepts     MallMood = "accepts"        // {"result":"OK"}
	MallRefuses     MallMood = "refuses"        // understood, readable, not OK
	MallMumbles     MallMood = "mumbles"        // a success without a readable answer
	MallMoved       MallMood = "moved"          // answers with a redirect
	MallKnowsNoPage MallMood = "knows no page"  // 404
	MallIsBusy      MallMood = "is busy"        // 429
	MallFails       MallMood = "fails"          // 500
	MallHangs       MallMood = "hangs"          // reads the notice and never answers
	MallCutsOff     MallMood = "cuts off"       // reads the notice and closes the connection
	MallBreaksOff   MallMood = "breaks off"     // closes the connection in the middle of its answer
	MallIsNotAtHome MallMood = "is not at home" // refuses the connection
)

const (
	mallTold     = fault.Kind(0)          // no fault at all
	mallPatience = 300 * time.Millisecond // with a mall that hangs
	mallHost     = "shop.cafe24.com"
)

// MallHarness is an adapter of ports.Mall together with a mall that it can reach. The adapter's
// allow-list is "*.cafe24.com".
type MallHarness interface {
	Mall() ports.Mall
	// Meet makes the mall meet the deliveries that follow in a mood and returns where to deliver.
	Meet(mood MallMood) (url string)
	// Received returns the bodies that reached the mall, oldest first.
	Received() [][]byte
}

// Mall is the suite of ports.Mall.
func Mall(t *testing.T, newHarness func(t *testing.T) MallHarness) {
	t.Helper()
	t.Run("what became of a delivery is told by its kind", func(t *testing.T) {
		t.Parallel()
		mallOutcomes(t, newHarness)
	})
	t.Run("every repetition is the same body", func(t *testing.T) {
		t.Parallel()
		mallRepeats(t, newHarness(t))
	})
	t.Run("a cancelled delivery never starts", func(t *testing.T) {
		t.Parallel()
		mallCancelled(t, newHarness(t))
	})
	t.Run("the same notice is composed to the same bytes", func(t *testing.T) {
		t.Parallel()
		mallComposes(t, newHarness(t).Mall())
	})
	t.Run("listed hosts and the mall's own domains are accepted", func(t *testing.T) {
		t.Parallel()
		mallAccepts(t, newHarness(t).Mall())
	})
	t.Run("every other URL is invalid", func(t *testing.T) {
		t.Parallel()
		mallRefuses(t, newHarness(t).Mall())
	})
}

func mallOutcomes(t *testing.T, newHarness func(t *testing.T) MallHarness) {
	t.Helper()
	for mood, want := range map[MallMood]fault.Kind{
		MallAccepts:     mallTold,
		MallRefuses:     fault.Declined,
		MallKnowsNoPage: fault.Declined,
		MallIsBusy:      fault.Unavailable,
		MallFails:       fault.Unavailable,
		MallIsNotAtHome: fault.Unavailable,
		MallMumbles:     fault.Indeterminate,
		MallMoved:       fault.Indeterminate,
		MallHangs:       fault.Indeterminate,
		MallCutsOff:     fault.Indeterminate,
		MallBreaksOff:   fault.Indeterminate,
	} {
		t.Run("the mall "+string(mood), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			ctx, cancel := context.WithTimeout(t.Context(), mallPatience)
			defer cancel()
			err := h.Mall().Deliver(ctx, h.Meet(mood), []byte(`{"request_type":"payment"}`))
			if got := mallKind(err); got != want {
				t.Errorf("kind %d, %v; want kind %d", got, err, want)
			}
			if got := len(h.Received()); mood != MallIsNotAtHome && got != 1 {
				t.Errorf("the mall got %d notices, want 1", got)
			}
		})
	}
}

func mallKind(err error) fault.Kind {
	if err == nil {
		return mallTold
	}
	return fault.Of(err).Kind
}

func mallRepeats(t *testing.T, h MallHarness) {
	t.Helper()
	body, err := h.Mall().ComposePaymentNotice(PaidNotice())
	if err != nil {
		t.Fatal(err)
	}
	for _, mood := range []MallMood{MallFails, MallRefuses, MallAccepts} {
		err := h.Mall().Deliver(t.Context(), h.Meet(mood), body)
		if (mood == MallAccepts) != (err == nil) {
			t.Errorf("the mall %s: %v", mood, err)
		}
	}
	got := h.Received()
	if len(got) != 3 {
		t.Fatalf("the mall got %d notices, want 3", len(got))
	}
	for i := range got {
		if !bytes.Equal(got[i], body) {
			t.Errorf("try %d brought %s, want %s", i+1, got[i], body)
		}
	}
}

func mallCancelled(t *testing.T, h MallHarness) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := h.Mall().Deliver(ctx, h.Meet(MallAccepts), []byte(`{}`)); !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want Unavailable", err)
	}
	if got := len(h.Received()); got != 0 {
		t.Errorf("the mall got %d notices", got)
	}
}

// PaidNotice is the paid payment of the starting collection.
func PaidNotice() ports.PaymentNotice {
	return ports.PaymentNotice{
		Partner:    "demomall:0:demo-app-public-key",
		OrderNo:    "20220519-0000029",
		PayMethod:  "etc",
		Reference:  "pg-order-001",
		Amount:     "3065.00",
		Currency:   "PHP",
		Paid:       true,
		FullRefund: true,
		ExtraData:  json.RawMessage(`{"pgName": "demo","orderId":"20220519-0000029"}`),
		Message:    "Success",
	}
}

func mallComposes(t *testing.T, m ports.Mall) {
	t.Helper()
	paid, unpaid := PaidNotice(), PaidNotice()
	unpaid.Paid, unpaid.Amount = false, "0"
	first, err := m.ComposePaymentNotice(paid)
	if err != nil {
		t.Fatal(err)
	}
	second, err := m.ComposePaymentNotice(paid)
	if err != nil || !bytes.Equal(first, second) {
		t.Errorf("composed %s, then %s, %v", first, second, err)
	}
	other, err := m.ComposePaymentNotice(unpaid)
	if err != nil || bytes.Equal(first, other) {
		t.Errorf("the unpaid notice is %s, %v", other, err)
	}
}

func mallAccepts(t *testing.T, m ports.Mall) {
	t.Helper()
	domains := []string{"www.tindahan.example"}
	for _, raw := range []string{
		"https://" + mallHost + "/Pay/Recv/openpg/PayReceiveRtnPage.php",
		"https://" + mallHost + "/Pay/Recv/openpg/PayReceiveRtnPage.php?a=1&b=%ED%95%9C",
		"https://www.tindahan.example/Pay/Recv/openpg/PayReceiveNoty.php",
	} {
		if got, err := m.AcceptURL(domains, raw); err != nil || got != raw {
			t.Errorf("AcceptURL(%s) = %s, %v; want it unchanged", raw, got, err)
		}
	}
}

func mallRefuses(t *testing.T, m ports.Mall) {
	t.Helper()
	domains := []string{"www.tindahan.example"}
	for _, raw := range []string{
		"",
		"https://elsewhere.example/Pay/Recv/openpg/PayReceiveNoty.php",
		"https://evilcafe24.com/Pay/Recv/openpg/PayReceiveNoty.php",
		"https://evil.www.tindahan.example/Pay/Recv/openpg/PayReceiveNoty.php",
		"http://" + mallHost + "/Pay/Recv/openpg/PayReceiveNoty.php",
		"https://" + mallHost + "/exec/front/order",
		"https://" + mallHost + "/Pay/Recv/../../admin",
	} {
		if got, err := m.AcceptURL(domains, raw); !fault.Is(err, fault.Invalid) || got != "" {
			t.Errorf("AcceptURL(%s) = %s, %v; want Invalid", raw, got, err)
		}
	}
}

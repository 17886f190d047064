package panel_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"paybridge/adapters/http/panel"
	"paybridge/application/query"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/domain/session"
	"paybridge/ports"
)

// texts are all texts of a language by their place.
func texts(at string, v reflect.Value, found map[string]string) map[string]string {
	switch v.Kind() { //nolint:exhaustive // words are made of these
	case reflect.String:
		found[at] = v.String()
	case reflect.Struct:
		for i := range v.NumField() {
			texts(at+"."+v.Type().Field(i).Name, v.Field(i), found)
		}
	case reflect.Map:
		for _, key := range v.MapKeys() {
			texts(fmt.Sprint(at, "[", key, "]"), v.MapIndex(key), found)
		}
	}
	return found
}

func TestEveryLanguageSaysEverything(t *testing.T) {
	t.Parallel()
	english := texts("", reflect.ValueOf(panel.For(session.English)), map[string]string{})
	for _, w := range panel.All() {
		own := texts("", reflect.ValueOf(w), map[string]string{})
		if len(own) != len(english) {
			t.Errorf("%s says %d things, English %d", w.Tag, len(own), len(english))
		}
		for at, text := range english {
			if own[at] == "" || (w.Tag != "en" && own[at] == text) {
				t.Errorf("%s: %s is %q", w.Tag, at, own[at])
			}
			if strings.Count(own[at], "%s") != strings.Count(text, "%s") || strings.Count(own[at], "%d") != strings.Count(text, "%d") {
				t.Errorf("%s: %s puts in something else than English: %q", w.Tag, at, own[at])
			}
		}
	}
}

func TestEverythingThatCanHappenHasAName(t *testing.T) {
	t.Parallel()
	w := panel.For(session.English)
	named := func(names map[string]string, code string) {
		if names[code] == "" {
			t.Errorf("%q has no name", code)
		}
	}
	for k := order.EventKind(1); k.String() != ""; k++ {
		named(w.Payments.Events, k.String())
	}
	for s := payment.State(1); s.String() != ""; s++ {
		named(w.Payments.States, s.String())
	}
	for s := refund.State(1); s.String() != ""; s++ {
		named(w.Payments.RefundStates, s.String())
	}
	for _, d := range []order.Door{
		order.CheckoutDoor, order.ExternalDoor, order.CallbackDoor, order.WebhookDoor, order.ReconcilerDoor, order.NotificationDoor, order.StatusDoor, order.CancelDoor, order.OperatorDoor,
	} {
		named(w.Payments.Doors, string(d))
	}
	for _, f := range query.Findings() {
		if w.Findings[f].Text == "" || w.Findings[f].Do == "" {
			t.Errorf("finding %s is not explained", f)
		}
	}
	for _, d := range ports.Deeds() {
		if w.Audit.Deeds[d] == "" {
			t.Errorf("deed %s has no name", d)
		}
	}
}

func TestTimeIsToldAsPeopleTellIt(t *testing.T) {
	t.Parallel()
	w, now := panel.For(session.English), time.Date(2026, 11, 26, 12, 0, 0, 0, time.FixedZone("KST", 9*3600))
	got := []string{
		w.Moment(now), w.Moment(time.Time{}), w.Ago(time.Time{}, now), w.Ago(now.Add(-time.Second), now), w.Ago(now.Add(-59*time.Minute), now),
		w.Ago(now.Add(-47*time.Hour), now), w.Ago(now.Add(-49*time.Hour), now),
	}
	if want := []string{"2026-11-26 03:00 UTC", "never", "", "just now", "59 min ago", "47 h ago", "2 days ago"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := w.Of(w.Payments.States, "new"); got != "new" {
		t.Errorf("what has no name is called %q", got)
	}
}

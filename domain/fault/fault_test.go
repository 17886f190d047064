package fault_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"paybridge/domain/fault"
)

func TestAWrappedFaultKeepsItsKindCodeAndMessage(t *testing.T) {
	t.Parallel()
	base := fault.New(fault.Conflict, "already_paid", "the order is already paid")
	err := fault.Wrap(fault.Wrap(base, "checkout %s", "20220519-0000029"), "http")
	got := fault.Of(err)
	if got.Kind != fault.Conflict || got.Code != "already_paid" || got.Message != "the order is already paid" {
		t.Fatalf("got %+v", got)
	}
	if !errors.Is(err, base) {
		t.Fatal("errors.Is does not find the sentinel through two wraps")
	}
}

func TestTheCauseIsLoggedButIsNoPartOfTheMessage(t *testing.T) {
	t.Parallel()
	err := fault.New(fault.Unavailable, "database_down", "try again").Because(errors.New("dial tcp 10.0.0.1"))
	if !strings.Contains(err.Error(), "10.0.0.1") {
		t.Error("the log text lacks the cause")
	}
	if strings.Contains(err.Message, "10.0.0.1") {
		t.Error("the outside text shows the cause")
	}
}

func TestForeignErrorsBecomeInternalAndHideTheirText(t *testing.T) {
	t.Parallel()
	got := fault.Of(errors.New("secret table name"))
	if got.Kind != fault.Internal || strings.Contains(got.Message, "secret") {
		t.Fatalf("got %+v", got)
	}
}

func TestAnExpiredContextSurelyDidNothingMoreThanRunOut(t *testing.T) {
	t.Parallel()
	if !fault.Is(fault.Wrap(context.DeadlineExceeded, "load order"), fault.Unavailable) {
		t.Fatal("a deadline is not Unavailable")
	}
}

func TestNilStaysNil(t *testing.T) {
	t.Parallel()
	if fault.Of(nil) != nil || fault.Wrap(nil, "x") != nil || fault.Is(nil, fault.Internal) {
		t.Fatal("nil became a fault")
	}
}

func TestAnInvalidFieldIsNamedInItsMessage(t *testing.T) {
	t.Parallel()
	got := fault.InvalidField("amount", "must be greater than zero")
	if got.Field != "amount" || !strings.HasPrefix(got.Message, "amount: ") {
		t.Fatalf("got %+v", got)
	}
}

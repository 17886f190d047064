package cli_test

import (
	"strings"
	"testing"

	"paybridge/application/command"
	"paybridge/domain/fault"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
)

const decided = " --mall=demomall --shop=2 --evidence=statement-22 --by=kim"

// decisions lets an operator decide whatever he likes, and keeps what he decided.
func decisions(d *desk, err error) (*command.ResolvePayment, *command.ResolveRefund) {
	p, f := &command.ResolvePayment{}, &command.ResolveRefund{}
	d.app.Commands.ResolvePayment = handle(func(in command.ResolvePayment) (payment.Snapshot, error) {
		*p = in
		return payment.Snapshot{State: in.As}, err
	})
	d.app.Commands.ResolveRefund = handle(func(in command.ResolveRefund) (refund.Snapshot, error) {
		*f = in
		return refund.Snapshot{Number: in.Refund, State: in.As}, err
	})
	return p, f
}

func TestWhatAnOperatorDecidesIsSaidAsItIsStored(t *testing.T) {
	t.Parallel()
	for line, want := range map[string]string{
		"resolve payment 20220519-0000029 --as=paid":                  "the payment of order 20220519-0000029 is paid; `paybridge payments show 20220519-0000029` shows by whose word\n",
		"resolve payment 20220519-0000029 --as=failed --json":         "{\n  \"order_id\": \"20220519-0000029\",\n  \"state\": \"failed\"\n}\n",
		"resolve refund 20220519-0000029 3 --as=refunded":             "refund 3 of order 20220519-0000029 is refunded; `paybridge payments show 20220519-0000029` shows by whose word\n",
		"resolve refund 20220519-0000029 3 --as=not-executed --json":  "{\n  \"order_id\": \"20220519-0000029\",\n  \"refund\": 3,\n  \"state\": \"not_executed\"\n}\n",
		"resolve payment 20220519-0000029 --as=abandoned --attempt=2": "the payment of order 20220519-0000029 is abandoned; `paybridge payments show 20220519-0000029` shows by whose word\n",
		"resolve refund 20220519-0000029 1 --as=rejected --json":      "{\n  \"order_id\": \"20220519-0000029\",\n  \"refund\": 1,\n  \"state\": \"rejected\"\n}\n",
	} {
		d := setup()
		decisions(d, nil)
		if r := d.run(t, line+decided); r != (result{out: want}) {
			t.Errorf("%s: %+v", line, r)
		}
	}
}

func TestADecisionReachesTheCommandWhole(t *testing.T) {
	t.Parallel()
	d := setup()
	p, f := decisions(d, nil)
	word := command.Decision{Number: "20220519-0000029", Mall: "demomall", Shop: 2, By: "kim", Evidence: "statement-22"}
	d.run(t, "resolve payment 20220519-0000029 --as=expired --attempt=2"+decided)
	if want := (command.ResolvePayment{Decision: word, Attempt: 2, As: payment.Expired}); *p != want {
		t.Errorf("decided %+v", *p)
	}
	d.run(t, "resolve refund 20220519-0000029 3 --as=not-executed"+decided)
	if want := (command.ResolveRefund{Decision: word, Refund: 3, As: refund.NotExecuted}); *f != want {
		t.Errorf("decided %+v", *f)
	}
}

func TestADecisionThatIsRefusedIsAFailureWithItsReason(t *testing.T) {
	t.Parallel()
	for line, advice := range map[string]string{
		"resolve payment 20220519-0000029 --as=paid":      "`paybridge payments list` shows",
		"resolve refund 20220519-0000029 3 --as=rejected": "`paybridge payments show` shows",
	} {
		d := setup()
		decisions(d, fault.New(fault.NotFound, "no_such_order", "nothing is known of it"))
		if r := d.run(t, line+decided); r.code != 1 || r.out != "" || !strings.Contains(r.err, "nothing is known of it") || !strings.Contains(r.err, advice) {
			t.Errorf("%s: %+v", line, r)
		}
	}
}

func TestADecisionWithoutEvidenceOrNameOrEndIsNoDecision(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"resolve payment 20220519-0000029 --as=paid --by=kim", "resolve payment 20220519-0000029 --as=paid --evidence=e",
		"resolve payment 20220519-0000029 --as=pending --by=kim --evidence=e", "resolve payment 20220519-0000029 --by=kim --evidence=e",
		"resolve payment ;drop --as=paid --by=kim --evidence=e", "resolve refund 20220519-0000029 --as=refunded --by=kim --evidence=e",
		"resolve refund 20220519-0000029 1 --as=pending --by=kim --evidence=e", "resolve refund 20220519-0000029 x --as=refunded --by=kim --evidence=e",
	} {
		d := setup()
		if r := d.run(t, line); r.code != 2 || r.err == "" || d.opened != 0 {
			t.Errorf("%s: %+v, opened %d times", line, r, d.opened)
		}
	}
}

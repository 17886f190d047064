package command

import (
	"context"
	"slices"

	"paybridge/domain/fault"
)

// step is one thing that a mall is told, with what takes it back; nil: it may stay.
type step struct {
	do, undo func(context.Context) error
}

// steps are what the mall is told. The button goes before the payments that it leads to, and comes after them.
func (s switching) steps(h SwitchShopHandler) []step {
	mall, no := s.Mall, s.was.No
	offer := func(ctx context.Context) error { return h.Payments.Offer(ctx, mall, no, s.partner) }
	withdraw := func(ctx context.Context) error { return h.Payments.Withdraw(ctx, mall, no) }
	place := func(ctx context.Context) error { return h.Scripts.PutScript(ctx, mall, no, h.Script) }
	remove := func(ctx context.Context) error { return h.Scripts.RemoveScript(ctx, mall, no) }
	perhaps := s.was.ExternalCheckout || !s.known // the button may be there
	var list []step
	if s.To {
		first := step{do: offer}
		if !s.was.Enabled {
			first.undo = withdraw
		}
		list = append(list, first)
		switch {
		case s.external && !s.was.ExternalCheckout:
			list = append(list, step{do: place, undo: remove})
		case s.external:
			list = append(list, step{do: place})
		case perhaps:
			list = append(list, step{do: remove})
		}
		return list
	}
	if perhaps || s.external {
		taken := step{do: unlessGone(remove)}
		if s.was.Enabled && s.was.ExternalCheckout {
			taken.undo = place
		}
		list = append(list, taken)
	}
	return append(list, step{do: unlessGone(withdraw)})
}

// unlessGone takes a mall that gives no access for one that has nothing of us any more: Cafe24 removes what an
// app has registered together with the app.
func unlessGone(tell func(context.Context) error) func(context.Context) error {
	return func(ctx context.Context) error {
		err := tell(ctx)
		if err == nil {
			return nil
		}
		if code := fault.Of(err).Code; code == "access_revoked" || code == "not_installed" {
			return nil
		}
		return err
	}
}

// run takes the steps in their order. When one fails, those that were taken or may have been are taken back,
// the last first; sure reports that the mall has what it had before.
func run(ctx context.Context, steps []step) (failed error, sure bool) {
	taken := 0
	for _, s := range steps {
		if failed = s.do(ctx); failed != nil {
			break
		}
		taken++
	}
	if failed == nil {
		return nil, true
	}
	doubt := fault.Is(failed, fault.Indeterminate)
	sure = !doubt || steps[taken].undo != nil
	back := steps[:taken]
	if doubt {
		back = steps[:taken+1]
	}
	undoing, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoBudget)
	defer cancel()
	for _, s := range slices.Backward(back) {
		if s.undo != nil && s.undo(undoing) != nil {
			sure = false
		}
	}
	return failed, sure
}

package main

import (
	"context"
	"math/big"
	"time"

	"paybridge/test/sandbox/flow"
)

// outcome is how a story ended.
type outcome struct {
	flow flow.Flow
	took time.Duration
	err  error
}

// play tells the stories one after the other and returns the exit status.
func play(ctx context.Context, wanted []flow.Flow, there *place, out *printer) int {
	out.opening(there)
	there.warn(ctx, out)
	before, status := look(ctx, there), 0
	var outcomes []outcome
	for _, one := range wanted {
		began := time.Now()
		err := playOne(ctx, one, there, out)
		if ctx.Err() != nil {
			return 1
		}
		if err != nil {
			status = 1
		}
		outcomes = append(outcomes, outcome{one, time.Since(began), err})
		out.ending(outcomes[len(outcomes)-1])
	}
	out.summary(outcomes, look(ctx, there).less(before))
	return status
}

// playOne plays a story and prints its messages below the sentences that they belong to.
func playOne(ctx context.Context, one flow.Flow, there *place, out *printer) error {
	out.heading(one)
	order, printed, began := "", 0, time.Now()
	flush := func() {
		if order == "" {
			return
		}
		told, err := there.story(ctx, order)
		if err != nil {
			return // There is nothing to print; the story's own outcome is what counts.
		}
		for _, step := range told.Steps[min(printed, len(told.Steps)):] {
			if step.Tone == "wait" {
				break
			}
			printed++
			if order == flow.Beside {
				step.Since = step.Time.Sub(began) // That story is as old as the sandbox.
			}
			out.step(step)
		}
	}
	// A sentence announces what comes; only the first tells what has just been.
	first := true
	err := one.Play(ctx, &flow.World{
		MallURL: there.mall, CompanyURL: there.company, AppURL: there.app,
		Begun: func(id string) {
			order = id
			if id != flow.Beside {
				return
			}
			if told, err := there.story(ctx, id); err == nil {
				printed = len(told.Steps) // What others did before is not of this story.
			}
		},
		Say: func(sentence string) {
			if !first {
				flush()
			}
			out.sentence(sentence)
			if first {
				flush()
			}
			first = false
		},
	})
	flush()
	return err
}

// totals are what mall and company hold.
type totals struct {
	orders, refunds int
	paid, refunded  *big.Rat
	told            counts
	known           bool
}

func look(ctx context.Context, there *place) totals {
	sum := totals{paid: new(big.Rat), refunded: new(big.Rat)}
	var orders []held
	sum.known = there.get(ctx, there.company+"/_sandbox/orders", &orders) == nil && there.get(ctx, there.mall+"/_sandbox/counts", &sum.told) == nil
	for _, one := range orders {
		paid, back := amount(one.Paid), amount(one.Refunded)
		sum.orders += min(paid.Sign(), 1)
		sum.refunds += min(back.Sign(), 1)
		sum.paid.Add(sum.paid, paid)
		sum.refunded.Add(sum.refunded, back)
	}
	return sum
}

func amount(text string) *big.Rat {
	read, ok := new(big.Rat).SetString(text)
	if !ok {
		return new(big.Rat)
	}
	return read
}

// less is what has been added since.
func (t totals) less(before totals) totals {
	return totals{
		orders: t.orders - before.orders, refunds: t.refunds - before.refunds, known: t.known && before.known,
		paid: new(big.Rat).Sub(t.paid, before.paid), refunded: new(big.Rat).Sub(t.refunded, before.refunded),
		told: counts{t.told.Received - before.told.Received, t.told.Valid - before.told.Valid, t.told.Accepted - before.told.Accepted},
	}
}

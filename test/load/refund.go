package main

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"paybridge/test/load/drive"
	"paybridge/test/load/message"
	"paybridge/test/load/outside"
	"paybridge/test/load/report"
	"paybridge/test/load/stage"
)

const (
	leastRefunds = 300 // a second, promised
	// dear is the amount of the payment that everything is given back from: enough for a hundred thousand
	// refunds of which no two are of the same amount. Equal ones would be looked at twice.
	dear = 99_999_999_99
)

// refundConnections are measured one after the other. Every refund stands in the order's line twice, so sixteen
// of them wait for each other more than for anything else; 64 keep the machine busy.
var refundConnections = []int{16, 64}

// measureRefunds gives money of one paid payment back, as fast as the app can, every refund decided under
// the lock of the same order. The mall's idea of what remains cannot be right for many at a time, so this app
// does not compare it (CAFE24_REMAIN_CHECK=limit).
func measureRefunds(ctx context.Context, b *bench) (findings, error) {
	var found findings
	for _, connections := range refundConnections {
		r, err := b.refund(ctx, connections)
		if err != nil {
			return findings{}, err
		}
		b.say("  %.0f/s", r.Rate())
		work := fmt.Sprintf("refunds of one payment, %d connections", connections)
		found.lines = append(found.lines, report.Line{
			Work: work, Value: r.Rate(), Unit: "/s",
			P50: r.Percentile(0.5), P99: r.Percentile(0.99), Note: "synchronous; all wait for the lock of one order",
		})
		found.promises = append(found.promises, report.Promise{What: work, Got: r.Rate(), Unit: "/s", Limit: leastRefunds})
	}
	return found, nil
}

// refund is one run, of a payment of its own.
func (b *bench) refund(ctx context.Context, connections int) (r drive.Result, err error) {
	err = b.onStage(ctx, func(s *stage.Stage) error {
		paid, err := b.payDearly(ctx, s)
		if err != nil {
			return err
		}
		r = drive.Closed(ctx, refunds(s, paid), drive.Load{Connections: connections, Warm: b.refunding / 5, Run: b.refunding})
		if err := b.judge(ctx, s, r); err != nil {
			return err
		}
		if got := s.World.Company.Refunds(paid.Reference); got != r.Next {
			return fmt.Errorf("%d refunds were asked for and the company made %d", r.Next, got)
		}
		return nil
	}, "CAFE24_REMAIN_CHECK=limit")
	return r, err
}

// payDearly opens a payment, pays it, and waits until the mall was told.
func (b *bench) payDearly(ctx context.Context, s *stage.Stage) (outside.Order, error) {
	amount := centavos(dear)
	once := drive.Load{Connections: 1, Run: time.Minute, Most: 1}
	opening := checkouts(s)
	opening.Body = func(int) []byte { return message.CheckoutOf(message.OrderNumber(0), amount) }
	if err := b.judge(ctx, s, drive.Closed(ctx, opening, once)); err != nil {
		return outside.Order{}, err
	}
	paid := s.World.Company.PayAll()[0]
	at, err := url.Parse(paid.WebhookURL)
	if err != nil {
		return outside.Order{}, err
	}
	letter := func(int) []byte { return message.LetterOf(paid.Reference, paid.Code, "S", amount) }
	if err := b.judge(ctx, s, drive.Closed(ctx, drive.Target{Address: s.Address, Path: at.Path, Body: letter, Expect: webhookGood}, once)); err != nil {
		return outside.Order{}, err
	}
	told, err := awaitTold(ctx, s, 1, settleBudget)
	if err == nil && told == 0 {
		err = fmt.Errorf("the payment was not settled in time\n%s", s.Log())
	}
	return paid, err
}

// refunds are of 0.01, 0.02, 0.03 and so on.
func refunds(s *stage.Stage, paid outside.Order) drive.Target {
	body := func(serial int) []byte {
		n := int64(serial) + 1
		return message.Cancel(paid.Reference, paid.Code, centavos(dear), centavos(n), centavos(dear-n*(n+1)/2))
	}
	return drive.Target{Address: s.Address, Path: refundPath, Body: body, Expect: refundGood}
}

func centavos(n int64) string { return fmt.Sprintf("%d.%02d", n/100, n%100) }

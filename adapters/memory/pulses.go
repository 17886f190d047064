package memory

import (
	"cmp"
	"context"
	"slices"
	"time"

	"paybridge/domain/merchant"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/ports"
)

// newest is how many orders tell when something happened last.
const newest = 200

// Pulse implements ports.Pulses.
func (s views) Pulse(ctx context.Context, mall merchant.MallID) (ports.Pulse, error) {
	var p ports.Pulse
	err := s.locked(ctx, func(time.Time) error {
		orders := s.ordersOf(mall)
		for _, o := range orders {
			countTrouble(&p, o)
		}
		recent := map[order.ID]bool{}
		for _, o := range limited(orders, newest) {
			recent[o.ID] = true
			p.LastCheckout = later(p.LastCheckout, o.Latest.ReceivedAt)
		}
		for _, l := range s.letters {
			if recent[l.Order] {
				p.LastLetter = later(p.LastLetter, l.At)
			}
		}
		for _, j := range s.jobs {
			if isNotice(j) && s.mallOf(j.Order) == mall {
				countNotice(&p, j, recent[j.Order])
			}
		}
		return nil
	})
	return p, err
}

// ordersOf are the orders of a mall, the newest first.
func (s *Store) ordersOf(mall merchant.MallID) []order.Snapshot {
	var list []order.Snapshot
	for _, r := range s.orders {
		if r.state.Key.Mall == mall {
			list = append(list, r.state)
		}
	}
	slices.SortFunc(list, func(a, b order.Snapshot) int {
		return cmp.Or(b.CreatedAt.Compare(a.CreatedAt), cmp.Compare(b.ID, a.ID))
	})
	return list
}

func countTrouble(p *ports.Pulse, o order.Snapshot) {
	for _, a := range o.Payments {
		p.OpenPayments += one(!a.State.Closed() && a.State != payment.Paid || o.Surplus(a))
		p.Refused += one(a.Hold == payment.CredentialsHold)
		p.Held += one(a.Hold != payment.NoHold && a.Hold != payment.CredentialsHold)
	}
	for _, f := range o.Refunds {
		p.OpenRefunds += one(f.State.Open())
	}
}

func countNotice(p *ports.Pulse, j *job, recent bool) {
	switch j.state {
	case ready, running:
		p.Waiting++
		p.OldestWaiting = earlier(p.OldestWaiting, j.Enqueued)
	case dead:
		p.Dead++
	case done:
		if recent && j.LastWord == "told" {
			p.LastTold = later(p.LastTold, j.began)
		}
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

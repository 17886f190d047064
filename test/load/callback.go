package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"net/url"
	"time"

	"github.com/valyala/fasthttp"

	"paybridge/test/load/drive"
	"paybridge/test/load/message"
	"paybridge/test/load/outside"
	"paybridge/test/load/report"
	"paybridge/test/load/sample"
	"paybridge/test/load/stage"
)

// measureCallback lets buyers come back who have paid, each once: first as fast as 16 connections can,
// then at half of that rate and at fixed times. From each latency of the second half it subtracts what
// the company took to answer the question about that very order; see measureShare for what remains.
func measureCallback(ctx context.Context, b *bench) (findings, error) {
	redis, err := redisAddress()
	if err != nil {
		return findings{}, err
	}
	var own, company []time.Duration
	var rate float64
	err = b.onStage(ctx, func(s *stage.Stage) error {
		target, orders, err := b.buyersBack(ctx, s, 2*b.buyers)
		if err != nil {
			return err
		}
		most := drive.Closed(ctx, target, drive.Load{Connections: 16, Run: time.Minute, Most: b.buyers})
		if err := b.judge(ctx, s, most); err != nil {
			return err
		}
		rate = most.Rate() / 2
		paced := drive.Open(ctx, target, drive.Load{Connections: shareConnections, Run: time.Minute, Most: len(orders) - b.buyers, First: b.buyers}, rate)
		for _, shot := range paced.Shots {
			part := s.World.Company.ShowingTook(orders[shot.Serial].Reference)
			own, company = append(own, shot.Took-part), append(company, part)
		}
		return b.judge(ctx, s, paced)
	}, "REDIS_URL="+redis, "PAYBRIDGE_TRUSTED_PROXIES=127.0.0.1/32")
	if err != nil {
		return findings{}, err
	}
	line := report.Line{
		Work: "own share of a callback", Unit: "ms", Value: report.Milliseconds(sample.Percentile(own, 0.5)),
		P50: sample.Percentile(own, 0.5), P99: sample.Percentile(own, 0.99),
		Note: fmt.Sprintf("at %.0f/s; the company's part: p50 %.2f ms", rate, report.Milliseconds(sample.Percentile(company, 0.5))),
	}
	b.say("  at %.0f/s: p50 %s, p99 %s", rate, line.P50, line.P99)
	return findings{lines: []report.Line{line}}, nil
}

// buyersBack opens n synchronous payments and lets the buyers pay. It returns how they come back:
// each from an address of its own, because the app takes only so many returns from one.
func (b *bench) buyersBack(ctx context.Context, s *stage.Stage, n int) (drive.Target, []outside.Order, error) {
	opened := drive.Closed(ctx, syncCheckouts(s), drive.Load{Connections: 16, Run: time.Minute, Most: n})
	if err := b.judge(ctx, s, opened); err != nil {
		return drive.Target{}, nil, err
	}
	// Nobody is to ask about these payments but the returns.
	if err := s.Database.Exec(ctx, "UPDATE outbox SET run_at = now() + interval '1 day' WHERE state = 'ready'"); err != nil {
		return drive.Target{}, nil, err
	}
	orders := s.World.Company.PayAll()
	all := make([][]byte, len(orders))
	for i, o := range orders {
		key, err := keyOf(o)
		if err != nil {
			return drive.Target{}, nil, err
		}
		all[i] = message.Return(key, o.Code, o.Reference)
	}
	return drive.Target{
		Address: s.Address, Path: syncCallbackPath, Status: fasthttp.StatusSeeOther,
		Body:   func(serial int) []byte { return all[serial] },
		Header: func(serial int, h *fasthttp.RequestHeader) { h.Set(fasthttp.HeaderXForwardedFor, buyer(serial)) },
	}, orders, nil
}

// buyer is the address of the serial-th buyer.
func buyer(serial int) string {
	var address [4]byte
	binary.BigEndian.PutUint32(address[:], 10<<24+uint32(serial)) //nolint:gosec // some thousand buyers
	return netip.AddrFrom4(address).String()
}

// keyOf is the key that the app gave the order.
func keyOf(o outside.Order) (string, error) {
	u, err := url.Parse(o.CallbackURL)
	if err != nil || u.Query().Get("key") == "" {
		return "", fmt.Errorf("the order %s has no key in its callback URL", o.Reference)
	}
	return u.Query().Get("key"), nil
}

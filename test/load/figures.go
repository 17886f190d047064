package main

import (
	"context"
	"strings"

	"paybridge/test/load/report"
)

// figure is one thing that is measured. A new one is a file with a function, and a line in figures.
type figure struct {
	name, about string
	measure     func(context.Context, *bench) (findings, error)
}

type findings struct {
	lines    []report.Line
	promises []report.Promise
}

func figures() []figure {
	return []figure{
		{"checkout", "checkouts a second beside pgbench with the same two transactions", measureCheckouts},
		{"share", "the app's own share of a checkout's latency at half of its speed", measureShare},
		{"webhook", "webhooks a second beside pgbench with the same statements", measureWebhooks},
		{"status", "status questions a second from Redis, beside a bare handler with one GET, and without Redis", measureStatus},
		{"callback", "the app's own share of a callback's latency at half of its speed", measureCallback},
		{"refund", "refunds a second of one payment", measureRefunds},
		{"backlog", "notices a second, and memory, when the app starts with very many that are due", measureBacklog},
		{"growth", "how long requests take beside many stored payments, and beside few", measureGrowth},
		{"footprint", "memory, and the time from start to first answer", measureFootprint},
	}
}

// chosen returns the figure with the name, all for an empty name, and none for an unknown one.
func chosen(name string) []figure {
	all := figures()
	if name == "" {
		return all
	}
	for _, f := range all {
		if f.name == name {
			return []figure{f}
		}
	}
	return nil
}

func names() string {
	var all []string
	for _, f := range figures() {
		all = append(all, f.name)
	}
	return strings.Join(all, ", ")
}

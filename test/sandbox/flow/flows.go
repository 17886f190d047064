package flow

import (
	"context"
	"slices"
)

// Flow is one story.
type Flow struct {
	// Name is what --flow and the buttons say.
	Name string
	// Title and Text tell a person what is going to happen.
	Title, Text string
	// Breaks says that something goes wrong in it.
	Breaks bool
	// Play tells the story. It returns when the outcome is as promised, or why it is not.
	Play func(ctx context.Context, w *World) error
}

// The two ways in which a mall learns what became of a payment or a refund.
const (
	asynchronous = "asynchronous"
	synchronous  = "synchronous"
)

// All lists the stories in the order in which they are best told.
func All() []Flow {
	return slices.Concat(merchants(), payments(), refunds(), troubles())
}

// Find returns the story of this name.
func Find(name string) (Flow, bool) {
	for _, candidate := range All() {
		if candidate.Name == name {
			return candidate, true
		}
	}
	return Flow{}, false
}

func paid(o Order) bool { return o.State == "paid" }

func refundsDone(count int) func(Order) bool {
	return func(o Order) bool {
		done := 0
		for _, refund := range o.Refunds {
			if refund.State == "refunded" {
				done++
			}
		}
		return done == count
	}
}

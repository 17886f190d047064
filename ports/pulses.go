package ports

import (
	"context"
	"time"

	"paybridge/domain/merchant"
)

// Pulses tell how a mall's traffic stands, for whoever looks after the mall.
type Pulses interface {
	// Pulse counts and dates what happened at a mall; all zero when nothing did. Times of the newest events
	// are those of the mall's 200 newest orders.
	Pulse(ctx context.Context, mall merchant.MallID) (Pulse, error)
}

// Pulse is the traffic of one mall. Zero times mean never.
type Pulse struct {
	LastCheckout  time.Time // the newest request of a buyer to pay
	LastLetter    time.Time // the newest webhook of a payment company about one of its payments
	LastTold      time.Time // the newest notification that the mall confirmed
	Waiting       int64     // notifications on the way
	OldestWaiting time.Time // since when the oldest of them is
	Dead          int64     // notifications that were given up
	OpenPayments  int64     // attempts that the company has not ended, and surpluses that have not gone back
	OpenRefunds   int64
	Refused       int64 // attempts on hold because the company refuses their keys
	Held          int64 // attempts on hold for other reasons
}

package ports

import "paybridge/domain/merchant"

// Reservation is what the script in a mall's page wants to have signed before the mall reserves an
// order: its texts as they were received, because texts are what is signed.
type Reservation struct {
	Mall   merchant.MallID
	Time   string // Unix seconds
	App    string // the client id under which the page's script runs
	Member string // who orders: a member or a guest
}

// ReservationSigner signs reservations of orders, for pages that anybody can open.
type ReservationSigner interface {
	// SignReservation returns the signature by which the mall reserves the order. Forbidden
	// "foreign_app" for a client id that is not of this app, Invalid, naming the field, for every other
	// text that is not of the narrow grammar that keeps a reservation apart from all that is signed
	// with the same key.
	SignReservation(r Reservation) (string, error)
}

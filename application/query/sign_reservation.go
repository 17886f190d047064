package query

import (
	"context"
	"strconv"
	"time"

	"paybridge/domain/fault"
	"paybridge/ports"
)

// reservationWindow is how far the time of a reservation may be from now. The page's script knows our
// time, so a buyer's wrong clock does not matter.
const reservationWindow = 5 * time.Minute

// SignReservation asks for the signature with which the page of a mall reserves an order.
type SignReservation struct{ ports.Reservation }

// SignReservationHandler signs reservations in malls that are linked. Whoever can open the page of a mall
// can ask, so nothing but a reservation is ever signed.
type SignReservationHandler struct {
	Merchants ports.Merchants
	Signer    ports.ReservationSigner
	Clock     ports.Clock
	AnyTime   bool // sandbox: also sign for times long gone
}

// Handle returns the signature. NotFound "no_button" for a mall that is not linked, Invalid for a time that is
// not now; else what the signer says.
func (h SignReservationHandler) Handle(ctx context.Context, q SignReservation) (string, error) {
	signature, err := h.Signer.SignReservation(q.Reservation)
	if err != nil {
		return "", err
	}
	if !h.AnyTime && !h.isNow(q.Time) {
		return "", fault.InvalidField("request_time", "is not the present time")
	}
	m, err := h.Merchants.Get(ctx, ports.MerchantQuery{Mall: q.Mall})
	if fault.Is(err, fault.NotFound) {
		return "", errNoButton
	}
	if err != nil {
		return "", err
	}
	if _, err := m.Current(); err != nil {
		return "", errNoButton
	}
	return signature, nil
}

func (h SignReservationHandler) isNow(text string) bool {
	seconds, err := strconv.ParseInt(text, 10, 64)
	return err == nil && h.Clock.Now().Sub(time.Unix(seconds, 0)).Abs() <= reservationWindow
}

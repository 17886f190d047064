package cafe24

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

// The grammars of a reservation. Its four texts are joined without a delimiter and signed with the key
// of the payment messages, for whoever asks. A mall id begins with a letter and every payment message
// with a digit; no text holds the "=" of a launch's query or the quotes of a reservation's answer: so no
// reservation is ever another message.
var (
	reservationTime = regexp.MustCompile(`^[1-9][0-9]{9}$`)
	// A mall and a time together can be a longer mall that reaches two characters into the client id. Something other than
	// a digit among the next nine leaves no room for the ten digits of another time there.
	clientIDText = regexp.MustCompile(`^[A-Za-z0-9_-]{2}[0-9]{0,8}[A-Za-z_-][A-Za-z0-9_-]{0,61}$`)
	memberText   = regexp.MustCompile(`^[A-Za-z0-9_.@-]{1,64}$`)
)

// ReservationSigner implements ports.ReservationSigner (protocol section 7.3).
type ReservationSigner struct {
	signer    *Signer
	clientIDs []string
}

var _ ports.ReservationSigner = (*ReservationSigner)(nil)

// NewReservationSigner signs for the client ids of this app. It refuses ids that could run into the time
// before them or the member after them: then two reservations could share one signature.
func NewReservationSigner(signer *Signer, clientIDs ...string) (*ReservationSigner, error) {
	if len(clientIDs) == 0 {
		return nil, errors.New("reservations: no client id is given")
	}
	for i, id := range clientIDs {
		if err := CheckClientID(id); err != nil {
			return nil, fmt.Errorf("reservations: %w", err)
		}
		for _, other := range clientIDs[:i] {
			if other != id && (strings.HasPrefix(undated(other), undated(id)) || strings.HasPrefix(undated(id), undated(other))) {
				return nil, fmt.Errorf("reservations: the client ids %q and %q begin alike", other, id)
			}
		}
	}
	return &ReservationSigner{signer: signer, clientIDs: clientIDs}, nil
}

// CheckClientID refuses what cannot be the id of an app in a reservation.
func CheckClientID(id string) error {
	if !clientIDText.MatchString(id) {
		return fmt.Errorf("the client id %q must be letters, digits, dashes and underscores, and one of its third to eleventh characters no digit", id)
	}
	return nil
}

// undated is a client id without the digits at its beginning, which could be the end of a time.
func undated(id string) string { return strings.TrimLeft(id, "0123456789") }

// SignReservation implements ports.ReservationSigner.
func (s *ReservationSigner) SignReservation(r ports.Reservation) (string, error) {
	if _, err := merchant.ParseMallID(string(r.Mall)); err != nil {
		return "", err
	}
	switch {
	case !reservationTime.MatchString(r.Time):
		return "", fault.InvalidField("request_time", "must be Unix seconds")
	case !slices.Contains(s.clientIDs, r.App):
		return "", fault.New(fault.Forbidden, "foreign_app", "client_key: is not of this app")
	case !memberText.MatchString(r.Member):
		return "", fault.InvalidField("member_id", "must be 1 to 64 letters, digits, dots, dashes, underscores or at signs")
	}
	return s.signer.mac(string(r.Mall) + r.Time + r.App + r.Member), nil
}

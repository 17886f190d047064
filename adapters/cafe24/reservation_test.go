package cafe24_test

import (
	"testing"

	"pgregory.net/rapid"

	"paybridge/adapters/cafe24"
	"paybridge/domain/fault"
	"paybridge/domain/merchant"
	"paybridge/ports"
)

const (
	ownID   = "mock_client_id"
	extraID = "iSCr50CoPxDpsmTLgede0A"

	reservationHash = "EjHa28d0J6JGF/c71jMd+dOl6cjaNE0a305TKH+OZ1s=" // vector V8
)

func newReservationSigner(t interface{ Fatal(...any) }) *cafe24.ReservationSigner {
	s, err := cafe24.NewReservationSigner(newSigner(t), ownID, extraID)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// wanting is a request for a signature.
func wanting(mall merchant.MallID, time, app, member string) ports.Reservation {
	return ports.Reservation{Mall: mall, Time: time, App: app, Member: member}
}

func TestTheReservationOfTheCollectionIsSigned(t *testing.T) {
	t.Parallel()
	got, err := newReservationSigner(t).SignReservation(ports.Reservation{Mall: "demomall", Time: "1657003037", App: extraID, Member: "mockuser"})
	if err != nil || got != reservationHash {
		t.Errorf("%s, %v, want %s", got, err, reservationHash)
	}
}

func TestOnlyAReservationIsSigned(t *testing.T) {
	t.Parallel()
	s := newReservationSigner(t)
	for name, tc := range map[string]struct {
		of    ports.Reservation
		kind  fault.Kind
		field string
	}{
		"no mall":                     {wanting("", "1657003037", ownID, "juan"), fault.Invalid, "mall_id"},
		"a mall with a digit first":   {wanting("3065demo", "1657003037", ownID, "juan"), fault.Invalid, "mall_id"},
		"a mall that is an amount":    {wanting("3065.00PHP", "1657003037", ownID, "juan"), fault.Invalid, "mall_id"},
		"a mall in capitals":          {wanting("Demomall", "1657003037", ownID, "juan"), fault.Invalid, "mall_id"},
		"a mall with a line after it": {wanting("demomall\n", "1657003037", ownID, "juan"), fault.Invalid, "mall_id"},
		"no time":                     {wanting("demomall", "", ownID, "juan"), fault.Invalid, "request_time"},
		"milliseconds":                {wanting("demomall", "1657003037000", ownID, "juan"), fault.Invalid, "request_time"},
		"a time with a sign":          {wanting("demomall", "-657003037", ownID, "juan"), fault.Invalid, "request_time"},
		"an order for a time":         {wanting("demomall", "20220519-0000029", ownID, "juan"), fault.Invalid, "request_time"},
		"no app":                      {wanting("demomall", "1657003037", "", "juan"), fault.Forbidden, ""},
		"another app":                 {wanting("demomall", "1657003037", "another", "juan"), fault.Forbidden, ""},
		"a beginning of our app":      {wanting("demomall", "1657003037", ownID[:5], ownID[5:]), fault.Forbidden, ""},
		"a partner id for an app":     {wanting("demomall", "1657003037", "demomall:0:", "demo-app-public-key"), fault.Forbidden, ""},
		"nobody":                      {wanting("demomall", "1657003037", ownID, ""), fault.Invalid, "member_id"},
		"a member with a colon":       {wanting("demomall", "1657003037", ownID, "a:0:b"), fault.Invalid, "member_id"},
		"a member with an equals":     {wanting("demomall", "1657003037", ownID, "a=b"), fault.Invalid, "member_id"},
		"a member with a quote":       {wanting("demomall", "1657003037", ownID, `a"`), fault.Invalid, "member_id"},
		"a member with a line after":  {wanting("demomall", "1657003037", ownID, "juan\n"), fault.Invalid, "member_id"},
		"a member without end": {
			wanting("demomall", "1657003037", ownID, "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), fault.Invalid, "member_id",
		},
	} {
		signature, err := s.SignReservation(tc.of)
		if got := fault.Of(err); got == nil || got.Kind != tc.kind || got.Field != tc.field || signature != "" {
			t.Errorf("%s: %q, %v, want kind %d of %q", name, signature, err, tc.kind, tc.field)
		}
	}
}

func TestClientIDsThatLeaveBordersOpenAreRefused(t *testing.T) {
	t.Parallel()
	for name, ids := range map[string][]string{
		"none": {}, "an empty one": {ownID, ""}, "digits alone": {"1234567890"}, "a colon": {"demomall:0:"}, "a blank": {"my app"}, "an equals": {"a=b"},
		"one that begins with another": {"client", "client2"}, "another that begins with one": {"client2", "client"},
		"alike behind their digits": {"7client", "client2"},
		// Behind a mall and a time that are together a longer mall, these leave room for the digits of another time.
		"two characters": {"ab"}, "digits from the second on": {"a12"}, "digits from the third on": {"ab345678901"}, "a time inside": {"a1234567890b"},
	} {
		if _, err := cafe24.NewReservationSigner(newSigner(t), ids...); err == nil {
			t.Errorf("%s: %q were taken", name, ids)
		}
	}
	if _, err := cafe24.NewReservationSigner(newSigner(t), ownID, ownID, extraID); err != nil {
		t.Errorf("the same one twice: %v", err)
	}
}

func TestNoTwoReservationsShareASignature(t *testing.T) {
	t.Parallel()
	texts := rapid.StringMatching(`[0-9a-c]{1,6}`)
	clientIDs := rapid.OneOf(texts, rapid.StringMatching(`[a-c]{0,2}[0-9]{0,11}[a-c]{0,2}`))
	signer := newSigner(t)
	accepted := func(ids []string) bool {
		_, err := cafe24.NewReservationSigner(signer, ids...)
		return err == nil
	}
	rapid.Check(t, func(t *rapid.T) {
		ids := rapid.SliceOfNDistinct(clientIDs, 1, 4, rapid.ID).Filter(accepted).Draw(t, "ids")
		s, err := cafe24.NewReservationSigner(signer, ids...)
		if err != nil {
			t.Fatal(err)
		}
		of := ports.Reservation{
			Mall: merchant.MallID(rapid.StringMatching(`[a-c][0-9a-c]{3,15}`).Draw(t, "mall")), Time: rapid.StringMatching(`[1-9][0-9]{9}`).Draw(t, "time"),
			App: rapid.SampledFrom(ids).Draw(t, "app"), Member: rapid.StringMatching(`[0-9a-c]{1,6}|[0-9]{7,12}[0-9a-c]{1,12}`).Draw(t, "member"),
		}
		if _, err := s.SignReservation(of); err != nil {
			t.Fatal(err)
		}
		joined := string(of.Mall) + of.Time + of.App + of.Member
		for mall := 4; mall <= 16 && mall+10 <= len(joined); mall++ {
			for _, id := range ids {
				end := mall + 10 + len(id)
				if end >= len(joined) {
					continue
				}
				other := ports.Reservation{Mall: merchant.MallID(joined[:mall]), Time: joined[mall : mall+10], App: joined[mall+10 : end], Member: joined[end:]}
				if _, err := s.SignReservation(other); err == nil && other != of {
					t.Fatalf("%+v and %+v share a signature", of, other)
				}
			}
		}
	})
}

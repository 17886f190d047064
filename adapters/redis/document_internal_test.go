package redis

import (
	"reflect"
	"testing"
	"time"

	"paybridge/ports"
)

// full has something in every field.
var full = ports.PaymentStatus{
	Order: "order", Version: 7, Mall: "mall", Partner: "partner", OrderNo: "20260101-0000001", PayMethod: "card", Currency: "PHP",
	Paid: true, Amount: "3065.00", Reference: "O-001", ExtraData: []byte(`{"LogKey":"1"}`), Gateway: "demo", Known: true,
	ExpiresAt: time.UnixMicro(1_767_225_600_000_001).UTC(),
}

// Releases share a Redis while one replaces the other, so what one wrote the other has to read: whoever
// changes these documents changes documentFormat.
func TestADocumentOfAnEarlierReleaseIsReadAsItWasMeant(t *testing.T) {
	t.Parallel()
	for written, meant := range map[string]ports.PaymentStatus{
		"0000000000000000007\x9d\xa5order\xa4mall\xa7partner\xb020260101-0000001\xa4card\xa3PHP\xc3\xa73065.00\xa5O-001" +
			"\xc4\x0e{\"LogKey\":\"1\"}\xa4demo\xc3\xd3\x00\x06\x47\x48\x46\x20\x40\x01": full,
		"0000000000000000007\x9d\xa5order\xa0\xa0\xa0\xa0\xa0\xc2\xa0\xa0\xc0\xa0\xc2\xd3\x00\x00\x00\x00\x00\x00\x00\x00": {Order: "order", Version: 7},
	} {
		got, err := decode([]byte(written))
		if err != nil || !reflect.DeepEqual(got, meant) {
			t.Errorf("%q is read as %+v, %v, want %+v", written, got, err, meant)
		}
		again, err := decode(encode(meant))
		if err != nil || !reflect.DeepEqual(again, meant) {
			t.Errorf("%+v is read back as %+v, %v", meant, again, err)
		}
	}
}

func TestADocumentThatIsCutOffOrGoesOnIsUnreadable(t *testing.T) {
	t.Parallel()
	whole := encode(full)
	for length := range whole {
		if got, err := decode(whole[:length]); err == nil || got.Paid {
			t.Errorf("of %q the first %d bytes are read as %+v", whole, length, got)
		}
	}
	if got, err := decode(append(whole, 0)); err == nil {
		t.Errorf("a byte too many is read as %+v", got)
	}
}

func FuzzADocumentIsReadAsItWasWrittenOrNotAtAll(f *testing.F) {
	f.Add(encode(full))
	f.Add(encode(ports.PaymentStatus{}))
	f.Fuzz(func(t *testing.T, data []byte) {
		s, err := decode(data)
		if err != nil {
			return
		}
		if again, err := decode(encode(s)); err != nil || !reflect.DeepEqual(again, s) {
			t.Errorf("%q is read as %+v and then as %+v, %v", data, s, again, err)
		}
	})
}

package httpapi

import (
	"bytes"
	"encoding/json"
	"testing"
)

// twin is what encoding/json makes an object of.
type twin struct {
	First  string          `json:"first"`
	Second string          `json:"second"`
	Raw    json.RawMessage `json:"raw"`
	Last   string          `json:"last"`
}

func FuzzAnObjectIsWrittenAsTheStandardLibraryWouldWriteIt(f *testing.F) {
	f.Add("demomall", "F", []byte(`{"LogKey":"1"}`), "")
	f.Add(`"quoted"\`, "\x00\x1f\x7f\t", []byte(nil), "<&>\u2028\u2029")
	f.Add("\xff\xc3", "결제", []byte(`"<b>"`), "\ud7ff\ufffd😀")
	f.Fuzz(func(t *testing.T, first, second string, raw []byte, last string) {
		if len(raw) > 0 && !json.Valid(raw) {
			return // what comes from outside is looked at there
		}
		var o object
		o.text("first", first)
		o.text("second", second)
		o.raw("raw", raw)
		o.text("last", last)
		whole := func(s string) string { return string([]rune(s)) } // what is no UTF-8 is replaced by both, which spell it differently
		want, err := json.Marshal(twin{whole(first), whole(second), nil, whole(last)})
		if err != nil {
			t.Fatal(err)
		}
		if len(raw) > 0 { // not a byte of it is changed
			want = bytes.Replace(want, []byte(`"raw":null`), append([]byte(`"raw":`), raw...), 1)
		}
		if got := append(o, '}'); !bytes.Equal(got, want) {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

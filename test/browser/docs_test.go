package browser_test

import "testing"

func TestTheDescriptionOfTheServiceIsReadableOnAPhoneAndAtADesk(t *testing.T) {
	t.Parallel()
	for name, width := range map[string]int{"at a desk": desktop, "on a phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := enter(t, width)
			v := p.open(p.sandbox.AppURL() + "/docs")
			v.arrives("paybridge API")
			v.reads("The mall calls", "/api/asynchronous-checkout/checkout", "hash_data", "curl -i '"+p.sandbox.AppURL())
			v.atNight()
			v.inspect("the description at night")
		})
	}
}

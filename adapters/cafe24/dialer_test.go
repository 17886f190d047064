package cafe24_test

import (
	"net/http"
	"net/netip"
	"net/url"
	"testing"

	"pgregory.net/rapid"

	"paybridge/adapters/cafe24"
	"paybridge/domain/fault"
)

func TestOnlyAddressesOfThePublicInternetAreConnectedTo(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		"8.8.8.8": true, "101.79.1.1": true, "100.63.255.255": true, "100.128.0.0": true, "172.32.0.1": true, "11.0.0.0": true,
		"0.0.0.0": false, "0.1.2.3": false, "10.0.0.1": false, "100.64.0.1": false, "100.127.255.255": false, "127.0.0.1": false,
		"127.255.255.255": false, "169.254.169.254": false, "172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false,
		"192.0.0.8": false, "192.0.2.1": false, "198.18.0.1": false, "198.51.100.7": false, "203.0.113.7": false, "224.0.0.1": false,
		"239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false, "168.63.129.16": false,
		"2606:4700::1111": true, "2a00:1450:4001::1": true, "2400:cb00::1%eth0": true,
		"::": false, "::1": false, "fc00::1": false, "fd00:ec2::254": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false,
		"ff02::1": false, "100::1": false, "2001:db8::1": false, "2001::1": false, "3fff::1": false, "5f00::1": false,
		"::ffff:8.8.8.8": true, "::ffff:10.0.0.1": false, "::ffff:127.0.0.1": false, "::ffff:169.254.169.254": false,
		"::10.0.0.1": false, "::8.8.8.8": false, "::ffff:0:10.0.0.1": false,
		"64:ff9b::808:808": true, "64:ff9b::a00:1": false, "64:ff9b::7f00:1": false, "64:ff9b::a9fe:a9fe": false, "64:ff9b:1::1": false,
		"2002:808:808::1": true, "2002:a00:1::1": false, "2002:7f00:1::1": false, "2002:a9fe:a9fe::": false,
	} {
		if got := cafe24.IsPublic(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: public is %v, want %v", text, got, want)
		}
	}
}

func TestWhatTheStandardLibraryCallsPrivateIsNeverPublicInAnyForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v4 := [4]byte(rapid.SliceOfN(rapid.Byte(), 4, 4).Draw(t, "v4"))
		a := netip.AddrFrom4(v4)
		private := a.IsPrivate() || a.IsLoopback() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified()
		for _, form := range []netip.Addr{a, netip.AddrFrom16(a.As16()), nat64(v4), sixTo4(v4)} {
			if public := cafe24.IsPublic(form); public != cafe24.IsPublic(a) || (private && public) {
				t.Fatalf("%s as %s: public is %v", a, form, public)
			}
		}
	})
}

func nat64(v4 [4]byte) netip.Addr {
	b := [16]byte{0, 0x64, 0xff, 0x9b}
	copy(b[12:], v4[:])
	return netip.AddrFrom16(b)
}

func sixTo4(v4 [4]byte) netip.Addr {
	b := [16]byte{0x20, 0x02}
	copy(b[2:], v4[:])
	return netip.AddrFrom16(b)
}

func TestANameThatResolvesToAPrivateAddressIsNotConnectedTo(t *testing.T) {
	t.Parallel()
	target, last := receiver(t, http.StatusOK, `{"result":"OK"}`)
	u, err := url.Parse(target)
	if err != nil {
		t.Fatal(err)
	}
	guarded := newMall(t, func(c *cafe24.Config) { c.AllowPrivate = false })
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0"} {
		err := guarded.Deliver(t.Context(), "http://"+host+":"+u.Port()+"/", []byte(`{}`))
		if got := fault.Of(err); got == nil || got.Kind != fault.Unavailable || got.Code != "mall_address_refused" {
			t.Errorf("%s: %v", host, err)
		}
	}
	if last() != nil {
		t.Error("something was sent")
	}
}

package browser_test

import (
	"strings"
	"testing"

	"github.com/go-rod/rod"

	"paybridge/test/sandbox/mall/platform"
)

// consents are how often the owner of demomall was asked for access.
func (p *person) consents() int {
	asked := 0
	for _, r := range p.sandbox.Mall().Requests() {
		if strings.HasSuffix(r.Path, "/malls/demomall/api/v2/oauth/authorize") {
			asked++
		}
	}
	return asked
}

// embed shows an address in a frame of the page and waits until it is loaded.
func (v *tab) embed(address string) {
	v.t.Helper()
	_, err := v.page.Timeout(patience).Evaluate(rod.Eval(`address => new Promise(done => {
		const frame = document.createElement("iframe")
		frame.onload = () => done(true)
		frame.src = address
		document.body.append(frame)
	})`, address).ByPromise())
	if err != nil {
		v.t.Fatalf("%s in a frame: %v", address, err)
	}
}

// The frame is really a foreign one: the mall is at 127.0.0.1 and the app at localhost.
func TestAnOwnerSignsInInsideAFrameOfTheMallsAdminAndStaysSignedInThere(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	cafe24 := p.sandbox.Mall().Platform()
	cafe24.SetConsent("demomall", platform.Agree)
	v := p.open(strings.Replace(p.sandbox.MallURL(), "localhost", "127.0.0.1", 1) + "/orders")
	before := cafe24.Mall("demomall").TokenRequests

	v.embed(cafe24.LaunchURL("demomall", platform.Launch{}))
	p.eventually("the app takes its token", func() bool { return cafe24.Mall("demomall").TokenRequests == before+1 })
	v.embed(cafe24.LaunchURL("demomall", platform.Launch{}))
	if asked := p.consents(); asked != 1 {
		t.Errorf("the owner was asked %d times: the session does not come back from inside the frame", asked)
	}

	// The session belongs to the frame of that mall: no other site's page can use it, nor the app's own.
	outside := p.open(cafe24.LaunchURL("demomall", platform.Launch{}))
	outside.arrives("Payments of your mall")
	outside.reads("Tindahan", "PHP", "on")
	outside.atNight()
	if asked := p.consents(); asked != 2 {
		t.Errorf("outside of the frame the owner was asked %d times in all", asked)
	}
}

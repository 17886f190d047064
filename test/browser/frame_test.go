package browser_test

import (
	"strings"
	"testing"

	"github.com/go-rod/rod"

	"paybridge/test/sandbox/mall/platform"
)

// frame looks into the frame of the page in sight.
func (v *tab) frame() *tab {
	v.t.Helper()
	element, err := v.page.Element("iframe")
	if err != nil {
		v.t.Fatalf("no frame: %v\n%s", err, v.sight())
	}
	page, err := element.Frame()
	if err != nil {
		v.t.Fatal(err)
	}
	return &tab{person: v.person, page: page, console: v.console}
}

// consents are how often the owner of demomall was asked for access.
func (p *person) consents() int {
	asked := 0
	for _, r := range p.sandbox.Mall().Requests() {
		if strings.HasSuffix(r.Path, "/malls/demomall/api/v2/oauth/authorize") && r.Method == "GET" {
			asked++
		}
	}
	return asked
}

// opensTheApp goes from the start page to the admin of demomall, and opens the app there.
func (v *tab) opensTheApp() *tab {
	v.t.Helper()
	v.arrives("A mall, a payment company, and paybridge between them")
	v.press("The mall's admin")
	v.arrives("Apps")
	v.reads("installed", "takes payments as", "has the app's script")
	v.press("Open the app")
	v.arrives("paybridge")
	return v.frame()
}

// The frame is really a foreign one: the mall is at 127.0.0.1 and the app at localhost.
func TestAnOwnerSignsInInsideAFrameOfTheMallsAdminAndStaysSignedInThere(t *testing.T) {
	t.Parallel()
	for name, width := range map[string]int{"at a desk": desktop, "on a phone": phone} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := enter(t, width)
			v := p.open(p.sandbox.MallURL())
			app := v.opensTheApp()
			app.arrives("An app asks for access to demomall")
			app.press("Agree")
			app.arrives("Payments of your mall")
			app.reads("Tindahan", "PHP", "on")
			if !strings.HasPrefix(v.address(), "http://127.0.0.1:") || !strings.HasPrefix(app.at(), "http://localhost:") {
				t.Errorf("the frame of %s shows %s: that is no foreign page", v.address(), app.at())
			}
			v.press("Apps")
			v.arrives("Apps")
			v.press("Open the app")
			v.frame().arrives("Payments of your mall")
			if asked := p.consents(); asked != 1 {
				t.Errorf("the owner was asked %d times: the session does not come back from inside the frame", asked)
			}

			// The session belongs to the frame of that mall: no other site's page can use it, nor the app's own.
			cafe24 := p.sandbox.Mall().Platform()
			cafe24.SetConsent("demomall", platform.Agree)
			outside := p.open(cafe24.LaunchURL("demomall", platform.Launch{}))
			outside.arrives("Payments of your mall")
			outside.atNight()
			outside.arrives("Payments of your mall")
			if asked := p.consents(); asked != 2 {
				t.Errorf("outside of the frame the owner was asked %d times in all", asked)
			}
		})
	}
}

// at is the address of the page in a frame.
func (v *tab) at() string {
	v.t.Helper()
	found, err := v.page.Timeout(patience).Eval(`() => location.href`)
	if err != nil {
		v.t.Fatal(err)
	}
	return found.Value.Str()
}

// embed shows an address in a frame of the page, and waits until that shows something.
func (v *tab) embed(address string) {
	v.t.Helper()
	_, err := v.page.Timeout(patience).Evaluate(rod.Eval(`address => new Promise(done => {
		const frame = document.createElement("iframe")
		frame.title = "framed"
		frame.onload = () => done(true)
		frame.src = address
		document.body.append(frame)
	})`, address).ByPromise())
	if err != nil {
		v.t.Fatalf("%s in a frame: %v", address, err)
	}
}

func TestNoOtherSiteCanPutTheAppIntoAFrame(t *testing.T) {
	t.Parallel()
	p := enter(t, desktop)
	cafe24 := p.sandbox.Mall().Platform()
	cafe24.SetConsent("demomall", platform.Agree)
	v := p.open(strings.Replace(p.sandbox.CompanyURL(), "localhost", "127.0.0.1", 1))
	v.arrives("Orders at the payment company")
	v.refusals = append(v.refusals, "error: Framing '"+p.sandbox.AppURL()+"/' violates the following Content Security Policy directive: "+
		`"frame-ancestors `+strings.Replace(p.sandbox.MallURL(), "localhost", "127.0.0.1", 1)+" "+p.sandbox.MallURL()+`". The request has been blocked.`+"\n ")
	v.embed(cafe24.LaunchURL("demomall", platform.Launch{}))
	if shown := v.frame().at(); !strings.HasPrefix(shown, "chrome-error:") {
		t.Errorf("a stranger's frame shows %s", shown)
	}
}

func TestAnOwnerRemovesTheAppAndAnotherInstallsItInAMallThatNeverHadIt(t *testing.T) {
	t.Parallel()
	p := enter(t, phone)
	v := p.open(p.sandbox.MallURL() + "/admin")
	v.arrives("Admin of a mall")
	v.press("demomall")
	v.arrives("Apps")
	v.press("Remove the app")
	v.reads("The app was removed, and it was told.", "not installed")
	v.inspect("removed")
	v.press("Malls")
	v.fills("Another mall", "islandgoods")
	v.press("Open its admin")
	v.arrives("Apps")
	v.reads("islandgoods", "not installed", "no payment gateway")
	v.press("Install the app")
	app := v.frame()
	app.arrives("An app asks for access to islandgoods")
	app.press("Agree")
	app.arrives("Payments of your mall")
	app.reads("islandgoods")
	if standing := p.sandbox.Mall().Platform().Mall("islandgoods"); !standing.Installed {
		t.Error("the mall does not have the app")
	}
}

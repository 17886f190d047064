package browser_test

import "testing"

// newcomer is a mall that nobody has heard of.
const newcomer = "islandgoods"

// installs opens the admin of a new mall and installs the app there.
func (v *tab) installs(with func(*tab) hand) *tab {
	v.t.Helper()
	v.visit(v.sandbox.MallURL() + "/admin/" + newcomer)
	v.arrives("Apps")
	with(v).press("Install the app")
	app := v.frame()
	app.arrives("An app asks for access to " + newcomer)
	with(app).press("Agree")
	app.arrives("Payments of your mall")
	return app
}

func TestAnOwnerInstallsTheAppWithTheKeyboardAlone(t *testing.T) {
	t.Parallel()
	p := enter(t, desktop)
	app := p.tab().installs(func(v *tab) hand { return keys{v} })
	app.reads(newcomer)
}

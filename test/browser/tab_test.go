package browser_test

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-rod/rod"
	"github.com/go-rod/rod/lib/cdp"
	"github.com/go-rod/rod/lib/proto"
)

// pressable selects what can be pressed.
const pressable = "a, button, summary"

// tab is a tab of a person's window.
type tab struct {
	*person
	page    *rod.Page
	console *console
	// refusals are what the console must say, and nothing else.
	refusals []string
}

// turnTo brings the tab to the front: a browser lets a hidden tab rest.
func (v *tab) turnTo() {
	v.t.Helper()
	if _, err := v.page.Activate(); err != nil {
		v.t.Fatal(err)
	}
}

// visit goes to an address.
func (v *tab) visit(address string) {
	v.t.Helper()
	if err := v.page.Timeout(patience).Navigate(address); err != nil {
		v.t.Fatalf("%s: %v", address, err)
	}
}

// isRefused goes to an address that answers with this status.
func (v *tab) isRefused(address string, status int) {
	v.t.Helper()
	v.refusals = append(v.refusals, refusal(address, status))
	v.visit(address)
}

// patiently looks for something, and looks again when the document in a frame was exchanged meanwhile.
func (v *tab) patiently(look func(*rod.Page) error) error {
	page := v.page.Timeout(patience)
	for {
		err := look(page)
		var protocol *cdp.Error
		if !errors.As(err, &protocol) || page.GetContext().Err() != nil {
			return err
		}
		select {
		case <-page.GetContext().Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// arrives waits for the page with this heading, and inspects it.
func (v *tab) arrives(heading string) {
	v.t.Helper()
	err := v.patiently(func(page *rod.Page) error {
		_, err := page.ElementR("h1", exactly(heading))
		return err
	})
	if err != nil {
		v.t.Fatalf("no page with the heading %q: %v\n%s", heading, err, v.sight())
	}
	v.inspect(heading)
}

// reads waits until all these texts are in sight.
func (v *tab) reads(texts ...string) {
	v.t.Helper()
	for _, text := range texts {
		seen := rod.Eval(`text => document.body !== null && document.body.innerText.includes(text)`, text)
		if err := v.patiently(func(page *rod.Page) error { return page.Wait(seen) }); err != nil {
			v.t.Fatalf("nowhere reads %q: %v\n%s", text, err, v.sight())
		}
	}
}

// press presses the link or the button of this name.
func (v *tab) press(name string) {
	v.t.Helper()
	err := v.patiently(func(page *rod.Page) error {
		found, err := page.ElementR(pressable, exactly(name))
		if err != nil {
			return err
		}
		return click(found)
	})
	if err != nil {
		v.t.Fatalf("cannot press %q: %v\n%s", name, err, v.sight())
	}
}

// click presses the mouse on an element, as long as nothing covers it. Rod's own click takes the ::after that makes a whole
// card of the shop pressable for something that covers the link.
func click(target *rod.Element) error {
	if err := target.ScrollIntoView(); err != nil {
		return err
	}
	shape, err := target.Shape()
	if err != nil {
		return err
	}
	at := shape.OnePointInside()
	if at == nil {
		return errors.New("it has no size")
	}
	// A page in a frame counts from the frame's corner, the mouse from the window's.
	corner := shape.Quads[0]
	uncovered, err := target.Eval(`(x, y) => {
		const own = this.getClientRects()[0]
		return this.contains(document.elementFromPoint(own.left + x, own.top + y))
	}`, at.X-corner[0], at.Y-corner[1])
	if err != nil {
		return err
	}
	if !uncovered.Value.Bool() {
		return errors.New("something covers it")
	}
	mouse := target.Page().Mouse
	if err := mouse.MoveTo(*at); err != nil {
		return err
	}
	return mouse.Click(proto.InputMouseButtonLeft, 1)
}

// offers says whether there is a link or a button of this name.
func (v *tab) offers(name string) bool {
	v.t.Helper()
	found, _, err := v.page.HasR(pressable, exactly(name))
	if err != nil {
		v.t.Fatal(err)
	}
	return found
}

// fills writes into the field of this label.
func (v *tab) fills(label, text string) {
	v.t.Helper()
	if err := v.fill(label, text); err != nil {
		v.t.Fatalf("cannot fill %q: %v\n%s", label, err, v.sight())
	}
}

func (v *tab) fill(label, text string) error {
	named, err := v.page.Timeout(patience).ElementR("label", exactly(label))
	if err != nil {
		return err
	}
	id, err := named.Attribute("for")
	if err != nil || id == nil {
		return fmt.Errorf("the label belongs to no field: %w", err)
	}
	field, err := v.page.Timeout(patience).Element("#" + *id)
	if err != nil {
		return err
	}
	if err := field.SelectAllText(); err != nil {
		return err
	}
	return field.Input(text)
}

// atNight lets pages know that the person likes them dark.
func (v *tab) atNight() {
	v.t.Helper()
	dark := proto.EmulationSetEmulatedMedia{Features: []*proto.EmulationMediaFeature{{Name: "prefers-color-scheme", Value: "dark"}}}
	if err := dark.Call(v.page); err != nil {
		v.t.Fatal(err)
	}
}

// back presses the browser's back button.
func (v *tab) back() {
	v.t.Helper()
	if err := v.page.Timeout(patience).NavigateBack(); err != nil {
		v.t.Fatal(err)
	}
}

// address is where the tab is.
func (v *tab) address() string {
	v.t.Helper()
	info, err := v.page.Info()
	if err != nil {
		v.t.Fatal(err)
	}
	return info.URL
}

// sight is what a person sees at the moment, for messages.
func (v *tab) sight() string {
	seen, err := v.page.Eval(`() => location.href + "\n" + document.title + "\n" + (document.body ? document.body.innerText : "")`)
	if err != nil {
		return "nothing can be seen: " + err.Error()
	}
	return strings.TrimSpace(seen.Value.Str())
}

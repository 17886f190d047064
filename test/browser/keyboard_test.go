package browser_test

import (
	"github.com/go-rod/rod/lib/input"
)

// mostSteps is how often a person presses Tab before giving up.
const mostSteps = 120

// hand is how a person uses a page: with a mouse or a finger, or with the keyboard alone.
type hand interface {
	press(name string)
	fills(label, text string)
}

// keys is a person without a mouse.
type keys struct{ *tab }

// press walks to the link or button of this name and presses it.
func (k keys) press(name string) {
	k.t.Helper()
	k.walkTo(name, `a, button, summary, input[type=submit]`)
	k.strike(input.Enter)
}

// fills walks to the field of this label and writes into it, in the place of what was there.
func (k keys) fills(label, text string) {
	k.t.Helper()
	k.walkTo(label, `input, select, textarea`)
	if err := k.page.KeyActions().Press(input.ControlLeft).Type(input.KeyA).Release(input.ControlLeft).Do(); err != nil {
		k.t.Fatal(err)
	}
	if err := k.page.InsertText(text); err != nil {
		k.t.Fatal(err)
	}
}

// walkTo presses Tab until something of this name has the focus, which must be seen.
func (k keys) walkTo(name, kind string) {
	k.t.Helper()
	for range mostSteps {
		k.strike(input.Tab)
		found, err := k.page.Timeout(patience).Eval(`(name, kind) => {
			const at = document.activeElement
			if (!document.hasFocus() || !at || !at.matches(kind)) return ""
			const called = at.getAttribute("aria-label") || (at.labels && at.labels.length ? at.labels[0].innerText : at.innerText || at.value)
			if ((called || "").trim().replace(/\s+/g, " ") !== name) return ""
			const style = getComputedStyle(at)
			return style.outlineStyle !== "none" || style.boxShadow !== "none" ? "seen" : "hidden"
		}`, name, kind)
		if err != nil {
			k.t.Fatal(err)
		}
		switch found.Value.Str() {
		case "seen":
			return
		case "hidden":
			k.t.Fatalf("nobody sees that %q has the focus", name)
		}
	}
	k.t.Fatalf("the keyboard does not reach %q\n%s", name, k.sight())
}

func (k keys) strike(key input.Key) {
	k.t.Helper()
	if err := k.page.Keyboard.Type(key); err != nil {
		k.t.Fatal(err)
	}
}

// Package browser_test lets a person walk the sandbox in a real browser: through the shop of the simulated mall, to the
// payment page of the simulated company, through the app's callback and back to the mall's order page.
//
// # Flow
//
// enter starts a sandbox of its own, the one that `make run` starts, and a person with a private window in the one Chromium of
// this test binary. The person presses what has a name and reads what is in sight. Every page that the person arrives at is
// inspected: nothing sticks out of a phone's width, axe-core has no complaint. At the end of the test the browser's console
// must be empty, and what the simulators hold must be what the person was told.
//
// A failed test leaves a picture under var/screenshots. To keep one of every page:
//
//	go test ./test/browser/ -screenshots var/screenshots/all
package browser_test

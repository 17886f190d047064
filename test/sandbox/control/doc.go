// Package control is the control plane that the simulated mall and the simulated payment company share: it remembers what
// was received, breaks what it is told to break, and starts afresh on request.
//
// A simulator hands its routes to Plane.Wrap and serves the result. From then on
//
//   - every request outside /_sandbox/ is written to a bounded log, at its arrival, and completed when it is answered;
//   - the first fault that fits the request is applied to it;
//   - GET /_sandbox/requests shows the log, newest last (?path= and ?limit= narrow it);
//   - POST /_sandbox/faults adds faults or changes settings, GET shows them, DELETE (or an empty body, {} or []) clears them;
//   - POST /_sandbox/reset calls the reset of the simulator, or of the whole sandbox when there is one.
//
// What a simulator sends goes through Plane.Transport. It is in no log, but a watcher (Plane.Watch) sees it beside what is
// received: that is how the sandbox tells an order's story from both sides.
//
// Other paths below /_sandbox/ are passed to the simulator without logging and without faults, so that a fault can never
// lock the tester out.
package control

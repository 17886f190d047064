// Package tour is the front of the sandbox: the start page that leads through it, the stories of what was sent between mall, app
// and company, and the buttons that break something.
//
// # Flow
//
// The tape hears of every message that the two simulators receive or send, and keeps it. A story is made when somebody looks:
// messages that share a trace, an order or a code of the company belong together (join.go). Each message becomes a step with a
// name and a meaning (wording.go), an outcome (outcome.go) and, where one is carried, its signature computed again from the
// received text (signature.go). Pages ask every second whether there is more.
//
// The buttons play the stories of package flow.
package tour

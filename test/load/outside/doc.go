// Package outside is the world around the app in a measurement: a payment company and a mall that
// answer at once and cost as little processor time as they can, because they share the cores with
// what is measured.
//
// The company speaks the contract of the demo company as far as a payment needs it. It is not the
// simulated company of the sandbox: that one keeps logs, keys and codes for people to look at, work that
// a measurement of the app would have to explain away. A test holds this one's answers against it.
package outside

// Package flow holds the stories that the sandbox can tell: somebody buys and pays in one of several ways, money goes back, or
// something breaks and heals. Each story is a small program that plays the buyer and the merchant over HTTP and says what it
// does; it ends with an error when the outcome is not what was promised.
//
// The start page of the sandbox plays them at the press of a button, `make demo` plays all of them in the terminal.
package flow

// Package system runs the whole sandbox: the simulated mall, the simulated payment company, and the app as a child process
// between them.
//
// # Flow
//
// Start locks the data folder, binds the listeners, serves the two simulators, and starts the app with the environment of
// the sandbox: migrate up, merchants import of the malls that it does not know, serve, and then waits for /readyz. POST /_sandbox/reset on either simulator ends in
// Reset: the app is stopped, both simulators forget, the database files are deleted (the keyset stays), the app is started.
// Close stops the app first, so that what it has in flight still finds the simulators, and then the simulators, which save.
//
// The app is known only by its commands, its environment and its HTTP: any program with the same ones can take its place,
// which is what the tests of this package do.
package system

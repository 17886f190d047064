// Package stage sets up what is measured: the real binary as a process of its own, on a fresh
// database of a durable Postgres, between a company and a mall that answer at once.
//
// Every measurement gets its own stage, so that none works on the rows or the due jobs of another.
package stage

// Package command holds what paybridge does, one use case a file.
//
// The story of a payment, by file: create_checkout stores the intent and open_payment calls the
// company and records its answer; approve_payment brings the buyer back; record_payment_result takes
// the company's webhook and wakes reconcile_payment, which asks the company (inquiry) until the
// attempt is settled; the order's events enqueue notify_payment_result, which tells the mall, and
// refund_surplus, which gives a second payment back.
//
// The rule behind all of them: record the intent, call, record the result. Nobody calls a company or
// a mall while a row is locked, and what falls between two steps is found by asking.
package command

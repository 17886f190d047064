// Package acceptance_test plays whole stories against the real binary, as Cafe24, a payment company,
// a buyer and an operator would, and looks into the simulated mall and company for what came of it.
package acceptance_test

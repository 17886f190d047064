// Package sample computes what a benchmark says about many measurements.
//
// Every measurement is kept: a run has some ten thousand of them, so the percentiles are exact and
// need no histogram.
package sample

import (
	"cmp"
	"math"
	"slices"
)

// Percentile returns the smallest value that at least the share q of all values does not exceed
// (nearest rank); q is in (0, 1]. It returns the zero value for no values, and leaves them in order.
func Percentile[T cmp.Ordered](values []T, q float64) T {
	var none T
	if len(values) == 0 {
		return none
	}
	slices.Sort(values)
	rank := int(math.Ceil(q * float64(len(values))))
	return values[min(max(rank, 1), len(values))-1]
}

// Median returns the middle of the values, the mean of the two middle ones when there are as many
// above as below, and 0 for no values. The values stay as they are.
func Median(values []float64) float64 {
	if len(values) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[middle]
	}
	return (sorted[middle-1] + sorted[middle]) / 2
}

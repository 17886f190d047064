package sample_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"paybridge/test/load/sample"
)

func TestAPercentileIsTheNearestRank(t *testing.T) {
	t.Parallel()
	hundred := make([]int, 100)
	for i := range hundred {
		hundred[len(hundred)-1-i] = i + 1 // falling, so that the order must not matter
	}
	for _, c := range []struct {
		values []int
		q      float64
		want   int
	}{
		{hundred, 0.5, 50},
		{hundred, 0.99, 99},
		{hundred, 0.999, 100},
		{hundred, 1, 100},
		{hundred, 0.001, 1},
		{[]int{7}, 0.5, 7},
		{[]int{1, 9}, 0.5, 1},
		{[]int{1, 9}, 0.51, 9},
		{nil, 0.5, 0},
	} {
		if got := sample.Percentile(slices.Clone(c.values), c.q); got != c.want {
			t.Errorf("percentile %g of %d values = %d, want %d", c.q, len(c.values), got, c.want)
		}
	}
}

func TestAtLeastTheShareOfAllValuesIsNotAboveThePercentile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOfN(rapid.IntRange(-50, 50), 1, 200).Draw(t, "values")
		q := rapid.Float64Range(0.001, 1).Draw(t, "q")
		p := sample.Percentile(values, q)
		notAbove, below := 0, 0
		for _, v := range values {
			if v <= p {
				notAbove++
			}
			if v < p {
				below++
			}
		}
		n := float64(len(values))
		if float64(notAbove) < q*n || float64(below) >= q*n {
			t.Fatalf("percentile %g of %v = %d", q, values, p)
		}
	})
}

func TestTheMedianIsInTheMiddleAndMovesNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values []float64
		want   float64
	}{
		{[]float64{3, 1, 2}, 2},
		{[]float64{4, 1, 3, 2}, 2.5},
		{[]float64{5}, 5},
		{nil, 0},
	} {
		before := slices.Clone(c.values)
		if got := sample.Median(c.values); got != c.want {
			t.Errorf("median of %v = %g, want %g", c.values, got, c.want)
		}
		if !slices.Equal(before, c.values) {
			t.Errorf("the values were moved from %v to %v", before, c.values)
		}
	}
}

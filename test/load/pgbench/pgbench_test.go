package pgbench_test

import (
	"strings"
	"testing"
	"time"

	"paybridge/test/load/pgbench"
)

const printed = `pgbench (15.20 (Debian 15.20-0+deb12u1))
transaction type: -
scaling factor: 1
query mode: prepared
number of clients: 16
number of threads: 2
maximum number of tries: 1
duration: 4 s
number of transactions actually processed: 8744
number of failed transactions: 3 (0.034%)
latency average = 7.331 ms
initial connection time = 21.345 ms
tps = 2182.392985 (without initial connection time)
`

func TestTheEndOfPgbenchIsRead(t *testing.T) {
	t.Parallel()
	got, err := pgbench.Parse(printed)
	want := pgbench.Result{Rate: 2182.392985, Mean: 7331 * time.Microsecond, Failed: 3}
	if err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestAnEndWithoutFiguresIsAnError(t *testing.T) {
	t.Parallel()
	for _, missing := range []string{"tps", "latency average", "number of failed"} {
		if _, err := pgbench.Parse(strings.Replace(printed, missing, "something else", 1)); err == nil {
			t.Errorf("without %q it was read", missing)
		}
	}
}

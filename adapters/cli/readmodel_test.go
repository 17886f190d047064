package cli_test

import (
	"strings"
	"testing"
	"time"

	"paybridge/application/command"
	"paybridge/domain/fault"
)

// rebuilding answers every rebuild and notes what was asked for.
func rebuilding(d *desk, done command.Rebuilt, err error) *command.RebuildReadModel {
	asked := &command.RebuildReadModel{}
	d.app.Commands.RebuildReadModel = handle(func(in command.RebuildReadModel) (command.Rebuilt, error) {
		*asked = in
		in.Progress(command.Rebuilt{Orders: 4000, Written: 3900, Took: time.Second})
		return done, err
	})
	return asked
}

func TestARebuildSaysWhatItDidAndHowFastItIs(t *testing.T) {
	t.Parallel()
	done := command.Rebuilt{Orders: 6000, Written: 5700, Newer: 100, Expired: 200, Pruned: 7, Took: 1500 * time.Millisecond}
	resumed := done
	resumed.Resumed = true
	const progress = "4000 orders, 4000/s, 3900 written\n"
	for line, tc := range map[string]struct {
		done command.Rebuilt
		out  string
	}{
		"readmodel rebuild":           {done, "rebuilt the read model in 1.5s (6000 orders, 4000/s): 5700 written, 200 expired, 100 newer there already\n"},
		"readmodel rebuild --prune":   {done, "rebuilt the read model in 1.5s (6000 orders, 4000/s): 5700 written, 200 expired, 100 newer there already, 7 removed\n"},
		"readmodel rebuild --restart": {resumed, "rebuilt the rest of the read model in 1.5s (6000 orders, 4000/s): 5700 written, 200 expired, 100 newer there already\n"},
	} {
		d := setup()
		asked := rebuilding(d, tc.done, nil)
		if r := d.run(t, line); r != (result{out: tc.out, err: progress}) {
			t.Errorf("%s: %+v", line, r)
		}
		if asked.Prune != strings.Contains(line, "prune") || asked.Restart != strings.Contains(line, "restart") {
			t.Errorf("%s: asked for %+v", line, asked)
		}
	}
}

func TestARebuildOfNothingTakesNoTimeToTell(t *testing.T) {
	t.Parallel()
	d := setup()
	rebuilding(d, command.Rebuilt{}, nil)
	if r := d.run(t, "readmodel rebuild"); r.out != "rebuilt the read model in 0s (0 orders): 0 written, 0 expired, 0 newer there already\n" {
		t.Errorf("%+v", r)
	}
}

func TestWithoutRedisThereIsNothingToRebuildAndThatIsNoFailure(t *testing.T) {
	t.Parallel()
	d := setup()
	rebuilding(d, command.Rebuilt{Embedded: true}, nil)
	r := d.run(t, "readmodel rebuild --prune")
	if r.code != 0 || !strings.HasPrefix(r.out, "there is nothing to rebuild: ") || strings.Count(r.out, "\n") != 1 {
		t.Errorf("%+v", r)
	}
}

func TestARebuildThatBrokeOffSaysThatItGoesOn(t *testing.T) {
	t.Parallel()
	d := setup()
	rebuilding(d, command.Rebuilt{Orders: 500}, fault.New(fault.Unavailable, "status_view_down", "the read model is not available"))
	r := d.run(t, "readmodel rebuild")
	if r.code != 1 || r.out != "" || !strings.Contains(r.err, "the read model is not available") || !strings.Contains(r.err, "run it again and it goes on") {
		t.Errorf("%+v", r)
	}
}

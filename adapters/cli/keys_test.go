package cli_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/ports"
)

// rotating answers every step with this and notes which steps were taken.
func rotating(d *desk, change ports.KeysetChange, err error) *[]command.KeysetStep {
	steps := &[]command.KeysetStep{}
	d.app.Commands.ChangeKeyset = handle(func(in command.ChangeKeyset) (ports.KeysetChange, error) {
		*steps = append(*steps, in.Step)
		return change, err
	})
	return steps
}

func TestTheKeysAreListedWithWhatTheySealed(t *testing.T) {
	t.Parallel()
	d := setup()
	d.app.Queries.Keys = answer[query.Keys]([]query.KeyRow{
		{ID: 17, Use: query.KeyOpens, Secrets: 12}, {ID: 4294967295, Use: query.KeySeals, Secrets: 3}, {ID: 5, Use: query.KeyMissing, Secrets: 1},
	})
	golden(t, "keys_list", d.run(t, "keys list").out)
	golden(t, "keys_list_json", d.run(t, "keys list --json").out)
}

func TestEveryStepOfARotationSaysWhatItDidAndWhatComesNext(t *testing.T) {
	t.Parallel()
	const hup = "next: send SIGHUP to every instance"
	for line, tc := range map[string]struct {
		step command.KeysetStep
		want result
	}{
		"keys rotate --add":     {command.AddKey, result{out: "added key 17, which opens and does not seal yet\n", err: hup + ", then `paybridge keys rotate --promote`\n"}},
		"keys rotate --promote": {command.PromoteKey, result{out: "key 17 seals from now on\n", err: hup + ", then `paybridge keys rotate --reencrypt`\n"}},
		"keys rotate --prune":   {command.DropOldKeys, result{out: "dropped key 17\n", err: hup + "\n"}},
	} {
		d := setup()
		steps := rotating(d, ports.KeysetChange{Keys: []ports.KeyID{17}}, nil)
		if r := d.run(t, line); r != tc.want {
			t.Errorf("%s: %+v", line, r)
		}
		if len(*steps) != 1 || (*steps)[0] != tc.step {
			t.Errorf("%s: %v", line, *steps)
		}
	}
}

func TestAKeysetByValueIsAllThatIsPrinted(t *testing.T) {
	t.Parallel()
	d := setup()
	rotating(d, ports.KeysetChange{Keys: []ports.KeyID{17, 18}, Text: ports.NewSecret("a2V5c2V0")}, nil)
	r := d.run(t, "keys rotate --prune")
	if r != (result{out: "a2V5c2V0\n", err: "dropped key 17, 18\nnext: store what was printed as ENCRYPTION_KEYSET and restart every instance\n"}) {
		t.Errorf("%+v", r)
	}
}

func TestAStepThatIsRefusedSaysWhereToLook(t *testing.T) {
	t.Parallel()
	d := setup()
	rotating(d, ports.KeysetChange{}, fault.New(fault.Conflict, "still_sealed", "old keys are still needed, they sealed 12 of the secrets"))
	r := d.run(t, "keys rotate --prune")
	if r.code != 1 || r.out != "" || !strings.Contains(r.err, "they sealed 12 of the secrets") || !strings.Contains(r.err, "`paybridge keys list`") {
		t.Errorf("%+v", r)
	}
}

func TestAKeysetFileThatCannotBeWrittenSaysWhereItCan(t *testing.T) {
	t.Parallel()
	d := setup()
	rotating(d, ports.KeysetChange{}, fault.New(fault.Unavailable, "keyset_file", "the keyset file /run/secrets/encryption_keyset cannot be changed: read-only file system"))
	r := d.run(t, "keys rotate --add")
	if r.code != 1 || !strings.Contains(r.err, "read-only file system\n  -> the file and its folder have to be writable") || strings.Contains(r.err, "doctor") {
		t.Errorf("%+v", r)
	}
}

// resealing answers every re-encryption.
func resealing(done command.Resealed, err error) *desk {
	d := setup()
	d.app.Commands.ResealSecrets = handle(func(in command.ResealSecrets) (command.Resealed, error) {
		in.Progress(command.Resealed{Secrets: 4000, Sealed: 3000, Took: time.Second})
		return done, err
	})
	return d
}

func TestAReencryptionTellsItsProgressAndWhatItDid(t *testing.T) {
	t.Parallel()
	const progress = "4000 secrets, 4000/s, 3000 sealed anew\n"
	done := command.Resealed{Key: 17, Secrets: 6000, Sealed: 5000, Already: 998, Took: 1500 * time.Millisecond}
	changed := done
	changed.Changed = 2
	for _, tc := range []struct {
		done command.Resealed
		out  string
	}{
		{done, "reencrypted in 1.5s (6000 secrets, 4000/s): 5000 sealed anew by key 17, 998 were already\n"},
		{changed, "reencrypted in 1.5s (6000 secrets, 4000/s): 5000 sealed anew by key 17, 998 were already, 2 changed meanwhile\n"},
		{command.Resealed{Key: 17}, "reencrypted in 0s (0 secrets): 0 sealed anew by key 17, 0 were already\n"},
	} {
		if r := resealing(tc.done, nil).run(t, "keys rotate --reencrypt"); r != (result{out: tc.out, err: progress}) {
			t.Errorf("%+v", r)
		}
	}
}

func TestAReencryptionThatLeftSomethingIsAFailure(t *testing.T) {
	t.Parallel()
	stuck := fault.New(fault.Forbidden, "secrets_stuck", "2 of the secrets do not open with these keys; they belong to mall demomall")
	r := resealing(command.Resealed{Key: 17, Secrets: 3, Sealed: 1, Stuck: 2}, stuck).run(t, "keys rotate --reencrypt")
	if r.code != 1 || !strings.Contains(r.out, "1 sealed anew by key 17, 0 were already, 2 do not open") || !strings.Contains(r.err, "mall demomall") {
		t.Errorf("stuck: %+v", r)
	}
	down := fault.New(fault.Unavailable, "database_down", "the database is not available")
	r = resealing(command.Resealed{Secrets: 500}, down).run(t, "keys rotate --reencrypt")
	if r.code != 1 || r.out != "" || !strings.Contains(r.err, "run it again and it goes on") {
		t.Errorf("broken off: %+v", r)
	}
}

func TestNoKeyIsNoEmptyAnswerForScripts(t *testing.T) {
	t.Parallel()
	d := setup()
	d.app.Queries.Keys = answer[query.Keys]([]query.KeyRow(nil))
	if r := d.run(t, "keys list --json"); !json.Valid([]byte(r.out)) || r.code != 0 {
		t.Errorf("%+v", r)
	}
}

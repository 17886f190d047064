package cli

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"paybridge/application/command"
	"paybridge/application/query"
	"paybridge/domain/fault"
	"paybridge/ports"
)

type keysNew struct{}

// Run is called by kong. It prints nothing but the keyset, so that the output can be stored as it is.
func (keysNew) Run(s *session) error {
	keyset, err := s.NewKeyset()
	if err != nil {
		return err
	}
	return s.print(keyset + "\n")
}

type keysList struct{ format }

// Help is shown by kong under the usage.
func (keysList) Help() string {
	return `A key seals, opens only (an old one), waits to be promoted, or is missing: what it sealed does not open.`
}

// Run is called by kong.
func (c keysList) Run(ctx context.Context, s *session) error {
	return s.use(ctx, func(app App) error {
		rows, err := app.Queries.Keys.Handle(ctx, query.Keys{})
		if err != nil {
			return err
		}
		return list(s, c.format, rows, "no keys", []string{"KEY", "USE", "SECRETS"}, func(r query.KeyRow) []string {
			return []string{keyName(r.ID), string(r.Use), strconv.Itoa(r.Secrets)}
		})
	})
}

type keysRotate struct {
	Add       bool `xor:"step" help:"1. Add a key, which opens and does not seal yet."`
	Promote   bool `xor:"step" help:"2. Let the added key seal."`
	Reencrypt bool `xor:"step" help:"3. Seal every secret anew by it, while the service runs."`
	Prune     bool `xor:"step" help:"4. Drop the old keys, unless a secret is still sealed by one."`
}

// Help is shown by kong under the usage.
func (keysRotate) Help() string {
	return `A key is replaced in four steps. After --add, --promote and --prune, bring the keyset to every instance before the next step: an instance that does not know a key cannot open what another one sealed by it.

With ENCRYPTION_KEYSET_FILE the file is changed in place; send SIGHUP to every instance, which reads it again. With ENCRYPTION_KEYSET the new keyset is printed, and nothing else on standard output: store it as the new value and restart every instance.

--reencrypt goes on where it broke off when it is run again. SQLite serves one process at a time: stop the service for it. What a dropped key sealed never opens again, in backups of the database neither: keep the old keyset as long as those.`
}

// Validate is called by kong, which makes sure that no two steps are chosen.
func (c keysRotate) Validate() error {
	if c == (keysRotate{}) {
		return wrong("choose a step: --add, --promote, --reencrypt or --prune")
	}
	return nil
}

// Run is called by kong.
func (c keysRotate) Run(ctx context.Context, s *session) error {
	return s.use(ctx, func(app App) error {
		switch {
		case c.Add:
			return s.changeKeyset(ctx, app, command.AddKey)
		case c.Promote:
			return s.changeKeyset(ctx, app, command.PromoteKey)
		case c.Prune:
			return s.changeKeyset(ctx, app, command.DropOldKeys)
		}
		return s.reencrypt(ctx, app)
	})
}

// stepWords are what is said of a step that was done, and what comes next.
func stepWords(step command.KeysetStep) (did, next string) {
	switch step {
	case command.AddKey:
		return "added key %s, which opens and does not seal yet", ", then `paybridge keys rotate --promote`"
	case command.PromoteKey:
		return "key %s seals from now on", ", then `paybridge keys rotate --reencrypt`"
	case command.DropOldKeys:
		return "dropped key %s", ""
	}
	return "", ""
}

func (s *session) changeKeyset(ctx context.Context, app App, step command.KeysetStep) error {
	change, err := app.Commands.ChangeKeyset.Handle(ctx, command.ChangeKeyset{Step: step})
	if err != nil && fault.Of(err).Code == "keyset_file" {
		return advise(err, fault.Unavailable, "the file and its folder have to be writable for this command; compose mounts them read-only: see `deployments/runbook.md`")
	}
	if err != nil {
		return advise(err, fault.Conflict, "`paybridge keys list` shows the keys and how many secrets each has sealed; see `paybridge keys rotate --help`")
	}
	names := make([]string, len(change.Keys))
	for i, id := range change.Keys {
		names[i] = keyName(id)
	}
	did, next := stepWords(step)
	did = fmt.Sprintf(did, strings.Join(names, ", ")) + "\n"
	if change.Text.Reveal() == "" {
		if err := s.print(did); err != nil {
			return err
		}
		return s.hint(true, "next: send SIGHUP to every instance"+next)
	}
	if err := s.print(change.Text.Reveal() + "\n"); err != nil {
		return err
	}
	return s.hint(true, did+"next: store what was printed as ENCRYPTION_KEYSET and restart every instance"+next)
}

func (s *session) reencrypt(ctx context.Context, app App) error {
	done, err := app.Commands.ResealSecrets.Handle(ctx, command.ResealSecrets{Progress: func(so command.Resealed) {
		_, _ = fmt.Fprintf(s.Err, "%s, %d sealed anew\n", resealPace(so), so.Sealed) // when nobody can be told, the work goes on
	}})
	if err == nil || done.Stuck > 0 {
		if err := s.print(resealSummary(done)); err != nil {
			return err
		}
	}
	err = advise(err, fault.Forbidden, "a keyset that was in use before may still hold their key; `paybridge keys list` shows which one is missing. Link the others again")
	return advise(err, fault.Unavailable, "what is sealed anew stays; run it again and it goes on. `paybridge doctor` shows what cannot be reached")
}

func resealSummary(done command.Resealed) string {
	text := fmt.Sprintf("reencrypted in %s (%s): %d sealed anew by key %s, %d were already",
		done.Took.Round(time.Millisecond), resealPace(done), done.Sealed, keyName(done.Key), done.Already)
	if done.Changed > 0 {
		text += fmt.Sprintf(", %d changed meanwhile", done.Changed)
	}
	if done.Stuck > 0 {
		text += fmt.Sprintf(", %d do not open", done.Stuck)
	}
	return text + "\n"
}

// resealPace is how many secrets were met, and how fast.
func resealPace(so command.Resealed) string {
	text := plural(so.Secrets, "secret", "secrets")
	if so.Took <= 0 {
		return text
	}
	return fmt.Sprintf("%s, %.0f/s", text, float64(so.Secrets)/so.Took.Seconds())
}

func keyName(id ports.KeyID) string { return strconv.FormatUint(uint64(id), 10) }

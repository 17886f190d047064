package cli

import (
	"context"
	"fmt"
	"time"

	"paybridge/application/command"
	"paybridge/domain/fault"
)

type readmodelRebuild struct {
	Restart bool `help:"Begin anew, although an earlier rebuild broke off."`
	Prune   bool `help:"Afterwards, remove what has expired or is not in the database."`
}

// Help is called by kong.
func (readmodelRebuild) Help() string {
	return `Status questions are answered from Redis when it knows the order as paid, else from the database, so they are right without a rebuild; it makes them fast again after Redis lost its memory. A rebuild that broke off goes on where it ended.`
}

// Run is called by kong.
func (c readmodelRebuild) Run(ctx context.Context, s *session) error {
	return s.use(ctx, func(app App) error {
		done, err := app.Commands.RebuildReadModel.Handle(ctx, command.RebuildReadModel{
			Restart: c.Restart, Prune: c.Prune, Progress: s.progress,
		})
		switch {
		case err != nil:
			return advise(err, fault.Unavailable, "what is written stays written; run it again and it goes on. `paybridge doctor` shows what cannot be reached")
		case done.Embedded:
			return s.print("there is nothing to rebuild: without REDIS_URL no read model outlives the service, and the database answers what it does not know\n")
		}
		return s.print(c.summary(done))
	})
}

func (c readmodelRebuild) summary(done command.Rebuilt) string {
	text := "rebuilt "
	if done.Resumed {
		text = "rebuilt the rest of "
	}
	text += fmt.Sprintf("the read model in %s (%s): %d written, %d expired, %d newer there already",
		done.Took.Round(time.Millisecond), pace(done), done.Written, done.Expired, done.Newer)
	if c.Prune {
		text += fmt.Sprintf(", %d removed", done.Pruned)
	}
	return text + "\n"
}

// progress tells people how far it is. When nobody can be told, the work goes on.
func (s *session) progress(so command.Rebuilt) {
	_, _ = fmt.Fprintf(s.Err, "%s, %d written\n", pace(so), so.Written)
}

// pace is how many orders were met, and how fast.
func pace(so command.Rebuilt) string {
	text := plural(so.Orders, "order", "orders")
	if so.Took <= 0 {
		return text
	}
	return fmt.Sprintf("%s, %.0f/s", text, float64(so.Orders)/so.Took.Seconds())
}

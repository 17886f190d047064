// Package cli is paybridge's command line.
//
// Run parses the arguments into a grammar of commands (grammar.go) and runs the one that is meant.
// Each command is a file: it opens what it needs through Program, asks or tells the application, and
// prints a table for people or JSON for scripts. Nothing is opened before the arguments are right,
// and `keys new` and `version` open nothing at all.
//
// A command succeeds (0), fails (1), or was called wrongly (2): arguments, a file or the configuration
// have to be corrected first, and all that is wrong is said at once (failure.go).
package cli

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/alecthomas/kong"

	"paybridge/application"
)

// The exit codes.
const (
	exitSuccess = 0
	exitFailure = 1
	exitMisuse  = 2
)

// helpWidth is where help wraps on wide terminals.
const helpWidth = 80

// Program is what the commands work with. Every function is called at most once, and only by the
// commands that need it. Errors that the caller has to correct, such as a wrong configuration, are
// *MisuseError; of faults the message is shown, of other errors only with --verbose.
type Program struct {
	Version string // of this build

	// Serve runs the service until ctx ends, and returns nil after an orderly shutdown.
	Serve func(ctx context.Context) error
	// Open builds the application without serving, on a database that is there; closing it releases the database.
	Open func(ctx context.Context) (app App, closing func(), err error)
	// Migrations opens the database without using its schema, and makes it when create says so.
	Migrations func(ctx context.Context, create bool) (m Migrations, closing func(), err error)
	// NewKeyset makes a keyset for ENCRYPTION_KEYSET, one line.
	NewKeyset func() (string, error)
	// Ready asks the service that runs on this machine, and returns its word, or Unavailable with what it lacks.
	Ready func(ctx context.Context) (string, error)
	// Doctor checks the configuration and everything the service depends on. It reports problems as
	// checks and never fails itself.
	Doctor func(ctx context.Context) []Check
}

// App is the application as the commands use it.
type App struct {
	Commands application.Commands
	Queries  application.Queries
}

// Migrations change the schema of the database.
type Migrations struct {
	Up   func(ctx context.Context) ([]Migration, error) // applies what is pending and returns it
	Down func(ctx context.Context) (Migration, error)   // reverts the newest; NotFound when there is none
	List func(ctx context.Context) ([]Migration, error) // all, oldest first
}

// Migration is one step of the schema.
type Migration struct {
	Version   int
	Name      string
	AppliedAt time.Time // zero while pending
}

// Streams are where a command reads and writes.
type Streams struct {
	In       io.Reader
	Out, Err io.Writer
}

// session is what a running command knows.
type session struct {
	Program
	Streams
}

// Run runs the command that args name, without the program's own name, and returns its exit code.
func Run(ctx context.Context, args []string, streams Streams, p Program) int {
	s := &session{Program: p, Streams: streams}
	var g grammar
	helped := false
	parser, err := kong.New(
		&g, kong.Name("paybridge"), kong.Description(description), kong.Writers(s.Out, s.Err),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: helpWidth}),
		kong.Exit(func(int) { helped = true }), // called by --help, which leaves the rest of the arguments unread
		kong.BindTo(ctx, (*context.Context)(nil)), kong.Bind(s),
	)
	if err != nil {
		return s.explain(err, true)
	}
	command, err := parser.Parse(args)
	switch {
	case helped:
		return exitSuccess
	case err != nil:
		return s.explain(misread(err), g.Verbose)
	}
	if err := command.Run(); err != nil {
		return s.explain(err, g.Verbose)
	}
	return exitSuccess
}

// misread makes an error of the arguments a misuse that says where the help is.
func misread(err error) error {
	var parse *kong.ParseError
	path := "paybridge"
	if errors.As(err, &parse) && parse.Context != nil {
		if node := parse.Context.Selected(); node != nil {
			path = node.FullPath()
		}
	}
	return &MisuseError{Problems: []string{err.Error()}, advice: "see `" + path + " --help`"}
}

// use opens the application for the time of work.
func (s *session) use(ctx context.Context, work func(App) error) error {
	app, closing, err := s.Open(ctx)
	if err != nil {
		return err
	}
	defer closing()
	return work(app)
}

package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"paybridge/domain/fault"
)

// MisuseError is an error that the caller has to correct: the arguments, a file or the configuration. It
// ends a command with exit code 2 and shows all problems at once. No problem may contain a secret.
type MisuseError struct {
	Subject  string // what is wrong, such as "the configuration"; empty when the problem says so
	Problems []string

	advice string
}

// Error implements error.
func (m *MisuseError) Error() string {
	if m.Subject == "" {
		return strings.Join(m.Problems, "\n")
	}
	lines := m.Subject + " has to be corrected:"
	for _, p := range m.Problems {
		lines += "\n  " + p
	}
	return lines
}

// adviceError adds what to do next to an error.
type adviceError struct {
	error

	advice string
}

func (e *adviceError) Unwrap() error { return e.error }

// advise says what to do next about errors of one kind. Other errors stay as they are.
func advise(err error, kind fault.Kind, advice string) error {
	if err != nil && fault.Is(err, kind) {
		return &adviceError{error: err, advice: advice}
	}
	return err
}

// explain tells people what went wrong and what to do next, and returns the exit code. Causes are
// for those who ask for them: they quote the machinery.
func (s *session) explain(err error, verbose bool) int {
	message, advice, code := meaning(err)
	text := "paybridge: " + message + "\n"
	if advice != "" {
		text += "  -> " + advice + "\n"
	}
	if verbose {
		text += "cause: " + err.Error() + "\n"
	}
	if _, writeErr := io.WriteString(s.Err, text); writeErr != nil {
		return exitFailure // nobody listens any more
	}
	return code
}

func meaning(err error) (message, advice string, code int) {
	var misuse *MisuseError
	if errors.As(err, &misuse) {
		return misuse.Error(), misuse.advice, exitMisuse
	}
	if errors.Is(err, context.Canceled) {
		return "interrupted", "", exitFailure
	}
	f := fault.Of(err)
	message, advice, code = f.Message, "", exitFailure
	switch f.Kind {
	case fault.Invalid:
		code = exitMisuse
	case fault.Internal:
		message, advice = "something went wrong inside paybridge", "run it again with --verbose to see the cause; `paybridge doctor` checks what it depends on"
	case fault.Unavailable, fault.Indeterminate:
		advice = "`paybridge doctor` shows what cannot be reached"
	case fault.Unauthenticated, fault.Declined, fault.Forbidden, fault.NotFound, fault.Conflict, fault.RateLimited, fault.Unsupported:
	}
	var advised *adviceError
	if errors.As(err, &advised) {
		advice = advised.advice
	}
	return message, cmp.Or(Remedy(err), advice), code
}

// remedies are what to do next about errors that every command can meet, by their code.
var remedies = map[string]string{
	"database_in_use": "stop `paybridge serve`, run this, and start it again; " +
		"while it runs, notifications can be replayed and payments refunded in the admin page of the mall",
	"no_database":    "correct DATABASE_URL, whose relative path begins where the command is run; `paybridge migrate up` makes a new one",
	"not_a_database": "correct DATABASE_URL, or bring the database's own file back from a backup",
}

// Remedy is what to do next about an error of the database itself; empty for others.
func Remedy(err error) string {
	if err == nil {
		return ""
	}
	return remedies[fault.Of(err).Code]
}

// wrong is a misuse of one problem.
func wrong(format string, args ...any) error {
	return &MisuseError{Problems: []string{fmt.Sprintf(format, args...)}}
}

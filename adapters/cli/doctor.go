package cli

import (
	"context"
	"fmt"

	"paybridge/domain/fault"
)

// Health is how a check went.
type Health string

// The healths.
const (
	Healthy Health = "ok"
	Warned  Health = "warning" // works, but not all of it
	Failed  Health = "failed"
)

// Check is one thing that the doctor looked at.
type Check struct {
	Name   string `json:"name"`
	Health Health `json:"health"`
	Detail string `json:"detail"`           // what was found; never a secret
	Remedy string `json:"remedy,omitempty"` // what to do, when it is not healthy
}

type doctor struct{ format }

// Run is called by kong. It fails when a check failed.
func (c doctor) Run(ctx context.Context, s *session) error {
	checks := s.Doctor(ctx)
	failed := 0
	for _, check := range checks {
		if check.Health == Failed {
			failed++
		}
	}
	if err := c.print(s, checks); err != nil {
		return err
	}
	if failed > 0 {
		return fault.Newf(fault.Conflict, "not_healthy", "%d of %s failed", failed, plural(len(checks), "check", "checks"))
	}
	return nil
}

func (c doctor) print(s *session, checks []Check) error {
	if c.JSON {
		return s.printJSON(checks)
	}
	var lines [][]string
	for _, check := range checks {
		lines = append(lines, []string{string(check.Health), check.Name, check.Detail})
		if check.Health != Healthy && check.Remedy != "" {
			lines = append(lines, []string{"", "", "-> " + check.Remedy})
		}
	}
	if len(lines) == 0 {
		return fmt.Errorf("the doctor checked nothing")
	}
	return s.table(lines)
}

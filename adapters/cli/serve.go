package cli

import (
	"context"
	"fmt"
	"runtime"
)

type serve struct{}

// Run is called by kong.
func (serve) Run(ctx context.Context, s *session) error { return s.Serve(ctx) }

type ready struct{}

// Run is called by kong. It fails unless a service on this machine is ready.
func (ready) Run(ctx context.Context, s *session) error {
	said, err := s.Ready(ctx)
	if err != nil {
		return err
	}
	return s.print(said + "\n")
}

type version struct{}

// Run is called by kong.
func (version) Run(s *session) error {
	return s.print(fmt.Sprintf("paybridge %s (%s %s/%s)\n", s.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH))
}

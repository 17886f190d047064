package cli

import (
	"context"
	"fmt"
	"runtime"
)

type serve struct{}

// Run is called by kong.
func (serve) Run(ctx context.Context, s *session) error { return s.Serve(ctx) }

type version struct{}

// Run is called by kong.
func (version) Run(s *session) error {
	return s.print(fmt.Sprintf("paybridge %s (%s %s/%s)\n", s.Version, runtime.Version(), runtime.GOOS, runtime.GOARCH))
}

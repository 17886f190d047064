package system

import (
	"context"
	"errors"
	"fmt"
	"net"
)

// listen binds the simulators' ports and chooses the app's where they are open. The chosen numbers are written to config.
func listen(ctx context.Context, config *Config) (mall, company net.Listener, err error) {
	if mall, err = bind(ctx, config.Bind, &config.MallPort); err != nil {
		return nil, nil, err
	}
	if company, err = bind(ctx, config.Bind, &config.CompanyPort); err != nil {
		return nil, nil, errors.Join(err, mall.Close())
	}
	// The app binds its ports itself. Binding them here for a moment shows at once when somebody else has them.
	for _, port := range []*int{&config.AppPort, &config.OpsPort} {
		probe, probeErr := bind(ctx, config.Bind, port)
		if probeErr == nil {
			probeErr = probe.Close()
		}
		if probeErr != nil {
			return nil, nil, errors.Join(probeErr, mall.Close(), company.Close())
		}
	}
	return mall, company, nil
}

func bind(ctx context.Context, host string, port *int) (net.Listener, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", net.JoinHostPort(host, fmt.Sprint(*port)))
	if err != nil {
		return nil, fmt.Errorf("port %d cannot be used (is another sandbox running?): %w", *port, err)
	}
	if bound, ok := listener.Addr().(*net.TCPAddr); ok {
		*port = bound.Port
	}
	return listener, nil
}

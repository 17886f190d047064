package bootstrap

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"strings"

	"paybridge/domain/fault"
)

// ready asks the operations listener of the service that runs on this machine with the same configuration. It
// is what a container's health check runs, where there is nothing else to run.
func ready(ctx context.Context, environ []string) (string, error) {
	c, err := load(environ)
	if err != nil {
		return "", err
	}
	host, port, err := net.SplitHostPort(c.OpsAddr)
	if err != nil {
		return "", fault.InvalidField("PAYBRIDGE_OPS_ADDR", "must be host:port or :port")
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsUnspecified() {
		host = ""
	}
	seen, err := visit(ctx, "http://"+net.JoinHostPort(cmp.Or(host, "127.0.0.1"), port)+"/readyz")
	if err != nil {
		return "", err
	}
	var said struct {
		Status string
		Checks []struct {
			Name, Detail string
			OK           bool
		}
	}
	if err := json.Unmarshal(seen.body, &said); err != nil {
		return "", fault.New(fault.Unavailable, "unreadable", "something else answers at PAYBRIDGE_OPS_ADDR").Because(err)
	}
	if seen.status == http.StatusOK {
		return said.Status, nil
	}
	var lacks []string
	for _, check := range said.Checks {
		if !check.OK {
			lacks = append(lacks, fmt.Sprintf("%s: %s", check.Name, check.Detail))
		}
	}
	return "", fault.New(fault.Unavailable, "unready", "not ready: "+strings.Join(lacks, "; "))
}

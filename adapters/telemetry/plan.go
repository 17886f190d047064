package telemetry

import (
	"cmp"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"
)

// plan says which signals leave the process. Everything else about the exporters (headers, time-outs,
// certificates, sampling, intervals) the SDK reads from the same variables by itself.
type plan struct{ traces, metrics bool }

func readPlan() (plan, error) {
	traces, tracesErr := exported("TRACES")
	metrics, metricsErr := exported("METRICS")
	if strings.EqualFold(os.Getenv("OTEL_SDK_DISABLED"), "true") {
		return plan{}, nil
	}
	return plan{traces: traces, metrics: metrics}, errors.Join(tracesErr, metricsErr)
}

// exported reports whether a signal is exported: when an endpoint is given, or OTLP is asked for by
// name and its default endpoint will do. The metrics page is there in any case, so "prometheus" asks
// for nothing more.
func exported(signal string) (bool, error) {
	name := "OTEL_" + signal + "_EXPORTER"
	endpoint, endpointErr := endpointOf(signal)
	switch exporter := os.Getenv(name); {
	case exporter == "none", exporter == "prometheus" && signal == "METRICS":
		return false, nil
	case exporter == "" && endpoint == "" && endpointErr == nil:
		return false, nil
	case exporter == "", exporter == "otlp":
		return true, errors.Join(endpointErr, protocolOf(signal))
	default:
		return false, fmt.Errorf("%s: %q is not offered, use otlp or none", name, exporter)
	}
}

func endpointOf(signal string) (string, error) {
	for _, name := range []string{"OTEL_EXPORTER_OTLP_" + signal + "_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"} {
		value := os.Getenv(name)
		if value == "" {
			continue
		}
		u, err := url.Parse(value)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
			return "", fmt.Errorf("%s: must be an http or https URL", name) // not quoted: it may hold a password
		}
		return value, nil
	}
	return "", nil
}

func protocolOf(signal string) error {
	name := "OTEL_EXPORTER_OTLP_" + signal + "_PROTOCOL"
	protocol := cmp.Or(os.Getenv(name), os.Getenv("OTEL_EXPORTER_OTLP_PROTOCOL"))
	if protocol != "" && protocol != "http/protobuf" {
		return fmt.Errorf("OTEL_EXPORTER_OTLP_PROTOCOL: %q is not offered, use http/protobuf", protocol)
	}
	return nil
}

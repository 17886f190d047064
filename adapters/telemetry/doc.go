// Package telemetry makes the service observable: traces and metrics by OpenTelemetry, log lines
// that name the trace they belong to, and decorators that know nothing of what they watch.
//
// The flow: Start reads the standard OTEL_* variables and sets the process up; without an exporter
// nothing leaves the process, but spans have ids all the same, so that log lines and request ids of
// one request fit together. Observe wraps the application's handlers, Call counts the calls to
// payment companies, Join lets what happens later and by another door continue an earlier trace.
// NewLogger writes the log, with card numbers and secrets masked as the last line of defence.
//
// No payload is ever put into a span or a metric: names, kinds and codes only.
package telemetry

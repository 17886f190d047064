package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
)

// discreet stands between net/http and the spans. Errors of net/http can quote what the other side
// wrote, such as a line of a header that is no header, and spans record errors as text.
type discreet struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (d discreet) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := d.next.RoundTrip(r)
	if err != nil {
		return nil, discreetly(err)
	}
	return response, nil
}

// harmless errors are known to hold no more than addresses and names of hosts.
var harmless = []error{context.Canceled, context.DeadlineExceeded, io.ErrUnexpectedEOF, io.EOF}

// discreetly returns an error that says what broke and quotes nobody.
func discreetly(err error) error {
	for _, known := range harmless {
		if errors.Is(err, known) {
			return known
		}
	}
	var operation *net.OpError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &operation):
		return operation
	case errors.As(err, &certificate):
		return certificate
	}
	for inner := err; inner != nil; inner = errors.Unwrap(inner) {
		err = inner
	}
	return fmt.Errorf("broken connection (%T)", err)
}

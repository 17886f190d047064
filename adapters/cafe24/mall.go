package cafe24

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"time"

	"go.opentelemetry.io/otel/trace"

	"paybridge/ports"
)

// DefaultTimeout bounds one delivery in all: resolving, connecting, sending and reading the answer.
const DefaultTimeout = 5 * time.Second

// Encoding is how notices are written. Cafe24's reference does not say which one it reads, its sample
// mixes both; hence a setting.
type Encoding string

// The encodings.
const (
	JSON Encoding = "json" // application/json
	Form Encoding = "form" // application/x-www-form-urlencoded
)

// ParseEncoding returns the encoding of that name, JSON for an empty one.
func ParseEncoding(name string) (Encoding, error) {
	switch e := cmp.Or(Encoding(name), JSON); e {
	case JSON, Form:
		return e, nil
	default:
		return "", fmt.Errorf("%q is no notification encoding, use %q or %q", name, JSON, Form)
	}
}

// Config is what a Mall needs. Signer is required; the zero value of everything else is safe.
type Config struct {
	Signer       *Signer
	Encoding     Encoding             // empty: JSON
	Hosts        Hosts                // who may be redirected to or notified, besides the mall's own domains
	Routes       Routes               // where our own calls to a host really go; sandbox only
	AllowPrivate bool                 // connect to private addresses too; sandbox only
	Timeout      time.Duration        // of a whole delivery; 0: DefaultTimeout
	Tracer       trace.TracerProvider // nil: the global one
}

// Mall is Cafe24's side that we call. It implements ports.Mall and is safe for concurrent use.
type Mall struct {
	signer   *Signer
	encoding Encoding
	hosts    Hosts
	timeout  time.Duration
	client   *http.Client
}

var _ ports.Mall = (*Mall)(nil)

// NewMall returns a Mall, or an error that names everything wrong with the configuration.
func NewMall(c Config) (*Mall, error) {
	encoding, err := ParseEncoding(string(c.Encoding))
	if c.Signer == nil {
		err = errors.Join(err, errors.New("a signer is required"))
	}
	if c.Timeout < 0 {
		err = errors.Join(err, fmt.Errorf("a timeout of %s is negative", c.Timeout))
	}
	if err != nil {
		return nil, err
	}
	return &Mall{
		signer:   c.Signer,
		encoding: encoding,
		hosts:    c.Hosts,
		timeout:  cmp.Or(c.Timeout, DefaultTimeout),
		client:   newClient(c),
	}, nil
}

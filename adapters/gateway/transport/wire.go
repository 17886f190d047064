package transport

import (
	"context"
	"net/http/httptrace"
	"sync/atomic"
)

// wire watches how far one request gets, through all the times that net/http sends it.
//
// The mark is the moment at which the request gets a connection. Name resolution, connecting and the
// TLS handshake lie before it, and nothing of the request can have left. The later marks of httptrace
// are no proof: WroteHeaders tells of a buffer, and a long header reaches the socket before it.
type wire struct{ connections atomic.Int32 }

func (w *wire) watch(ctx context.Context) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { w.connections.Add(1) },
	})
}

// touched reports that bytes of the request may have reached the company.
func (w *wire) touched() bool { return w.connections.Load() > 0 }

// repeated reports that the company may have received the request more than once.
func (w *wire) repeated() bool { return w.connections.Load() > 1 }

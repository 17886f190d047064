package outside

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync/atomic"

	"github.com/valyala/fasthttp"
)

// World is a company and a mall that listen on loopback. It must be closed.
type World struct {
	Company             *Company
	Mall                *Mall
	CompanyURL, MallURL string

	servers []*fasthttp.Server
}

// Mall takes every notification.
type Mall struct{ told atomic.Int64 }

// Told is the number of notifications that came.
func (m *Mall) Told() int { return int(m.told.Load()) }

func (m *Mall) serve(ctx *fasthttp.RequestCtx) {
	m.told.Add(1)
	ctx.SetContentType("application/json")
	ctx.SetBodyString(`{"result":"OK"}`)
}

// Open starts a world without orders. The context bounds the start only.
func Open(ctx context.Context) (*World, error) {
	w := &World{Company: &Company{orders: map[string]*companyOrder{}}, Mall: &Mall{}}
	var err error
	if w.CompanyURL, err = w.listen(ctx, w.Company.serve); err == nil {
		w.Company.base = w.CompanyURL
		w.MallURL, err = w.listen(ctx, w.Mall.serve)
	}
	if err != nil {
		return nil, errors.Join(err, w.Close())
	}
	return w, nil
}

func (w *World) listen(ctx context.Context, serve fasthttp.RequestHandler) (string, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", fmt.Errorf("the outside world cannot listen: %w", err)
	}
	server := &fasthttp.Server{Handler: serve, NoDefaultServerHeader: true, NoDefaultDate: true, CloseOnShutdown: true}
	w.servers = append(w.servers, server)
	go func() { _ = server.Serve(listener) }() // ends with Close; a broken listener shows as failed requests
	return "http://" + listener.Addr().String(), nil
}

// Close ends both.
func (w *World) Close() error {
	var errs []error
	for _, s := range w.servers {
		errs = append(errs, s.Shutdown())
	}
	return errors.Join(errs...)
}

package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"time"

	"paybridge/test/sandbox/control"
	"paybridge/test/sandbox/flow"
	"paybridge/test/sandbox/system"
	"paybridge/test/sandbox/tour"
)

// place is the sandbox that is played against.
type place struct {
	mall, company, app string
	own                *system.Sandbox // nil when it was running already
	dir                string
}

// enter finds a running sandbox, or starts one in a folder that is removed afterwards.
func enter(ctx context.Context, set settings) (*place, error) {
	there := &place{mall: set.mall, company: set.company, app: set.appURL}
	if !set.fresh && there.get(ctx, there.mall+"/_sandbox/counts", nil) == nil && there.get(ctx, there.company+"/_sandbox/orders", nil) == nil {
		return there, nil
	}
	dir, err := os.MkdirTemp("", "paybridge-demo.")
	if err != nil {
		return nil, err
	}
	started, err := system.Start(ctx, system.Config{AppBinary: set.app, Dir: dir, Errors: os.Stderr})
	if err != nil {
		_ = os.RemoveAll(dir) // The start's own error matters more.
		return nil, err
	}
	return &place{mall: started.MallURL(), company: started.CompanyURL(), app: started.AppURL(), own: started, dir: dir}, nil
}

// leave stops a sandbox of our own.
func (p *place) leave() error {
	if p.own == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), leaveTimeout)
	defer cancel()
	if err := p.own.Close(ctx); err != nil {
		return err
	}
	return os.RemoveAll(p.dir)
}

const (
	leaveTimeout = 30 * time.Second
	askTimeout   = 10 * time.Second
)

// warn names the faults in force: with them stories end otherwise than promised.
func (p *place) warn(ctx context.Context, out *printer) {
	for _, side := range []struct{ name, address string }{{"mall", p.mall}, {"company", p.company}} {
		var told struct {
			Faults []control.Fault `json:"faults"`
		}
		if p.get(ctx, side.address+"/_sandbox/faults", &told) != nil {
			continue // Where nobody answers the stories say so.
		}
		for _, fault := range told.Faults {
			out.leftover(side.name, side.address, fault)
		}
	}
}

// story is what was sent about an order so far.
func (p *place) story(ctx context.Context, order string) (told tour.Story, err error) {
	mall := "?mall=demomall"
	if order == flow.Beside {
		mall = ""
	}
	err = p.get(ctx, p.mall+"/_sandbox/stories/"+order+mall, &told)
	return told, err
}

// counts are what the mall was told.
type counts struct{ Received, Valid, Accepted int }

// held is an order at the company.
type held struct {
	Paid     string `json:"paid_amount"`
	Refunded string `json:"refunded_amount"`
	Currency string `json:"currency"`
}

func (p *place) get(ctx context.Context, address string, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("GET %s: HTTP %d", address, response.StatusCode)
	}
	if answer == nil {
		return nil
	}
	return json.NewDecoder(response.Body).Decode(answer)
}

package flow

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"path"
	"strings"
	"time"
)

// patience is how long a story waits for something to come true; the slowest promise is half a minute.
const patience = 45 * time.Second

// pollInterval is how often a story looks whether something has come true.
const pollInterval = 50 * time.Millisecond

// World is the running sandbox as a story sees it.
type World struct {
	// MallURL and CompanyURL are the addresses of the simulators, AppURL is the app's: only the button's browser script calls it.
	MallURL, CompanyURL, AppURL string
	// Say is told what is going to happen, one sentence at a time, the first one when there is an order; nil means that nobody
	// listens.
	Say func(sentence string)
	// Begun is told the order's id as soon as there is one, or Beside; nil means that nobody wants to know.
	Begun func(orderID string)

	client *http.Client
}

// Order is what a story reads of an order at the mall.
type Order struct {
	ID         string   `json:"order_id"`
	Amount     string   `json:"amount"`
	State      string   `json:"state"`
	TID        string   `json:"tid"`
	PaymentURL string   `json:"payment_url"`
	AppAnswer  string   `json:"app_answer"`
	Refunds    []Refund `json:"refunds"`
	Told       []Told   `json:"told"`
}

// Refund is a refund as the mall sees it: asked, refunded or refused.
type Refund struct {
	Amount string `json:"cancel_amount"`
	State  string `json:"state"`
	Answer string `json:"answer"`
}

// Told is one message of the app to the mall.
type Told struct {
	Kind   string `json:"kind"`
	Result string `json:"result"`
}

// code is the company's name of the order, the end of the payment page's address.
func (o Order) code() string { return path.Base(o.PaymentURL) }

// notices counts the messages of one kind that the mall has accepted.
func (o Order) notices(kind string) (count int) {
	for _, told := range o.Told {
		if told.Kind == kind && told.Result == "OK" {
			count++
		}
	}
	return count
}

func (w *World) say(format string, values ...any) {
	if w.Say != nil {
		w.Say(fmt.Sprintf(format, values...))
	}
}

// buys orders something at the mall, which asks the app for a payment page.
func (w *World) buys(ctx context.Context, product, mode string) (Order, error) {
	order, err := w.begins(ctx, product, mode)
	if err == nil && order.AppAnswer != "" {
		err = fmt.Errorf("the payment could not be started: %s", order.AppAnswer)
	}
	return order, err
}

// begins is buys, but lets the app refuse.
func (w *World) begins(ctx context.Context, product, mode string) (Order, error) {
	var order Order
	if err := w.post(ctx, w.MallURL+"/_sandbox/orders", map[string]any{"product": product, "mode": mode}, &order); err != nil {
		return order, err
	}
	if w.Begun != nil {
		w.Begun(order.ID)
	}
	return order, nil
}

// decides presses a button of the payment page and follows the browser back to the shop: approve, decline, cancel or later.
func (w *World) decides(ctx context.Context, order Order, choice string) error {
	return w.post(ctx, w.CompanyURL+"/pay/"+order.code()+"/"+choice, nil, nil)
}

// behindTheBack does what the buyer does on the payment page, but the browser never comes back to the shop.
func (w *World) behindTheBack(ctx context.Context, order Order, choice string) error {
	return w.post(ctx, w.CompanyURL+"/_sandbox/orders/"+order.code()+"/"+choice, nil, nil)
}

// refunds asks for money back at the mall; an empty amount means all that is left.
func (w *World) refunds(ctx context.Context, order Order, amount, mode string) error {
	return w.post(ctx, w.MallURL+"/_sandbox/orders/"+order.ID+"/refund", map[string]any{"amount": amount, "mode": mode}, nil)
}

// breaks puts a fault in force at a simulator.
func (w *World) breaks(ctx context.Context, side string, fault map[string]any) error {
	return w.post(ctx, side+"/_sandbox/faults", fault, nil)
}

// becomes waits until the order at the mall is as wanted.
func (w *World) becomes(ctx context.Context, order Order, what string, wanted func(Order) bool) (Order, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	ticker := time.NewTicker(pollInterval)
	defer ticker.Stop()
	for {
		now, err := w.look(ctx, order.ID)
		if err == nil && wanted(now) {
			return now, nil
		}
		select {
		case <-ctx.Done():
			return now, fmt.Errorf("not within %s: %s", patience, what)
		case <-ticker.C:
		}
	}
}

func (w *World) look(ctx context.Context, id string) (Order, error) {
	var found []Order
	if err := w.call(ctx, http.MethodGet, w.MallURL+"/_sandbox/orders?mall_id=demomall&order_id="+id, nil, &found); err != nil {
		return Order{}, err
	}
	if len(found) != 1 {
		return Order{}, fmt.Errorf("the mall has %d orders %s", len(found), id)
	}
	return found[0], nil
}

// submit sends a form as a browser does and returns the address where it ended up, and the text there.
func (w *World) submit(ctx context.Context, address string, form url.Values) (string, []byte, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(form.Encode()))
	if err != nil {
		return "", nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Accept", "text/html, application/json")
	return w.send(request)
}

func (w *World) post(ctx context.Context, address string, message, answer any) error {
	return w.call(ctx, http.MethodPost, address, message, answer)
}

func (w *World) call(ctx context.Context, method, address string, message, answer any) error {
	var body io.Reader
	if message != nil {
		text, err := json.Marshal(message)
		if err != nil {
			return err
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, address, body)
	if err != nil {
		return err
	}
	if message != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	_, text, err := w.send(request)
	if err != nil || answer == nil {
		return err
	}
	return json.Unmarshal(text, answer)
}

// send follows redirects, keeps cookies, and takes refusals for errors.
func (w *World) send(request *http.Request) (string, []byte, error) {
	if w.client == nil {
		jar, _ := cookiejar.New(nil) // Without options it cannot fail.
		w.client = &http.Client{Jar: jar, Timeout: patience}
	}
	response, err := w.client.Do(request)
	if err != nil {
		return "", nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err == nil && response.StatusCode >= http.StatusBadRequest {
		err = fmt.Errorf("%s %s: HTTP %d: %.300s", request.Method, response.Request.URL, response.StatusCode, text)
	}
	return response.Request.URL.String(), text, err
}

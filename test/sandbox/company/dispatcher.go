package company

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

const (
	// webhookTimeout is how long the company waits for the app's answer.
	webhookTimeout = 10 * time.Second
	// parallelWebhooks bounds how many webhooks are under way at once.
	parallelWebhooks = 64
	// keptDeliveries is how many finished deliveries can be looked at.
	keptDeliveries = 500
)

// Delivery is one webhook and what became of it.
type Delivery struct {
	ID   int64  `json:"id"`
	URL  string `json:"url"`
	Body string `json:"body"`
	// Tries is how often it was sent; Status the last answer, 0 for none; Error why there was none.
	Tries  int    `json:"tries"`
	Status int    `json:"status"`
	Error  string `json:"error,omitempty"`
	// Next is the time of the next try; zero when it is delivered or given up.
	Next      time.Time `json:"next,omitzero"`
	Delivered bool      `json:"delivered"`
}

// retrySchedule is the contract's: 1 s, 5 s, 30 s, 2 min, 10 min, then hourly for a day.
func retrySchedule() []time.Duration {
	schedule := []time.Duration{time.Second, 5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute}
	return append(schedule, slices.Repeat([]time.Duration{time.Hour}, 24)...)
}

// dispatcher sends webhooks in the background until they are answered with 2xx. It never takes Company.mu.
type dispatcher struct {
	client   *http.Client
	schedule []time.Duration
	now      func() time.Time
	changed  func()
	slots    chan struct{}

	mu      sync.Mutex
	ctx     context.Context //nolint:containedctx // The life of the background work, renewed by reset.
	cancel  context.CancelFunc
	sending *sync.WaitGroup
	serial  int64
	pending map[int64]Delivery
	done    []Delivery
}

func newDispatcher(config Config, watched func(http.RoundTripper) http.RoundTripper, now func() time.Time, changed func()) *dispatcher {
	d := &dispatcher{
		client: config.HTTPClient, schedule: config.RetrySchedule, now: now, changed: changed,
		slots: make(chan struct{}, parallelWebhooks),
	}
	if d.client == nil {
		d.client = &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: parallelWebhooks, IdleConnTimeout: time.Minute},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
	}
	client := *d.client
	client.Transport = watched(client.Transport)
	d.client = &client
	if d.schedule == nil {
		d.schedule = retrySchedule()
	}
	d.begin()
	return d
}

func (d *dispatcher) begin() {
	d.ctx, d.cancel = context.WithCancel(context.Background())
	d.sending, d.pending, d.done = &sync.WaitGroup{}, map[int64]Delivery{}, nil
}

// send delivers a webhook in the background, at once.
func (d *dispatcher) send(webhook Delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	webhook.Next = d.now().UTC()
	d.launch(webhook)
}

// resume goes on with the deliveries of an earlier run.
func (d *dispatcher) resume(webhooks []Delivery) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, webhook := range webhooks {
		d.launch(webhook)
	}
}

func (d *dispatcher) launch(webhook Delivery) {
	if d.ctx.Err() != nil {
		return
	}
	d.serial++
	webhook.ID = d.serial
	d.pending[webhook.ID] = webhook
	ctx := d.ctx
	d.sending.Go(func() { d.deliver(ctx, webhook) })
}

// deliver tries until the app has answered with 2xx, the schedule is used up or the dispatcher stops.
func (d *dispatcher) deliver(ctx context.Context, webhook Delivery) {
	for {
		if !pause(ctx, webhook.Next.Sub(d.now())) {
			return
		}
		status, err := d.try(ctx, webhook)
		if ctx.Err() != nil {
			return
		}
		webhook.Tries++
		webhook.Status, webhook.Error, webhook.Next = status, "", time.Time{}
		if err != nil {
			webhook.Error = err.Error()
		}
		webhook.Delivered = status >= 200 && status < 300
		if !webhook.Delivered && webhook.Tries <= len(d.schedule) {
			webhook.Next = d.now().UTC().Add(d.schedule[webhook.Tries-1])
		}
		if d.record(ctx, webhook) {
			return
		}
	}
}

// record notes the outcome of a try and says whether it was the last.
func (d *dispatcher) record(ctx context.Context, webhook Delivery) (last bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if ctx.Err() != nil {
		return true
	}
	last = webhook.Next.IsZero()
	if last {
		delete(d.pending, webhook.ID)
		d.done = append(d.done, webhook)
		d.done = d.done[max(0, len(d.done)-keptDeliveries):]
	} else {
		d.pending[webhook.ID] = webhook
	}
	d.changed()
	return last
}

// pause waits and says whether to go on.
func pause(ctx context.Context, length time.Duration) bool {
	timer := time.NewTimer(length)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

func (d *dispatcher) try(ctx context.Context, webhook Delivery) (int, error) {
	select {
	case d.slots <- struct{}{}:
		defer func() { <-d.slots }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, webhookTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, webhook.URL, strings.NewReader(webhook.Body))
	if err != nil {
		return 0, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "DemoCompany-Webhook/1.0")
	response, err := d.client.Do(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, drain(response)
}

// waiting returns the deliveries that are not over, for the state file.
func (d *dispatcher) waiting() []Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	return sortedByID(d.pending)
}

// all returns the finished deliveries and those under way, oldest first.
func (d *dispatcher) all() []Delivery {
	d.mu.Lock()
	defer d.mu.Unlock()
	list := append(slices.Clone(d.done), sortedByID(d.pending)...)
	slices.SortFunc(list, func(a, b Delivery) int { return int(a.ID - b.ID) })
	return list
}

func sortedByID(deliveries map[int64]Delivery) []Delivery {
	list := make([]Delivery, 0, len(deliveries))
	for _, delivery := range deliveries {
		list = append(list, delivery)
	}
	slices.SortFunc(list, func(a, b Delivery) int { return int(a.ID - b.ID) })
	return list
}

// close stops all deliveries and waits until they have stopped. They stay in waiting.
func (d *dispatcher) close() {
	d.mu.Lock()
	d.cancel()
	sending := d.sending
	d.mu.Unlock()
	sending.Wait()
	d.client.CloseIdleConnections()
}

// reset forgets all deliveries.
func (d *dispatcher) reset() {
	d.close()
	d.mu.Lock()
	defer d.mu.Unlock()
	d.serial = 0
	d.begin()
}

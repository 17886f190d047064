package platform

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// The numbers of the events that a payment app cares about.
const (
	EventAppDeleted = 90077
	EventAppExpired = 90078
	EventAppRenewed = 90079
	EventShopEdited = 90111
)

// webhookTimeout is how long Cafe24 waits for the app.
const webhookTimeout = 10 * time.Second

// Notify sends an event about a mall to the app and returns the HTTP status of its answer. more is added to the resource.
func (p *Platform) Notify(ctx context.Context, mall string, event int, more map[string]any) (int, error) {
	return p.Send(ctx, mall, event, rand.Text(), more)
}

// Send is Notify with a trace id of the caller's, so that the same delivery can be repeated.
func (p *Platform) Send(ctx context.Context, mall string, event int, traceID string, more map[string]any) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, webhookTimeout)
	defer cancel()
	resource := map[string]any{"mall_id": mall, "client_id": p.config.ClientID}
	for name, value := range more {
		resource[name] = value
	}
	body, err := json.Marshal(map[string]any{"event_no": event, "resource": resource})
	if err != nil {
		return 0, fmt.Errorf("platform: encode event: %w", err)
	}
	target := strings.TrimSuffix(p.config.AppURL(), "/") + "/webhooks/cafe24"
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("platform: address of the app: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Api-Key", p.config.WebhookKey)
	request.Header.Set("X-Trace-Id", traceID)
	response, err := p.config.HTTPClient.Do(request)
	if err != nil {
		return 0, fmt.Errorf("the app did not answer: %w", err)
	}
	return response.StatusCode, response.Body.Close()
}

// Remove uninstalls the app and tells it: its tokens are dead before it hears of it.
func (p *Platform) Remove(ctx context.Context, mall string) (int, error) {
	p.Uninstall(mall)
	return p.Notify(ctx, mall, EventAppDeleted, map[string]any{"app_name": "paybridge", "deleted_date": koreanTime(p.now())})
}

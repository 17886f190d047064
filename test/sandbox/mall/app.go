package mall

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// appTimeout is how long the mall waits for the app.
const appTimeout = 10 * time.Second

// maxAppAnswer is more than any answer of the app needs.
const maxAppAnswer = 1 << 20

// askApp posts a JSON message to the app and returns the status and the body of its answer.
func (m *Mall) askApp(ctx context.Context, path string, message any) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(ctx, appTimeout)
	defer cancel()
	body, err := json.Marshal(message)
	if err != nil {
		return 0, nil, fmt.Errorf("mall: encode message: %w", err)
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, m.appURL()+path, bytes.NewReader(body))
	if err != nil {
		return 0, nil, fmt.Errorf("mall: address of the app: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := m.config.HTTPClient.Do(request)
	if err != nil {
		return 0, nil, fmt.Errorf("the app did not answer: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxAppAnswer))
	if err != nil {
		return 0, nil, fmt.Errorf("the app's answer broke off: %w", err)
	}
	return response.StatusCode, answer, nil
}

// appAnswer is the envelope of the app's answers to Cafe24.
type appAnswer struct {
	ResultCode    string `json:"result_code"`
	ResultMessage string `json:"result_message"`
	PaymentURL    string `json:"payment_url"`
}

// readAnswer reads the envelope; text is what to show when it is not the success.
func readAnswer(status int, body []byte, err error) (answer appAnswer, text string) {
	switch {
	case err != nil:
		return appAnswer{}, err.Error()
	case json.Unmarshal(body, &answer) != nil:
		return appAnswer{}, fmt.Sprintf("the app answered HTTP %d with something that is not JSON", status)
	case answer.ResultCode != "0000":
		return answer, fmt.Sprintf("HTTP %d, result_code %s: %s", status, answer.ResultCode, answer.ResultMessage)
	}
	return answer, ""
}

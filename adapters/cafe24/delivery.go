package cafe24

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"

	"paybridge/domain/fault"
)

// maxAnswer bounds what is read of a mall's answer; the one that counts has 15 bytes.
const maxAnswer = 64 << 10

// Deliver implements ports.Mall. Before a connection stood nothing can have been processed; from then
// on whatever breaks is Indeterminate. An answer below 200, a redirect or an unreadable page does not
// tell either what became of the notice.
func (m *Mall) Deliver(ctx context.Context, target string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, m.timeout)
	defer cancel()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { connected.Store(true) },
	})
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return fault.New(fault.Internal, "malformed_notification_url", "the stored URL of a mall is malformed").Because(withoutURL(err))
	}
	req.Header.Set("Content-Type", contentType(body))
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "paybridge")
	res, err := m.client.Do(req)
	if err != nil {
		return undelivered(withoutURL(err), connected.Load())
	}
	defer func() { _ = res.Body.Close() }() // the outcome is decided; closing cannot change it
	return judge(res)
}

// contentType is told by the stored body itself, because the encoding may have been changed between
// composing and delivering.
func contentType(body []byte) string {
	if bytes.HasPrefix(body, []byte("{")) {
		return "application/json"
	}
	return "application/x-www-form-urlencoded"
}

func undelivered(cause error, connected bool) error {
	switch {
	case connected:
		return fault.New(fault.Indeterminate, "mall_silent", "the mall did not answer, it may have got the notice").Because(cause)
	case errors.Is(cause, errPrivateAddress):
		return fault.New(fault.Unavailable, "mall_address_refused", "the mall's host resolves to an address that is not public").Because(cause)
	default:
		return fault.New(fault.Unavailable, "mall_unreachable", "the mall could not be reached").Because(cause)
	}
}

// withoutURL drops the URL from an error of net/http; its query is nobody's business.
func withoutURL(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		return wrapped.Err
	}
	return err
}

func judge(res *http.Response) error {
	status := res.StatusCode
	if status == http.StatusOK {
		return judgeAnswer(res.Body)
	}
	// A short rest is read so that the connection can be used again.
	_, _ = io.CopyN(io.Discard, res.Body, 4<<10)
	switch {
	case status == http.StatusTooManyRequests:
		return fault.New(fault.Unavailable, "mall_busy", "the mall asked to come back later")
	case status >= 500:
		return fault.Newf(fault.Unavailable, "mall_failing", "the mall answered %d", status)
	case status >= 400:
		return fault.Newf(fault.Declined, "mall_rejected", "the mall answered %d", status)
	default:
		return fault.Newf(fault.Indeterminate, "mall_unclear", "the mall answered %d, which is neither yes nor no", status)
	}
}

func judgeAnswer(body io.Reader) error {
	text, err := io.ReadAll(io.LimitReader(body, maxAnswer+1))
	if err != nil {
		return fault.New(fault.Indeterminate, "mall_silent", "the mall's answer broke off").Because(err)
	}
	var answer any
	if len(text) > maxAnswer || json.Unmarshal(text, &answer) != nil {
		return fault.New(fault.Indeterminate, "mall_unclear", "the mall's answer is not readable")
	}
	if object, ok := answer.(map[string]any); ok && object["result"] == "OK" {
		return nil
	}
	return fault.New(fault.Declined, "mall_refused", "the mall read the notice and did not answer OK")
}

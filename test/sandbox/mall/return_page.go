package mall

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
)

// showReturn serves the buyer's return. What the query says is only a hint: the order is paid when the app has told so, by a
// notification or, in the synchronous mode, in its answer to the status question that is asked here.
func (m *Mall) showReturn(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	hint := fromValues(query)
	m.mu.Lock()
	found := m.book.findByLogKey(hint.extraText("orderId"), hint.extraText("LogKey"))
	m.mu.Unlock()
	if id := hint.extraText("orderId"); found == nil && id != "" {
		w.Header().Set("Refresh", "2") // The notice may be slower than the browser.
		m.render(w, http.StatusNotFound, "message.html", view{Title: "Back at the shop", Text: "Order " + id + " was not made here, and nobody has told the mall about it yet."})
		return
	}
	if found == nil {
		m.render(w, http.StatusNotFound, "message.html", view{Title: "Order not found", Text: "You have come back from a payment, but extra_data names no order of this shop."})
		return
	}
	problem := ""
	if key := query.Get("key"); key != "" {
		problem = m.askStatus(r.Context(), found.ID, key)
	}
	next := url.Values{"result_code": {query.Get("result_code")}, "result_message": {query.Get("result_message")}}
	if problem != "" {
		next.Set("problem", problem)
	}
	// The result has an address of its own, so that reloading it does not ask the app again.
	http.Redirect(w, r, "/orders/"+url.PathEscape(found.ID)+"?"+next.Encode(), http.StatusSeeOther)
}

// askStatus asks the app what became of a synchronous payment and believes a signed answer that fits the order.
func (m *Mall) askStatus(ctx context.Context, id, key string) string {
	status, body, err := m.askApp(ctx, "/api/synchronous-checkout/checkout/status", map[string]string{"key": key})
	switch {
	case err != nil:
		return err.Error()
	case status != http.StatusOK:
		return fmt.Sprintf("the status question was answered with HTTP %d: %s", status, short(body))
	}
	answer, err := parseMessage(body)
	if err != nil {
		return "the status question was answered with something unreadable: " + err.Error()
	}
	if answer.text("order_id") != id {
		return "the status answer is about another order"
	}
	return m.hear(kindStatus, defaultMall, answer).Message
}

// short is the message of an error body, or its beginning.
func short(body []byte) string {
	var envelope struct {
		Message string `json:"result_message"`
	}
	if json.Unmarshal(body, &envelope) == nil && envelope.Message != "" {
		return envelope.Message
	}
	text := strings.ToValidUTF8(string(body), "")
	return text[:min(len(text), 200)]
}

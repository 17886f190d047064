package mall

import (
	"io"
	"net/http"
	"strings"

	"paybridge/test/sandbox/control"
)

// verdict is the answer to a notification: Result OK means understood and accepted, anything else is a failure.
type verdict struct {
	Result  string `json:"result"`
	Message string `json:"message,omitempty"`
}

const (
	resultOK   = "OK"
	resultFail = "FAIL"
)

// receive serves a notification of one kind. The answer is always HTTP 200; what matters is the result in it.
func (m *Mall) receive(kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		told := Told{Kind: kind, Result: resultFail}
		body, err := io.ReadAll(r.Body)
		var received message
		if err == nil {
			received, err = parseMessage(body)
		}
		if err != nil {
			told.Message = err.Error()
		} else {
			told = m.hear(kind, mallOfHost(r.Host), received)
		}
		m.count(told)
		control.Describe(r.Context(), func(e *control.Request) { e.SignatureValid, e.Note = &told.SignatureValid, told.Message })
		control.WriteJSON(w, http.StatusOK, verdict{Result: told.Result, Message: told.Message})
	}
}

func (m *Mall) count(told Told) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.book.Counts.Received++
	if told.SignatureValid {
		m.book.Counts.Valid++
	}
	if told.Result == resultOK {
		m.book.Counts.Accepted++
	}
}

// hear checks a message and does what it says. An order that the mall does not know yet is made from the first message with a
// right signature: tests send checkouts of their own past the shop.
func (m *Mall) hear(kind, mall string, received message) Told {
	amountField := "amount"
	if kind == kindCancel {
		amountField = "cancel_amount"
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	defer m.saver.Changed()
	now := m.now().UTC()
	told := Told{
		Time: now, Kind: kind, Fields: received, Result: resultFail,
		SignatureValid: validSignature(m.config.ServiceKey, received, amountField),
		SignedText:     strings.Join(signedText(received, amountField), " + "),
	}
	found := m.book.find(mall, received.text("order_id"), received.text("partner_id"))
	if !told.SignatureValid {
		told.Message = "hash_data is not the signature of this message"
	} else {
		told.Message = objection(kind, received)
	}
	if told.Message == "" {
		if found == nil {
			found = newcomer(mall, received, now)
			m.book.add(found)
		}
		found.learnAmount(kind, received)
		told.Message = mismatch(kind, received, found)
	}
	if told.Message == "" {
		told.Message = apply(kind, received, found, now)
	}
	if told.Message == "" {
		told.Result = resultOK
	}
	if found != nil {
		found.hear(told)
	}
	return told
}

package company

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"time"

	"paybridge/test/sandbox/control"
)

// defaultKeyTTL is how long an Idempotency-Key is remembered.
const defaultKeyTTL = 24 * time.Hour

// problem is the body of every error.
type problem struct {
	Code    int    `json:"code"`
	Message string `json:"message"`
}

// answered is a remembered answer to a POST.
type answered struct {
	Fingerprint []byte
	Status      int
	Body        []byte
	At          time.Time
}

// call is an authenticated request of the app.
type call struct {
	account Account
	request *http.Request
	body    []byte
	base    string
}

// get serves a question. work is called with the lock held.
func (c *Company) get(work func(call) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		account, ok := c.authenticate(w, r)
		if !ok {
			return
		}
		c.mu.Lock()
		status, body := render(work(call{account: account, request: r, base: c.baseURL(r)}))
		c.mu.Unlock()
		writeBytes(w, status, body)
	}
}

// post serves a change, at most once for each Idempotency-Key. work is called with the lock held, so a second request with the
// same key waits for the answer of the first.
func (c *Company) post(work func(call) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		account, ok := c.authenticate(w, r)
		if !ok {
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			control.WriteJSON(w, http.StatusBadRequest, problem{http.StatusBadRequest, "body cannot be read"})
			return
		}
		status, answer := c.once(call{account: account, request: r, body: body, base: c.baseURL(r)}, work)
		writeBytes(w, status, answer)
	}
}

func (c *Company) once(in call, work func(call) (any, error)) (int, []byte) {
	key := in.request.Header.Get("Idempotency-Key")
	if key == "" || len(key) > 255 {
		return render(nil, malformed("Idempotency-Key is required, at most 255 characters"))
	}
	key = in.account.PublicKey + "\n" + key
	fingerprint := sha256.Sum256(bytes.Join([][]byte{[]byte(in.request.URL.Path), in.body}, []byte{'\n'}))
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.now()
	if before, seen := c.book.Answers[key]; seen && now.Sub(before.At) < c.keyTTL {
		if !bytes.Equal(before.Fingerprint, fingerprint[:]) {
			return render(nil, conflicting("Idempotency-Key was used with another request"))
		}
		return before.Status, before.Body
	}
	status, answer := render(work(in))
	if status < http.StatusInternalServerError {
		c.book.remember(key, answered{Fingerprint: fingerprint[:], Status: status, Body: answer, At: now})
	}
	c.saver.Changed()
	return status, answer
}

// render turns a result into an answer.
func render(result any, err error) (int, []byte) {
	status := http.StatusOK
	if err != nil {
		status = http.StatusInternalServerError
		var known *failure
		if errors.As(err, &known) {
			status = known.status
		}
		result = problem{Code: status, Message: err.Error()}
	}
	var text bytes.Buffer
	encoder := json.NewEncoder(&text)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(result); err != nil {
		return http.StatusInternalServerError, []byte(`{"code":500,"message":"answer cannot be written"}`)
	}
	return status, text.Bytes()
}

func writeBytes(w http.ResponseWriter, status int, body []byte) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}

// decode reads the body of a call as one JSON object.
func (in call) decode(target any) error {
	decoder := json.NewDecoder(bytes.NewReader(in.body))
	if err := decoder.Decode(target); err != nil {
		return malformed("body must be a JSON object whose fields are text: " + err.Error())
	}
	if decoder.More() {
		return malformed("body must be one JSON object")
	}
	return nil
}

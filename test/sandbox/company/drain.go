package company

import (
	"io"
	"net/http"
)

// drain reads what is left of an answer, so that its connection can be used again, and closes it. The status has been
// received by then; what happens to the rest of the body changes nothing.
func drain(response *http.Response) error {
	_, _ = io.CopyN(io.Discard, response.Body, 64<<10)
	return response.Body.Close()
}

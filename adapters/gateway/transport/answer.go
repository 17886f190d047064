package transport

import (
	"encoding/json"
	"errors"
	"io"
)

// Answer is what a company answered.
type Answer struct {
	Status int
	Body   []byte
}

// Decode reads the body as exactly one JSON value into target. A body that is none, or whose fields
// have other types, is Indeterminate: the company did answer, but nobody can say what.
func (a Answer) Decode(target any) error {
	if err := json.Unmarshal(a.Body, target); err != nil {
		return Unreadable("the body is not the JSON that was expected")
	}
	return nil
}

// Unreadable returns the Indeterminate fault for an answer that arrived and makes no sense. The
// reason is logged; it must not quote the answer.
func Unreadable(reason string) error { return errUnreadable.Because(errors.New(reason)) }

// readAll reads a body of at most limit bytes.
func readAll(body io.Reader, limit int64) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(body, limit+1))
	if err != nil {
		return nil, discreetly(err)
	}
	if int64(len(text)) > limit {
		return nil, errors.New("the answer is too long")
	}
	return text, nil
}

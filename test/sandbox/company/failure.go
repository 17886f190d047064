package company

import "net/http"

// failure is an answer that says no. Its text goes to the caller.
type failure struct {
	status  int
	message string
}

func (f *failure) Error() string { return f.message }

func malformed(message string) error    { return &failure{http.StatusBadRequest, message} }
func unknown(what string) error         { return &failure{http.StatusNotFound, what + " not found"} }
func unacceptable(message string) error { return &failure{http.StatusUnprocessableEntity, message} }
func conflicting(message string) error  { return &failure{http.StatusConflict, message} }

package database

import "context"

// HoldReaders keeps the line of readers busy until release is called. waiting tells how many stand in it.
func (r *Orders) HoldReaders(ctx context.Context) (waiting func() int, release func()) {
	begun, end := make(chan struct{}), make(chan struct{})
	go r.readers.take(ctx, struct{}{}, &reader{}, func([]*reader) { close(begun); <-end })
	<-begun
	waiting = func() int {
		r.readers.mu.Lock()
		defer r.readers.mu.Unlock()
		return len(r.readers.lines[struct{}{}])
	}
	return waiting, func() { close(end) }
}

package browser_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/go-rod/rod/lib/proto"
)

// lastWord ends the listening: the browser's messages come in order, so that all earlier ones have been heard by then.
const lastWord = "that is all"

// console is what a developer would see in a tab's console. It may be read when ended is closed.
type console struct {
	complaints []string
	ended      chan struct{}
}

// listen collects errors and warnings of all pages of the tab until the end of the test, which fails when there are any.
func (v *tab) listen() {
	c := &console{ended: make(chan struct{})}
	v.console = c
	wait := v.page.EachEvent(
		func(e *proto.RuntimeExceptionThrown) { c.note("exception", exception(e.ExceptionDetails)) },
		func(e *proto.LogEntryAdded) {
			if e.Entry.Level == proto.LogLogEntryLevelError || e.Entry.Level == proto.LogLogEntryLevelWarning {
				c.note(string(e.Entry.Level), e.Entry.Text+" "+e.Entry.URL)
			}
		},
		func(e *proto.RuntimeConsoleAPICalled) bool { return c.hear(e) },
	)
	go func() {
		wait()
		close(c.ended)
	}()
	v.t.Cleanup(func() { v.stopListening() })
}

func (c *console) note(kind, text string) { c.complaints = append(c.complaints, kind+": "+text) }

func exception(details *proto.RuntimeExceptionDetails) string {
	if details.Exception == nil {
		return details.Text
	}
	return details.Text + " " + details.Exception.Description
}

// hear notes what the page itself says, and returns whether it was the last word.
func (c *console) hear(e *proto.RuntimeConsoleAPICalled) bool {
	words := make([]string, 0, len(e.Args))
	for _, argument := range e.Args {
		words = append(words, argument.Value.Str())
	}
	text := strings.Join(words, " ")
	if e.Type == proto.RuntimeConsoleAPICalledTypeError || e.Type == proto.RuntimeConsoleAPICalledTypeWarning {
		c.note(string(e.Type), text)
	}
	return text == lastWord
}

// stopListening waits for the last word. Nothing may have been said but that the refusals were refused.
func (v *tab) stopListening() {
	if _, err := v.page.Timeout(patience).Eval(`word => console.debug(word)`, lastWord); err != nil {
		v.t.Errorf("the console cannot be read: %v", err)
		return
	}
	select {
	case <-v.console.ended:
	case <-time.After(patience):
		v.t.Error("the console does not come to an end")
		return
	}
	complaints := v.console.complaints
	for _, refusal := range v.refusals {
		at := slices.Index(complaints, refusal)
		if at < 0 {
			v.t.Errorf("the console does not say %q", refusal)
			continue
		}
		complaints = slices.Delete(complaints, at, at+1)
	}
	if len(complaints) > 0 {
		v.t.Errorf("the console says:\n%s", strings.Join(complaints, "\n"))
	}
}

// refusal is what the console says about a page with this status.
func refusal(address string, status int) string {
	return fmt.Sprintf("error: Failed to load resource: the server responded with a status of %d (%s) %s", status, http.StatusText(status), address)
}

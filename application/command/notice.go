package command

import (
	"context"
	"strings"
	"time"

	"paybridge/application/task"
	"paybridge/domain/fault"
	"paybridge/domain/order"
	"paybridge/domain/payment"
	"paybridge/domain/refund"
	"paybridge/ports"
)

const (
	// arrivalTime is how long a notice whose outcome is unknown may still arrive at the mall. The next
	// notice of the order waits for it, or the older one could overwrite the newer.
	arrivalTime = time.Minute
	// refusalsBeforeAlert is how often a mall may refuse a notice until a person is told.
	refusalsBeforeAlert = 3
	// refusedWord begins the word of a try that the mall understood and refused.
	refusedWord = "refused: "
	// waitingWord begins the word of a run that only waited, and ends in until when: the next run could
	// not tell it from a try.
	waitingWord = "waiting for the last try to arrive until "
)

// Notices is what all notices to malls have in common: how they are sent, repeated and given up.
type Notices struct {
	Orders ports.Orders
	Outbox ports.Outbox
	Mall   ports.Mall
	Clock  ports.Clock
	Trace  ports.Trace
}

// current says whether a notice is still true and useful.
func current(o *order.Order, kind ports.TaskKind, p payment.ID, r refund.ID) bool {
	valid := false
	switch kind {
	case task.NotifyPaid:
		_, valid = o.PaidNotice()
	case task.NotifyUnpaid:
		_, valid = o.UnpaidNotice(p)
	case task.NotifyRefunded, task.NotifyRefundFailed:
		_, valid = o.RefundNotice(r, kind == task.NotifyRefunded)
	}
	return valid
}

// freeze stores the body that compose makes before the first try, so that all repetitions are
// byte-identical.
func (n Notices) freeze(ctx context.Context, j ports.Job, url string, compose func() ([]byte, error)) (ports.Job, error) {
	if j.Body != nil {
		return j, nil
	}
	var err error
	if j.Body, err = compose(); err != nil {
		return j, err
	}
	j.URL = url
	return j, n.Outbox.Freeze(ctx, j, j.URL, j.Body)
}

// afterArrival ends a notice, but not before the tries of earlier runs can have arrived.
func (n Notices) afterArrival(j ports.Job, word string) ports.Verdict {
	arrived := time.Time{}
	if until, waited := strings.CutPrefix(j.LastWord, waitingWord); waited {
		arrived, _ = time.Parse(time.RFC3339Nano, until) // our own word; a broken one waits no longer
	} else if !j.LastTry.IsZero() {
		arrived = j.LastTry.Add(arrivalTime)
	}
	if arrived.After(n.Clock.Now()) {
		return ports.Verdict{Again: arrived, Word: waitingWord + arrived.Format(time.RFC3339Nano)}
	}
	return ports.Verdict{Word: word}
}

// failed plans the next try. After the last one the notice is a dead letter: visible, replayable.
func (n Notices) failed(j ports.Job, sendErr error) ports.Verdict {
	f := fault.Of(sendErr)
	word := f.Code + ": " + f.Message
	if f.Kind == fault.Declined {
		word = refusedWord + f.Message
	}
	wait, more := task.AfterNotice(j.Try)
	if !more {
		return ports.Verdict{Dead: true, Word: word}
	}
	return ports.Verdict{Again: n.Clock.Now().Add(wait), Word: word}
}

// alarming reports that a refusal must be shown to a person: at the third try, or at the first refusal
// after it, but not at each of a row.
func alarming(j ports.Job, sendErr error) bool {
	shown := j.Try > refusalsBeforeAlert && strings.HasPrefix(j.LastWord, refusedWord)
	return fault.Is(sendErr, fault.Declined) && j.Try >= refusalsBeforeAlert && !shown
}

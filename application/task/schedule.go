package task

import "time"

// noticeGaps are the waits between the tries to tell a mall: 17 tries over a bit more than 80 hours.
var noticeGaps = []time.Duration{
	time.Second, 5 * time.Second, 15 * time.Second,
	time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute,
	time.Hour, 2 * time.Hour, 4 * time.Hour, 4 * time.Hour, 8 * time.Hour, 8 * time.Hour,
	12 * time.Hour, 12 * time.Hour, 24 * time.Hour,
}

// openGaps are the waits between questions about an attempt that may still be paid; the last repeats.
var openGaps = []time.Duration{
	10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 15 * time.Minute,
	time.Hour, 6 * time.Hour, 24 * time.Hour,
}

// wokenGaps come before openGaps when a letter claims more than the company answers so far.
var wokenGaps = []time.Duration{time.Second, 2 * time.Second, 5 * time.Second}

// closedGaps are the waits between questions about an attempt that is closed but could still turn
// out to be paid; the last repeats.
var closedGaps = []time.Duration{10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

// AfterNotice is the wait after the n-th failed try to tell a mall; ok is false after the last.
func AfterNotice(try int) (wait time.Duration, ok bool) {
	if try > len(noticeGaps) {
		return 0, false
	}
	return noticeGaps[try-1], true
}

// AfterQuestion is the wait after the n-th question about an open attempt.
func AfterQuestion(try int, woken bool) time.Duration {
	if woken {
		if try <= len(wokenGaps) {
			return wokenGaps[try-1]
		}
		try -= len(wokenGaps)
	}
	return openGaps[min(try, len(openGaps))-1]
}

// AfterSilence is the wait after the n-th question in a row that the company did not answer. It stays
// short: an outage says nothing about the payment, and when it ends everything is to be settled within
// minutes. The company is not flooded meanwhile, because a breaker keeps the questions from it.
func AfterSilence(try int) time.Duration {
	return min(10*time.Second<<min(try-1, 4), 2*time.Minute)
}

// AfterClosed is the wait until the next question about an attempt that closed that long ago.
func AfterClosed(ago time.Duration) time.Duration {
	at := time.Duration(0)
	for _, gap := range closedGaps {
		at += gap
		if at > ago {
			return at - ago
		}
	}
	return closedGaps[len(closedGaps)-1]
}

// AfterError is the wait after the n-th run that failed for a reason of our own side.
func AfterError(try int) time.Duration {
	return min(time.Second<<min(try, 9), 5*time.Minute)
}

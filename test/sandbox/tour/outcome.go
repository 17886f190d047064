package tour

import (
	"fmt"
	"net/http"
	"strings"
)

// The tones of an outcome.
const (
	toneGood = "good"
	toneBad  = "bad"
	toneWait = "wait"
)

// outcome says in a few words how a message was answered.
func (t *Tour) outcome(e Exchange) (text, tone string) {
	switch {
	case e.Cut && e.Status == 0 && e.From == appIs:
		return "no answer: the connection was cut", toneBad
	case e.Cut:
		return "no answer in time", toneBad
	case !e.Done:
		return "waiting for the answer", toneWait
	case e.Status == 0:
		return "never answered", toneBad
	case e.Location != "":
		return fmt.Sprintf("%d, on to %s", e.Status, t.place(e.Location)), toneGood
	}
	text, tone = said(e)
	if e.Status >= http.StatusBadRequest {
		tone = toneBad
	}
	return fmt.Sprintf("%d %s", e.Status, text), tone
}

// said is the gist of an answer.
func said(e Exchange) (text, tone string) {
	answer := fieldsOf(e.Answer)
	switch {
	case value(answer, "result_code") != "":
		text = value(answer, "result_code") + " " + value(answer, "result_message")
		if value(answer, "result_code") == "9999" {
			return text, toneBad
		}
		return text, toneGood
	case value(answer, "result") != "":
		if value(answer, "result") != "OK" {
			return "refused: " + value(answer, "message"), toneBad
		}
		return "OK", toneGood
	case value(answer, "order_status") != "":
		return letter(value(answer, "order_status")), toneGood
	case value(answer, "refund_status") != "":
		return letter(value(answer, "refund_status")), toneGood
	case value(answer, "message") != "":
		return value(answer, "message"), toneGood
	default:
		return http.StatusText(e.Status), toneGood
	}
}

// letter is a state of the company in words.
func letter(code string) string {
	words := map[string]string{
		"P": "pending", "A": "authorized", "S": "paid", "F": "declined", "C": "cancelled", "E": "expired",
		"R": "refunded", "RP": "refund pending", "RX": "refund rejected",
	}
	return code + ", " + words[code]
}

// place is where an address leads, for people.
func (t *Tour) place(address string) string {
	switch {
	case strings.HasPrefix(address, t.config.AppURL):
		return "paybridge"
	case strings.HasPrefix(address, t.config.CompanyURL):
		return "the company"
	case strings.HasPrefix(address, "/"):
		return "the order page"
	default:
		return "the mall"
	}
}

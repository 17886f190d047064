package tour

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"paybridge/test/sandbox/flow"
)

// Step is one message of a story, told.
type Step struct {
	Number    int           `json:"number"`
	From      string        `json:"from"`
	To        string        `json:"to"`
	Time      time.Time     `json:"time"`
	Took      time.Duration `json:"took_ns"`
	Title     string        `json:"title"`
	Meaning   string        `json:"-"`
	Method    string        `json:"method"`
	Path      string        `json:"path"`
	Query     string        `json:"-"`
	Outcome   string        `json:"outcome"`
	Tone      string        `json:"tone"`
	Broken    bool          `json:"broken,omitempty"`
	Key       string        `json:"idempotency_key,omitempty"`
	Sent      []Field       `json:"-"`
	Answer    []Field       `json:"-"`
	Signature *Signature    `json:"signature,omitempty"`
	// Since is the time from the first step of the story.
	Since time.Duration `json:"since_ns"`
}

// Arrow is the way of the message between the lanes, for the page's style.
func (s Step) Arrow() string { return s.From + "-" + s.To }

// Version changes when the step does.
func (s Step) Version() string { return fmt.Sprint(s.Number, s.Outcome, s.Took) }

// Story is everything that was sent about one order; Mall and Order are empty for the messages that concern no order.
type Story struct {
	Mall  string   `json:"mall_id"`
	Order string   `json:"order_id"`
	Codes []string `json:"codes"`
	Steps []Step   `json:"steps"`
}

// beside is the name of the story of what belongs to no order.
const beside = flow.Beside

// Ref is the name of the story in addresses: the order, else the company's code.
func (s Story) Ref() string {
	switch {
	case s.Order != "":
		return s.Order
	case len(s.Codes) > 0:
		return s.Codes[0]
	default:
		return beside
	}
}

// stories tells everything, the newest first. What belongs to no order comes last, as one story without a name.
func (t *Tour) stories() []Story {
	var told []Story
	var rest []Exchange
	for _, group := range join(t.tape.all()) {
		one := t.tell(group)
		if one.Order == "" && len(one.Codes) == 0 {
			rest = append(rest, group...)
			continue
		}
		told = append(told, one)
	}
	slices.SortStableFunc(told, func(a, b Story) int { return b.Steps[0].Time.Compare(a.Steps[0].Time) })
	if len(rest) > 0 {
		told = append(told, t.tell(rest))
	}
	return told
}

func (t *Tour) tell(group []Exchange) Story {
	slices.SortStableFunc(group, func(a, b Exchange) int { return cmp.Or(a.Time.Compare(b.Time), a.ID-b.ID) })
	var one Story
	for _, e := range group {
		for _, key := range e.Keys {
			kind, name, _ := strings.Cut(key, " ")
			switch {
			case kind == "order":
				one.Mall, one.Order, _ = strings.Cut(name, "/")
			case kind == "code" && !slices.Contains(one.Codes, name):
				one.Codes = append(one.Codes, name)
			}
		}
		one.Steps = append(one.Steps, t.step(e, len(one.Steps)+1, group[0].Time))
	}
	return one
}

func (t *Tour) step(e Exchange, number int, began time.Time) Step {
	named := wordFor(e)
	told := Step{
		Number: number, From: e.From, To: e.To, Time: e.Time, Took: e.Took, Since: e.Time.Sub(began),
		Title: named.title, Meaning: named.meaning, Method: e.Method, Path: e.Path, Query: e.Query, Broken: e.Fault,
		Key: e.Headers["Idempotency-Key"], Sent: fieldsOf(e.Body), Answer: fieldsOf(e.Answer), Signature: t.signatureOf(e),
	}
	if len(told.Sent) == 0 {
		told.Sent = fieldsOf(e.Query)
	}
	told.Outcome, told.Tone = t.outcome(e)
	return told
}

// find looks for the story of an order: of any mall when mall is empty, by the company's code when order is one.
func (t *Tour) find(mall, order string) (Story, bool) {
	for _, one := range t.stories() {
		known := one.Ref() == order && (mall == "" || one.Mall == mall)
		if known || (strings.HasPrefix(order, "pg-order-") && slices.Contains(one.Codes, order)) {
			return one, true
		}
	}
	return Story{}, false
}
